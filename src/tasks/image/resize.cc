#include "tasks/image/resize.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "base/text.h"

namespace mote {
namespace {

// For each target pixel the source pixels [first, first + weights) that it is made of.
struct Taps {
  struct Range {
    std::int32_t first = 0;
    std::size_t weight = 0;  // index of the first weight
    std::int32_t count = 0;
  };
  std::vector<Range> ranges;
  std::vector<float> weights;
};

// In integers: a centre on the edge of two pixels belongs to the right one.
void add_nearest(Taps& taps, std::int64_t i, const Stretch& s) {
  const auto at = static_cast<std::int32_t>((2 * i + 1) * s.source / (2 * std::int64_t{s.target}));
  taps.ranges.push_back({at, taps.weights.size(), 1});
  taps.weights.push_back(1.0F);
}

// How much a source pixel counts at distance x from the target's centre, in widths of the larger
// of both pixels, and where that ends.
struct Kernel {
  double (*weight)(double x);
  double reach;
};

constexpr Kernel kTriangle = {[](double x) { return 1.0 - x; }, 1.0};
// Keys, Cubic convolution interpolation for digital image processing (1981), a = -1/2.
constexpr Kernel kCubic = {[](double x) {
                             return x < 1.0 ? (1.5 * x - 2.5) * x * x + 1.0
                                            : ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0;
                           },
                           2.0};

// Weights around `center` (in source pixels) with target pixels as wide as `width` source pixels,
// cut at the image's edges and scaled to a sum of 1.
void add_kernel(Taps& taps, const Kernel& kernel, double center, double width,
                std::int32_t source) {
  const double reach = kernel.reach * width;
  const auto first = std::max(0, static_cast<std::int32_t>(center - reach + 0.5));
  const auto last = std::min(source, static_cast<std::int32_t>(center + reach + 0.5));
  std::vector<double> w;
  double sum = 0.0;
  for (std::int32_t i = first; i < last; ++i) {
    const double x = std::abs(i + 0.5 - center) / width;
    w.push_back(x < kernel.reach ? kernel.weight(x) : 0.0);
    sum += w.back();
  }
  taps.ranges.push_back({first, taps.weights.size(), last - first});
  for (const double v : w) taps.weights.push_back(static_cast<float>(v / sum));
}

Taps taps_of(const Stretch& s, ResizeFilter filter) {
  Taps taps;
  const double ratio = static_cast<double>(s.source) / s.target;
  for (std::int32_t i = s.first; i < s.first + s.count; ++i) {
    if (filter == ResizeFilter::kNearest) {
      add_nearest(taps, i, s);
    } else {
      const Kernel& kernel = filter == ResizeFilter::kBicubic ? kCubic : kTriangle;
      add_kernel(taps, kernel, (i + 0.5) * ratio, std::max(ratio, 1.0), s.source);
    }
  }
  return taps;
}

// Rows [rows, row_elements] of pixels or floats.
template <class T>
struct Rows {
  const T* data;
  std::int64_t stride;
  std::int64_t count;
  std::int64_t elements;
};

// Each output row is a weighted sum of input rows.
template <class T>
std::vector<float> vertical_pass(const Rows<T>& in, const Taps& taps) {
  std::vector<float> out(taps.ranges.size() * static_cast<std::size_t>(in.elements));
  float* to = out.data();
  for (const Taps::Range& range : taps.ranges) {
    for (std::int32_t i = 0; i < range.count; ++i) {
      const float weight = taps.weights[range.weight + static_cast<std::size_t>(i)];
      const T* from = in.data + (range.first + i) * in.stride;
      for (std::int64_t x = 0; x < in.elements; ++x) to[x] += weight * static_cast<float>(from[x]);
    }
    to += in.elements;
  }
  return out;
}

// Each pixel of a row becomes a weighted sum of pixels of that row.
template <class T>
std::vector<float> horizontal_pass(const Rows<T>& in, const Taps& taps, std::int32_t channels) {
  std::vector<float> out(static_cast<std::size_t>(in.count * channels) * taps.ranges.size());
  float* to = out.data();
  for (std::int64_t y = 0; y < in.count; ++y) {
    const T* row = in.data + y * in.stride;
    for (const Taps::Range& range : taps.ranges) {
      const T* from = row + std::int64_t{range.first} * channels;
      for (std::int32_t i = 0; i < range.count; ++i, from += channels) {
        const float weight = taps.weights[range.weight + static_cast<std::size_t>(i)];
        for (std::int32_t c = 0; c < channels; ++c) to[c] += weight * static_cast<float>(from[c]);
      }
      to += channels;
    }
  }
  return out;
}

// The direction that leaves less for the other goes first.
std::vector<float> resize_both(const PixelView& image, const Taps& y_taps, const Taps& x_taps) {
  const std::int64_t c = image.channels;
  const auto height = std::ssize(y_taps.ranges);
  const std::int64_t width = std::ssize(x_taps.ranges) * c;
  const Rows<std::uint8_t> source{image.pixels, image.row_stride, image.height, image.width * c};
  if (height * source.elements < image.height * width) {
    const std::vector<float> half = vertical_pass(source, y_taps);
    const Rows<float> rows{half.data(), source.elements, height, source.elements};
    return horizontal_pass(rows, x_taps, image.channels);
  }
  const std::vector<float> half = horizontal_pass(source, x_taps, image.channels);
  return vertical_pass(Rows<float>{half.data(), width, image.height, width}, y_taps);
}

}  // namespace

Result<std::vector<float>> resize_window(const PixelView& image, const Stretch& vertical,
                                         const Stretch& horizontal, ResizeFilter filter,
                                         std::uint64_t max_bytes) {
  const std::int64_t c = image.channels;
  const std::int64_t rows_first = vertical.count * std::int64_t{image.width} * c;
  const std::int64_t columns_first = image.height * std::int64_t{horizontal.count} * c;
  const std::int64_t result = std::int64_t{vertical.count} * horizontal.count * c;
  const std::int64_t floats = std::min(rows_first, columns_first) + result;
  const std::uint64_t bytes = static_cast<std::uint64_t>(floats) * sizeof(float);
  if (bytes > max_bytes) {
    return Error{Code::kResourceExhausted,
                 cat("resizing ", image.width, "x", image.height, " pixels to ", horizontal.target,
                     "x", vertical.target, " takes ", human_bytes(bytes), ", over the limit of ",
                     human_bytes(max_bytes))};
  }
  auto pixels = resize_both(image, taps_of(vertical, filter), taps_of(horizontal, filter));
  if (filter == ResizeFilter::kBicubic) {
    for (float& v : pixels) v = std::clamp(v, 0.0F, 255.0F);
  }
  return pixels;
}

}  // namespace mote
