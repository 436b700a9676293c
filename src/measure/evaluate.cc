#include "measure/evaluate.h"

#include "base/text.h"
#include "tasks/class_scores.h"

namespace mote {
namespace {

Status add_sample(AccuracyCounter& counter, const Tensor& output, std::int64_t truth,
                  const EvaluateOptions& options) {
  // An activation would not change the order.
  MOTE_ASSIGN(const ClassScores scores, class_scores(output, Activation::kNone));
  if (scores.rows != 1) {
    return Error{Code::kInvalidArgument,
                 cat("the model gave ", scores.rows, " answers for one sample")};
  }
  if (options.check_classes) {
    MOTE_TRY(options.check_classes(static_cast<std::size_t>(scores.classes)));
  }
  if (truth >= scores.classes) {
    return Error{Code::kInvalidArgument, cat("its class is ", truth, ", the model has ",
                                             scores.classes, " classes, from 0")};
  }
  counter.add(scores.row(0), static_cast<std::size_t>(truth));
  return {};
}

}  // namespace

Result<AccuracyCounter> evaluate(const Classify& classify, const InputDescription& input,
                                 const TensorInfo& info, const Dataset& data,
                                 const EvaluateOptions& options) {
  const auto samples = samples_of_each_class(data, options.per_class, options.skip_per_class);
  if (samples.empty()) return Error{Code::kInvalidArgument, "the data set has no such samples"};
  AccuracyCounter counter(options.confusion);
  std::size_t done = 0;
  for (const std::size_t i : samples) {
    MOTE_ASSIGN(const Tensor x, data.load(i, input, info));
    const auto named = [&](Error e) { return std::move(e).with_context(data.name_of(i)); };
    auto output = classify(x);
    if (!output) return named(std::move(output).error());
    if (Status s = add_sample(counter, *output, data.class_of(i), options); !s) {
      return named(std::move(s).error());
    }
    if (options.progress) options.progress(++done, samples.size());
  }
  return counter;
}

}  // namespace mote
