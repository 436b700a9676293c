// Sizes of a channels-last convolution, the kernel that suits them, its packed weights.
#pragma once
#include "ir/row_step.h"
#include "kernels/table.h"
#include "ops/exec/conv_step.h"
#include "ops/support/window.h"

namespace mote {

struct ConvGeometry {
  Window window;
  std::int64_t pixels = 0;  // of the output: N * OH * OW
  std::int64_t channels = 0, filters = 0, group = 1;

  std::int64_t taps() const { return window.kernel[0] * window.kernel[1]; }
  std::int64_t depth() const { return channels / group; }
  std::int64_t group_filters() const { return filters / group; }
};

// x: [N, H, W, C]; w: [O, C/group, KH, KW]. Errors: kInvalidArgument.
Result<ConvGeometry> conv_geometry(const WindowParams& p, std::int64_t group, const Dims& x,
                                   const Dims& w);

enum class ConvKind {
  kNone,       // more taps than a step keeps pointers for
  kPointwise,  // one tap, stride 1, no padding
  kStem,       // few channels: a kernel row is one tap
  kDepthwise,  // one channel and one filter for each group
  kWindow,
};
ConvKind kind_of(const KernelTable& kernels, const ConvGeometry& g);

// Floats of rows that a stem step copies at once: 64 KiB.
inline constexpr std::int64_t kStemFloats = 1 << 14;

// Few channels in, few taps: the step of conv_stem.cc takes it.
bool suits_stem(const ConvGeometry& g);

RowGeometry rows_of(const ConvGeometry& g, std::size_t element_bytes);
// Rows of a depthwise convolution's output, as kernels take them.
DepthwiseRow depthwise_row(const ConvGeometry& g, std::int64_t lines);

// The input rows below output row y, one for each row of the kernel; null in the padding.
template <class T>
void rows_below(const ConvGeometry& g, const RowBuffer& in, std::int64_t y, const T** rows) {
  const Window& w = g.window;
  std::int64_t at = y * w.stride[0] - w.begin[0];
  for (std::int64_t i = 0; i < w.kernel[0]; ++i, at += w.dilation[0]) {
    rows[i] = at >= 0 && at < w.in[0] ? in.row<const T>(at) : nullptr;
  }
}

// Pixels whose pointers are made at once: a multiple of gemm_rows.
std::int64_t tile_rows(const KernelTable& kernels, std::int64_t taps);

struct ConvWeights {
  const float* w;     // [O, C/group, KH, KW]
  const float* bias;  // [O], or null
};
// As the kernel of kind_of(g) wants them, group after group. Errors: kResourceExhausted.
Result<Tensor> pack_conv(const PrepareArgs& args, const ConvGeometry& g, const ConvWeights& w);

}  // namespace mote
