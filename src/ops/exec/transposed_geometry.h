// Transposed convolution of channels-last images as a convolution of stride 1 for each phase:
// output pixels that are the same modulo the stride see the same taps of the kernel.
#pragma once
#include <array>
#include <vector>

#include "ir/op_def.h"
#include "ops/exec/activation.h"

namespace mote {

// Larger ones are left to the operator of the model dialect.
inline constexpr std::int64_t kMostStride = 64, kMostTaps = 4096;

struct TransposedParams : OpParams {
  std::array<std::int64_t, 2> stride, dilation, begin, out;
  std::int64_t group = 1;
  EpilogueActivation activation;
};

// Tap `tap` of the kernel sees input pixel q + offset, where q is the output pixel over the stride.
struct PhaseTap {
  std::int64_t tap, offset;
};

struct TransposedGeometry {
  // x: [N, H, W, C]; w: [C, O/group, KH, KW].
  TransposedGeometry(const TransposedParams& p, const Dims& x, const Dims& w);

  std::int64_t depth() const { return channels / group; }
  std::int64_t group_filters() const { return filters / group; }
  // The taps that output pixel `at` of dimension d (0: rows, 1: columns) sees.
  const std::vector<PhaseTap>& taps_of(int d, std::int64_t at) const {
    const auto i = static_cast<std::size_t>(d);
    return phases[i][static_cast<std::size_t>(at % stride[i])];
  }
  // Of channel c, output channel o and tap number `tap`, in w.
  std::int64_t weight_at(std::int64_t c, std::int64_t o, std::int64_t tap) const {
    return (c * group_filters() + o % group_filters()) * kernel[0] * kernel[1] + tap;
  }

  std::int64_t images, channels, filters, group;
  std::array<std::int64_t, 2> in, kernel, stride, out;
  std::array<std::vector<std::vector<PhaseTap>>, 2> phases;  // by dimension and phase below `out`
};

// Null if there are no kernels for it: weights that are not constant, an empty tensor, one channel
// and filter for each group. Errors: kResourceExhausted.
Result<std::unique_ptr<Step>> prepare_transposed(const TransposedParams& p,
                                                 const PrepareArgs& args);

}  // namespace mote
