// How strange an input is to a model that has learned to give the usual ones back.
#pragma once
#include <span>
#include <vector>

#include "mote/model.h"
#include "mote/tensor.h"
#include "tasks/task.h"

namespace mote {

// Scores what the description calls a reconstruction. Immutable.
class AnomalyScorer {
 public:
  // task: bound to a model with these inputs and outputs, and outlives this.
  // Errors: kInvalidArgument: no output is a reconstruction, or several are.
  static Result<AnomalyScorer> create(const TaskDescription& task,
                                      std::span<const TensorInfo> inputs,
                                      std::span<const TensorInfo> outputs);

  const ReconstructionRule& rule() const { return output_->reconstruction; }

  // Of each row (the first axis) the mean of the squared differences between what went in and what
  // came out, integers as the numbers they stand for, in f64. inputs, outputs: as the model's.
  // Errors: kInvalidArgument: other sizes; kUnsupported: types that are no numbers.
  Result<std::vector<double>> scores(std::span<const Tensor> inputs,
                                     std::span<const Tensor> outputs) const;

 private:
  const InputDescription* input_ = nullptr;
  const OutputDescription* output_ = nullptr;
  std::size_t input_index_ = 0;
  std::size_t output_index_ = 0;
};

}  // namespace mote
