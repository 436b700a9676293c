// The accuracy of a model on a data set.
#pragma once
#include <functional>

#include "measure/accuracy.h"
#include "measure/dataset.h"
#include "mote/session.h"
#include "tasks/task.h"

namespace mote {

struct EvaluateOptions {
  // Of each class the first so many samples, after the first `skip_per_class`; 0: all.
  std::size_t per_class = 0;
  std::size_t skip_per_class = 0;
  bool confusion = false;
  // Told how many classes each answer has; an error ends the evaluation.
  std::function<Status(std::size_t)> check_classes = {};
  // Called after each sample.
  std::function<void(std::size_t done, std::size_t total)> progress;
};

// Runs the samples one by one. `task` is bound to the session's model, which has one input; the
// description names one output as class scores.
// Errors: kInvalidArgument: no such output, no sample, a class that the model has not; those of
// loading and running, naming the sample.
Result<AccuracyCounter> evaluate(Session& session, const TaskDescription& task, const Dataset& data,
                                 const EvaluateOptions& options = {});

// The same for anything that makes the class scores [1, classes] of an input.
using Classify = std::function<Result<Tensor>(const Tensor& input)>;
Result<AccuracyCounter> evaluate(const Classify& classify, const InputDescription& input,
                                 const TensorInfo& info, const Dataset& data,
                                 const EvaluateOptions& options = {});

}  // namespace mote
