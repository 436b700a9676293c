// DeformConv: where its windows look. What reference and step share.
#pragma once
#include <array>
#include <cmath>

#include "ops/conv/conv_params.h"
#include "ops/support/element.h"
#include "ops/support/indices.h"

namespace mote {

// Inputs, by number.
enum DeformInput : std::size_t { kDeformX, kDeformW, kDeformOffset, kDeformB, kDeformMask };

struct DeformConvParams : ConvParams {
  std::int64_t offset_group = 1;
};

// Elements of one plane of X around a position, and their weights.
struct Corners {
  static constexpr std::size_t kMost = std::size_t{1} << (kMaxRank - 2);
  std::size_t count = 0;
  std::array<std::int64_t, kMost> offset;
  std::array<double, kMost> weight;

  template <class T>
  double value(const T* plane) const {
    double sum = 0.0;
    for (std::size_t i = 0; i < count; ++i) {
      sum += weight[i] * static_cast<double>(static_cast<Compute<T>>(plane[offset[i]]));
    }
    return sum;
  }
};

// Reads positions and masks. T: element type of the tensors.
template <class T>
class DeformField {
 public:
  DeformField(const DeformConvParams& p, const Window& w, const RunArgs& args)
      : w_(w),
        groups_(p.offset_group),
        taps_(w.kernel.count()),
        places_(w.out.count()),
        offset_(args.in[kDeformOffset].as<T>()) {
    const TensorView mask = optional_input(args, kDeformMask);
    if (mask) mask_ = mask.as<T>();
  }

  // What tap `tap`, at index `at` of the kernel, of offset group `group` sees for place `place`, at
  // index `to` of the output, of image `n`; times its mask. Nothing at a position that is NaN.
  void look(std::int64_t n, std::int64_t group, std::int64_t tap, const Dims& at,
            std::int64_t place, const Dims& to, Corners& corners) const {
    const std::int64_t row = (n * groups_ + group) * taps_ + tap;
    corners.count = 1;
    corners.offset[0] = 0;
    corners.weight[0] = mask_ != nullptr ? number(mask_[row * places_ + place]) : 1.0;
    for (int d = 0; d < w_.rank() && corners.count > 0; ++d) {
      const double moved = number(offset_[(row * w_.rank() + d) * places_ + place]);
      const std::int64_t start = w_.start(to, d) + at[d] * w_.dilation[d];
      split(static_cast<double>(start) + moved, w_.in[d], corners);
    }
  }

 private:
  static double number(T v) { return static_cast<double>(static_cast<Compute<T>>(v)); }

  // One dimension more: each corner becomes those below and above x, as far as they are inside.
  static void split(double x, std::int64_t size, Corners& c) {
    if (!(x > -1.0 && x < static_cast<double>(size))) {
      c.count = 0;
      return;
    }
    const auto low = static_cast<std::int64_t>(std::floor(x));
    const double fraction = x - static_cast<double>(low);
    const bool has_low = low >= 0;
    const bool has_high = low + 1 < size && fraction > 0.0;
    const std::size_t count = c.count;
    for (std::size_t i = 0; i < count; ++i) {
      const std::int64_t offset = c.offset[i] * size + low;
      const double weight = c.weight[i];
      if (has_low) c.offset[i] = offset, c.weight[i] = weight * (1.0 - fraction);
      if (!has_high) continue;
      const std::size_t to = has_low ? count + i : i;
      c.offset[to] = offset + 1, c.weight[to] = weight * fraction;
    }
    c.count = has_low && has_high ? 2 * count : has_low || has_high ? count : 0;
  }

  const Window& w_;
  std::int64_t groups_, taps_, places_;
  const T* offset_;
  const T* mask_ = nullptr;
};

// For f32: samples of all channels as columns, then a matrix product. Null for other types.
Result<std::unique_ptr<Step>> prepare_deform_conv(const PrepareArgs& args);

}  // namespace mote
