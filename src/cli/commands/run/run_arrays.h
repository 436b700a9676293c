// mote run --input: a model on arrays.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "cli/flags/runtime_flags.h"
#include "mote/session.h"
#include "tasks/anomaly/anomaly_score.h"

namespace mote::cli {

// flags: NAME=F.npy. Tensors for the inputs that they name, together within the budget; the others
// are undefined. Errors: kInvalidArgument: no such input, one that is given twice; those of
// reading.
Result<std::vector<Tensor>> read_inputs(const std::vector<std::string>& flags, const Model& model,
                                        const RuntimeFlags& runtime);

// skip: an input that something else feeds; -1: none. Errors: kInvalidArgument: others without a
// tensor.
Status require_inputs(const std::vector<Tensor>& tensors, const Model& model, int skip);

struct ArrayRun {
  std::filesystem::path output_dir;
  bool json = false;
  const AnomalyScorer* scorer = nullptr;  // of a model that gives its input back; null: another
};

// Tells each output, and of a model that gives its input back the score of each row. Errors: those
// of Session::run, with advice; kIo.
Status run_arrays(Session& session, const std::vector<Tensor>& inputs, const ArrayRun& run);

}  // namespace mote::cli
