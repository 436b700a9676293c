// Whether bytes from outside can be a tensor's where they lie.
#pragma once
#include "base/result.h"
#include "mote/tensor.h"

namespace mote {

// At an address where elements of `dtype` may be read.
bool is_aligned(const void* data, DType dtype);

// C++ has no bool that is neither 0 nor 1; a file or a caller may.
// Errors: kCorrupt: such an element of a tensor of bool, naming it.
Status check_bools(const TensorView& view);

}  // namespace mote
