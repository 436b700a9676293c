// The step of functions of 8-bit elements, by a table.
#pragma once
#include <memory>

#include "ir/op_def.h"

namespace mote {

// From input 0 to output 0, which may be its buffer. table: [256], of 8 bits; no other input is
// read.
std::unique_ptr<Step> make_lookup_step(const KernelTable& kernels, Tensor table);

}  // namespace mote
