// Layouts: channels first (NCHW, ONNX's) and channels last (NHWC, the kernels').
#pragma once
#include <cstdint>
#include <vector>

#include "ir/graph.h"

namespace mote {

using Permutation = std::vector<std::int64_t>;

inline const Permutation kToChannelsLast = {0, 2, 3, 1};
inline const Permutation kToChannelsFirst = {0, 3, 1, 2};

// out[p[i]] = i
Permutation inverse(const Permutation& p);

// What a Transpose node does, if `value` comes from one.
struct TransposedValue {
  ValueId source = ValueId::kNone;  // kNone: it does not
  Permutation perm;
};
TransposedValue look_through_transpose(const Graph& graph, ValueId value);

// True if an element moves: false where only sizes of 1 change places. Unknown sizes move.
bool moves_elements(const TensorType& type, const Permutation& perm);

}  // namespace mote
