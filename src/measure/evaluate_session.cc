#include <algorithm>

#include "base/text.h"
#include "measure/evaluate.h"

namespace mote {
namespace {

// Index of the only output that the description calls class scores.
Result<std::size_t> scores_output(const Model& model, const TaskDescription& task) {
  const auto is_scores = [](const OutputDescription& o) {
    return o.kind == OutputKind::kClassScores;
  };
  if (std::ranges::count_if(task.outputs, is_scores) != 1) {
    return Error{Code::kInvalidArgument,
                 "accuracy needs one output that the task description calls class_scores"};
  }
  const auto it = std::ranges::find_if(task.outputs, is_scores);
  const int index = model.output_index(it->name);
  if (index >= 0) return static_cast<std::size_t>(index);
  return Error{Code::kInvalidArgument, cat("the model has no output '", it->name, "'")};
}

Result<InputDescription> only_input(const Model& model, const TaskDescription& task) {
  if (model.inputs().size() != 1) {
    return Error{Code::kUnsupported,
                 cat("the model has ", model.inputs().size(), " inputs; accuracy needs one")};
  }
  if (!task.inputs.empty()) return task.inputs[0];
  InputDescription input;
  input.name = model.inputs()[0].name;
  return input;
}

}  // namespace

Result<AccuracyCounter> evaluate(Session& session, const TaskDescription& task, const Dataset& data,
                                 const EvaluateOptions& options) {
  const Model& model = session.model();
  MOTE_ASSIGN(const InputDescription input, only_input(model, task));
  MOTE_ASSIGN(const std::size_t scores, scores_output(model, task));
  const Classify classify = [&](const Tensor& x) -> Result<Tensor> {
    MOTE_ASSIGN(auto outputs, session.run(std::span(&x, 1)));
    return std::move(outputs[scores]);
  };
  return evaluate(classify, input, model.inputs()[0], data, options);
}

}  // namespace mote
