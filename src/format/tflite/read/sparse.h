// Sparse constants, which kernels here take dense.
#pragma once
#include "base/budget.h"
#include "format/tflite/read/file.h"
#include "mote/tensor.h"

namespace mote::tfl {

// `bytes` hold the elements that are there, in traversal order; the others are zeros. The axes are
// traversed as `sparsity` says: those of the tensor, each cut into blocks or not, and those within
// a block. An axis is dense, or lists for each place of the axes before which indices are there
// (compressed sparse rows, one inside the other).
// Errors: kCorrupt; kUnsupported: elements that are not whole bytes; kResourceExhausted.
Result<Tensor> densify(std::span<const std::byte> bytes, DType dtype, const Dims& dims,
                       const fb::SparsityParameters& sparsity, Budget& budget);

}  // namespace mote::tfl
