// Sliding windows of convolution and pooling: their attributes, where they lie, what they cover.
#pragma once
#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/workers.h"
#include "ir/attributes.h"

namespace mote {

enum class AutoPad : std::uint8_t { kNotSet, kValid, kSameUpper, kSameLower };

// The attributes of a window; empty lists are absent ones. Each value is within [0 or 1, 2^31).
struct WindowParams {
  std::vector<std::int64_t> kernel_shape = {};
  std::vector<std::int64_t> strides = {};
  std::vector<std::int64_t> dilations = {};
  std::vector<std::int64_t> pads = {};  // all beginnings, then all ends
  AutoPad auto_pad = AutoPad::kNotSet;
  bool ceil_mode = false;
};

// Reads kernel_shape, strides, dilations, pads and auto_pad; what has the wrong type is reported by
// r.finish(). Errors: kInvalidArgument: a value out of range, lists of unequal lengths.
Status read_window(AttributeReader& r, WindowParams& p);

// A window in each spatial dimension of a tensor of size `in`.
struct Window {
  Dims in, kernel, stride, dilation, begin, end, out;  // begin, end: padding

  int rank() const { return in.rank(); }
  // Where the window at output index `at` starts in dimension d; negative in the padding.
  std::int64_t start(const Dims& at, int d) const { return at[d] * stride[d] - begin[d]; }
};

// kernel: p.kernel_shape, or what the weights say.
// Errors: kInvalidArgument: lists that do not fit the rank, a window larger than the padded input.
Result<Window> make_window(const WindowParams& p, std::span<const std::int64_t> in,
                           std::span<const std::int64_t> kernel);

// The output sizes; unknown where `in` or `kernel` is, unless the window keeps the size.
// Errors: as make_window.
Result<Shape> window_output(const WindowParams& p, std::span<const Dim> in,
                            std::span<const Dim> kernel);

// How many taps of the window at `at` lie inside the input and its padding; ceil_mode lets the last
// one reach beyond.
std::int64_t padded_taps(const Window& w, const Dims& at);

// Of a list that may be absent.
inline std::int64_t entry(const std::vector<std::int64_t>& list, std::size_t i,
                          std::int64_t absent) {
  return list.empty() ? absent : list[i];
}

// Elements between the first and the last tap, both counted. Requires: kernel >= 1.
inline std::int64_t extent(std::int64_t kernel, std::int64_t dilation) {
  return (kernel - 1) * dilation + 1;
}

// The taps [first, last) of dimension d that fall inside the input.
struct TapRange {
  std::int64_t first, last;
};
inline TapRange taps_inside(const Window& w, const Dims& at, int d) {
  const std::int64_t start = w.start(at, d);
  const std::int64_t dilation = w.dilation[d];
  const std::int64_t first = start < 0 ? (-start + dilation - 1) / dilation : 0;
  const std::int64_t last = start < w.in[d] ? (w.in[d] - 1 - start) / dilation + 1 : 0;
  return {first, std::min(last, w.kernel[d])};
}

// Steps to the next index of `dims` in row-major order; past the last comes the first.
inline void advance(Dims& index, const Dims& dims) {
  for (int d = dims.rank() - 1; d >= 0; --d) {
    if (++index[d] < dims[d]) return;
    index[d] = 0;
  }
}

// Outputs of so many taps that a thread computes between looks at the deadline.
inline std::int64_t outputs_at_once(std::int64_t taps) {
  constexpr std::int64_t kTaps = 1 << 14;
  return std::max<std::int64_t>(kTaps / std::max<std::int64_t>(taps, 1), 1);
}

// Calls f(plane, at, i) for each place of the output in each of `planes` planes: its plane, its
// index there, its number in all. A few at a time where windows are large, so that a run can stop
// between them.
template <class F>
void for_each_place(const Window& w, std::int64_t planes, Workers& workers, const F& f) {
  const std::int64_t size = w.out.count();
  const std::int64_t grain = outputs_at_once(w.kernel.count());
  workers.for_each_range(planes * size, grain, [&](std::int64_t begin, std::int64_t end) {
    Dims at = w.out;
    std::int64_t rest = begin % size;
    for (int d = w.rank() - 1; d >= 0; rest /= w.out[d], --d) at[d] = rest % w.out[d];
    for (std::int64_t i = begin; i < end; ++i, advance(at, w.out)) f(i / size, at, i);
  });
}

// Calls f(tap, offset) for each tap of the window at output index `at` that falls inside the input,
// in row-major order: its number within the kernel, and the element of the input below it.
template <class F>
void for_each_tap(const Window& w, const Dims& at, const F& f) {
  Dims count = at, tap_step = at, offset_step = at, index = at;
  std::int64_t tap = 0, offset = 0, tap_size = 1, in_size = 1;
  for (int d = w.rank() - 1; d >= 0; --d) {
    const TapRange range = taps_inside(w, at, d);
    if (range.first >= range.last) return;
    count[d] = range.last - range.first;
    index[d] = 0;
    tap_step[d] = tap_size;
    offset_step[d] = in_size * w.dilation[d];
    tap += range.first * tap_size;
    offset += (w.start(at, d) + range.first * w.dilation[d]) * in_size;
    tap_size *= w.kernel[d];
    in_size *= w.in[d];
  }
  for (;;) {
    f(tap, offset);
    int d = w.rank() - 1;
    for (; d >= 0; --d) {
      tap += tap_step[d];
      offset += offset_step[d];
      if (++index[d] < count[d]) break;
      tap -= tap_step[d] * count[d];
      offset -= offset_step[d] * count[d];
      index[d] = 0;
    }
    if (d < 0) return;
  }
}

}  // namespace mote
