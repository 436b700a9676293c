// The same inputs for two models, each as it asks for them.
#pragma once
#include <vector>

#include "measure/parity/layout.h"
#include "measure/parity/match.h"
#include "measure/parity/parity.h"

namespace mote {

struct InputSet {
  std::vector<Tensor> a, b;
};

class InputSets {
 public:
  // The arguments outlive it. Errors: as compare_models.
  static Result<InputSets> create(const ParityModel& a, const ParityModel& b,
                                  const ParityInputs& inputs, const ParityOptions& options);

  // Set number `run`, the same each time. Errors: kInvalidArgument: numbers that one of the models
  // cannot take; kResourceExhausted; progress's.
  Result<InputSet> make(int run) const;

  std::span<const Dims> a_dims() const { return inputs_->dims; }

 private:
  // One input of A and its partner.
  struct Pair {
    std::size_t b = 0;
    Observed in_a, in_b;
    Layout layout = Layout::kSame;  // how B's becomes A's
    bool drawn_for_b = false;       // its numbers are random ones of B's element type
  };

  InputSets(const ParityInputs& inputs, const ParityOptions& options)
      : inputs_(&inputs), options_(&options) {}

  Result<Pair> pair_of(const ParityModel& a, const ParityModel& b, IndexPair at) const;
  Result<std::vector<RealTensor>> draw(int run) const;
  RealTensor given(std::size_t i) const;

  const ParityInputs* inputs_;
  const ParityOptions* options_;
  std::vector<Pair> pairs_;  // of each input of A
};

}  // namespace mote
