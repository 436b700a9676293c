// Checks of input types that many operators make while they infer.
#pragma once
#include <initializer_list>
#include <string_view>

#include "base/result.h"
#include "ir/op_def.h"

namespace mote {

// The one dtype of those inputs; kUndefined if none is known. Absent inputs are left out.
// Errors: kInvalidArgument: two differ.
Result<DType> shared_dtype(const InferArgs& args, std::initializer_list<std::size_t> inputs);

// Errors: kInvalidArgument: input i is known to have another rank, naming it and `what`.
Status expect_rank(const InferArgs& args, std::size_t i, int rank, std::string_view what);

// Errors: kInvalidArgument: dimension d of input i is known to differ from `size`, which is called
// `what`. Nothing is checked if either is unknown.
Status expect_size(const InferArgs& args, std::size_t i, int d, const Dim& size,
                   std::string_view what);

// A list of `size` elements, rank 1, if it is there.
Status expect_vector(const InferArgs& args, std::size_t i, const Dim& size, std::string_view what);

// Dimension d of input i; unknown if its rank is, or too small.
Dim size_of(const InferArgs& args, std::size_t i, int d);

}  // namespace mote
