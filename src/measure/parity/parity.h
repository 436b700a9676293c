// Two forms of one model on the same inputs: where do their values part?
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "measure/parity/difference.h"
#include "mote/model.h"
#include "mote/session.h"

namespace mote {

struct ParityModel {
  std::shared_ptr<const Model> model;
  std::string name;  // for messages
};

struct ParityOptions {
  ModelOptions model = {};
  SessionOptions session = {};
  ParityBounds bounds = {};
  std::uint64_t seed = 1;
  int runs = 1;        // sets of inputs
  bool layers = true;  // false: only outputs are compared
  // Of numbers that A quantizes, those of B are cut off where A's end.
  bool cut_off = false;
  // Intermediate values of both models that are held at once; more of them take more runs.
  std::uint64_t observed_bytes = std::uint64_t{1} << 30;
  // Told of each session before it runs, and null before that session goes.
  std::function<void(Session*)> on_session = {};
  // Called before each run; an error ends the comparison.
  std::function<Status(std::int64_t done, std::int64_t total)> progress = {};
};

// A value of the first model, A, and its counterpart in the second, over all runs.
struct ParityValue {
  std::string name;
  std::string op = {};  // that makes it in A; empty: an output
  DType a_dtype = DType::kUndefined, b_dtype = DType::kUndefined;
  Dims dims = {};  // in A
  Bound bound = {};
  Difference difference = {};
  std::string problem = {};  // why there is no difference; empty: there is
  bool within = true;
};

struct TopOne {
  std::int64_t agree = 0;
  std::int64_t of = 0;  // rows of class scores
};

struct ParityReport {
  std::vector<ParityValue> layers;     // in A's order of execution
  std::vector<ParityValue> outputs;    // in A's order
  std::vector<std::string> unmatched;  // outputs of either that the other has no partner for
  std::optional<TopOne> top1;          // if the only output is one of class scores
  int runs = 0;

  // Null: all layers are within the bound.
  const ParityValue* first_beyond() const;
  bool outputs_within() const;
};

// Tensors for A's inputs: sizes of each, and what is given; undefined ones are made at random.
struct ParityInputs {
  std::vector<Dims> dims;
  std::vector<Tensor> given;
};

// Outputs are compared as the models run; layers with the values compared kept as further outputs,
// which keeps rewriting from fusing them away.
// Inputs that one model takes quantized are drawn from what its element type has; others as
// random_inputs does.
// Errors: kInvalidArgument: inputs that do not match, or that have no common element type or sizes;
// kUnsupported: an input that is no tensor; those of running; progress's.
// Requires: inputs has an entry for each of A's inputs; dims are those of what is given.
Result<ParityReport> compare_models(const ParityModel& a, const ParityModel& b,
                                    const ParityInputs& inputs, const ParityOptions& options);

}  // namespace mote
