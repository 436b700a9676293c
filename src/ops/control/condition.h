// Booleans and counts that control flow reads.
#pragma once
#include "base/result.h"
#include "ir/compute.h"

namespace mote {

// A boolean of one element. Errors: kInvalidArgument, calling it `what`.
Result<bool> condition_of(const Datum& datum, std::string_view what);
inline Result<bool> condition_of(const ComputeArgs& args, std::size_t i) {
  return condition_of(args.in[i], "the condition");
}

// Outputs of a graph are as many as `count`. Errors: kInvalidArgument.
Status expect_outputs(const Graph& graph, std::size_t count);
// The same for inputs.
Status expect_inputs(const Graph& graph, std::size_t count);

}  // namespace mote
