// Transpose's attributes, for rewrites that read them.
#pragma once
#include <cstdint>
#include <vector>

#include "ir/op_def.h"

namespace mote {

struct TransposeParams : OpParams {
  // Dimension i of the output is dimension perm[i] of the input; empty: all in reverse order.
  std::vector<std::int64_t> perm;

  // perm[i] for an input of `rank` dimensions. Requires: perm is empty or has `rank` entries.
  int source(int i, int rank) const {
    return perm.empty() ? rank - 1 - i : static_cast<int>(perm[static_cast<std::size_t>(i)]);
  }
};

}  // namespace mote
