#include "tasks/anomaly/anomaly_score.h"

#include <algorithm>
#include <cmath>

#include "base/result.h"
#include "base/text.h"

namespace mote {
namespace {

Error invalid(std::string message) { return Error{Code::kInvalidArgument, std::move(message)}; }

}  // namespace

Status check(const ReconstructionRule& rule) {
  const double threshold = rule.threshold.value_or(0.0);
  if (threshold >= 0.0 && std::isfinite(threshold)) return {};
  return invalid(cat("threshold is ", threshold, "; it must be 0 or more"));
}

Result<AnomalyScorer> AnomalyScorer::create(const TaskDescription& task,
                                            std::span<const TensorInfo> inputs,
                                            std::span<const TensorInfo> outputs) {
  AnomalyScorer scorer;
  for (const OutputDescription& output : task.outputs) {
    if (output.kind != OutputKind::kReconstruction) continue;
    if (scorer.output_ != nullptr) return invalid("two outputs are reconstructions");
    scorer.output_ = &output;
  }
  if (scorer.output_ == nullptr) return invalid("no output of the model is a reconstruction");
  const std::string& of = scorer.rule().of;
  const auto is_wanted = [&](const auto& input) {
    return of.empty() ? inputs.size() == 1 : input.name == of;
  };
  const auto input = std::ranges::find_if(inputs, is_wanted);
  const auto output = std::ranges::find(outputs, scorer.output_->name, &TensorInfo::name);
  if (input == inputs.end() || output == outputs.end()) {
    return invalid(cat("of is '", of, "'; it must be an input's name"));
  }
  const auto described = std::ranges::find(task.inputs, input->name, &InputDescription::name);
  if (described != task.inputs.end()) scorer.input_ = &*described;
  scorer.input_index_ = static_cast<std::size_t>(input - inputs.begin());
  scorer.output_index_ = static_cast<std::size_t>(output - outputs.begin());
  return scorer;
}

Result<std::vector<double>> AnomalyScorer::scores(std::span<const Tensor> inputs,
                                                  std::span<const Tensor> outputs) const {
  const Tensor& in = inputs[input_index_];
  const Tensor& out = outputs[output_index_];
  if (in.dims() != out.dims() || in.dims().empty() || in.count() == 0) {
    return invalid(cat("output '", output_->name, "' has shape ", to_string(out.dims()),
                       ", the input ", to_string(in.dims()), "; a reconstruction has the same"));
  }
  MOTE_ASSIGN(const auto given,
              dequantized(in, input_ == nullptr ? std::nullopt : input_->quantization));
  MOTE_ASSIGN(const auto made, dequantized(out, output_->quantization));
  const auto rows = static_cast<std::size_t>(in.dims()[0]);
  const std::size_t width = given.size() / rows;
  std::vector<double> scores;
  for (std::size_t r = 0; r < rows; ++r) {
    double sum = 0.0;
    for (std::size_t i = r * width; i < (r + 1) * width; ++i) {
      const double difference = double{given[i]} - double{made[i]};
      sum += difference * difference;
    }
    scores.push_back(sum / static_cast<double>(width));
  }
  return scores;
}

}  // namespace mote
