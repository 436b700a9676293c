#include "ops/ml/trees/forest_params.h"

#include "base/text.h"

namespace mote::ml {

Status build_forest(const ForestParts& parts, bool doubles, ForestParams& params) {
  if (doubles) {
    MOTE_ASSIGN(params.forest, Forest<double>::build(parts));
  } else {
    MOTE_ASSIGN(params.forest, Forest<float>::build(parts));
  }
  return {};
}

Status expect_features(const ForestParams& params, std::int64_t features) {
  if (features >= params.features()) return {};
  return Error{Code::kInvalidArgument, cat("a node asks for feature ", params.features() - 1,
                                           ", X has ", features, " features")};
}

Status infer_scores(const ForestParams& params, const InferArgs& args, std::size_t output,
                    DType dtype) {
  MOTE_ASSIGN(const RowShape rows, row_shape(args.type(0)));
  if (rows.features.known()) MOTE_TRY(expect_features(params, rows.features.size()));
  args.set(output, {dtype, Shape{rows.count, params.targets()}});
  return {};
}

}  // namespace mote::ml
