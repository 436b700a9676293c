// Orders of axes.
#pragma once
#include <cstdint>
#include <vector>

#include "base/budget.h"
#include "ir/type.h"

namespace mote::tfl {

// Output axis i is axis perm[i] of the tensor as the file has it; empty: as the file has it.
using Permutation = std::vector<std::int64_t>;

// The channels, which the file has last, behind the batch: as ONNX's convolutions take them.
// Requires: rank >= 2.
Permutation channels_first(int rank);

// The same order, empty if that is the file's.
Permutation normal(const Permutation& perm);

// Where axis `axis` of the tensor stands.
std::int64_t place_of(std::int64_t axis, const Permutation& perm);

// What Transpose must do to a value in order `from` for it to be in order `to`.
Permutation between(const Permutation& from, const Permutation& to, std::size_t rank);

// A copy in that order, which is not empty. One of lower rank gets sizes of 1 in front first, as
// broadcasting reads it. Errors: kResourceExhausted.
Result<Tensor> permuted(const Tensor& tensor, const Permutation& perm, Budget& budget);

}  // namespace mote::tfl
