// The attributes that all tree ensembles end in: a forest of floats or of doubles.
#pragma once
#include <variant>

#include "ir/op_def.h"
#include "ops/ml/post_transform.h"
#include "ops/ml/rows.h"
#include "ops/ml/trees/evaluate.h"

namespace mote::ml {

struct ForestParams : OpParams {
  std::variant<Forest<float>, Forest<double>> forest;
  Aggregate aggregate = Aggregate::kSum;
  PostTransform transform = PostTransform::kNone;
  std::vector<double> base;  // of each target, or of the only score; empty: 0

  std::int64_t targets() const {
    return std::visit([](const auto& f) { return f.targets; }, forest);
  }
  std::int64_t features() const {
    return std::visit([](const auto& f) { return f.features; }, forest);
  }
};

// doubles: some number is not a float.
Status build_forest(const ForestParts& parts, bool doubles, ForestParams& params);

// Errors: kInvalidArgument: the forest asks for a feature that samples do not have.
Status expect_features(const ForestParams& params, std::int64_t features);

// Y: [rows, targets] of `dtype`. Errors: as expect_features; a rank that is not 1 or 2.
Status infer_scores(const ForestParams& params, const InferArgs& args, std::size_t output,
                    DType dtype);

// evaluate() for the samples that X has, whatever their element type. Errors: as infer_scores.
template <class... X, class Sink>
Status evaluate_samples(Elements<X...> types, const ForestParams& params, const RunArgs& args,
                        const Sink& sink) {
  const TensorView& x = args.in[0];
  MOTE_ASSIGN(const Rows rows, rows_of(x.dims));
  MOTE_TRY(expect_features(params, rows.features));
  return with_dtype(types, x.dtype, [&](auto element) -> Status {
    std::visit(
        [&](const auto& forest) {
          evaluate(forest, params.aggregate, x.as<decltype(element)>(), rows, args.workers,
                   args.stop, sink);
        },
        params.forest);
    return {};
  });
}

}  // namespace mote::ml
