// Masks of com.microsoft's attention operators as what ONNX's Attention adds to scores.
#pragma once
#include "ops/microsoft/composite.h"

namespace mote {

struct MaskSizes {
  Dim batch;
  ValueId total = ValueId::kNone;  // s64[1]: how many keys there are, those of the past among them
};

// Of dtype `like`'s, to [B, N, S, T]: `filter` where `mask` hides a key, else 0. mask: s32 [B]: how
// many keys count; [2 * B]: where they end, then where they begin; [3 * B + 2]: the first B as
// before; [B, T] or [B, S, T]: which count.
// Fails with kUnsupported for other shapes.
ValueId padding_bias(Decomposition& d, ValueId mask, const MaskSizes& sizes, ValueId like,
                     float filter);

// The sum of two biases either of which may be absent.
ValueId joined_bias(Decomposition& d, ValueId a, ValueId b);

// Size `axis` of x as s64[1].
ValueId size_node(Decomposition& d, ValueId x, std::int64_t axis);

}  // namespace mote
