#include "ops/exec/image.h"

#include "base/text.h"
#include "ops/support/axes.h"
#include "ops/support/shapes.h"

namespace mote {

Status infer_image(const InferArgs& args, const WindowParams& p, std::span<const Dim> kernel,
                   const Dim& channels, DType to) {
  MOTE_TRY(expect_rank(args, 0, 4, "x"));
  const Dim in[] = {size_of(args, 0, 1), size_of(args, 0, 2)};
  MOTE_ASSIGN(const Shape sizes, window_output(p, in, kernel));
  args.set(0, {to, Shape{size_of(args, 0, 0), sizes[0], sizes[1], channels}});
  return {};
}

Result<Window> image_window(const WindowParams& p, const Dims& x,
                            std::span<const std::int64_t> kernel) {
  const std::int64_t in[] = {x[1], x[2]};
  return make_window(p, in, kernel);
}

TapTable::TapTable(const Window& window, std::int64_t pixel_step)
    : window_(window), pixel_step_(pixel_step) {
  for (std::int64_t i = 0; i < window.kernel[0]; ++i) {
    for (std::int64_t j = 0; j < window.kernel[1]; ++j) {
      const std::int64_t pixels = i * window.dilation[0] * window.in[1] + j * window.dilation[1];
      offsets_.push_back(pixels * pixel_step);
    }
  }
}

template <class T>
void TapTable::fill_border(const T* image, const T* outside, std::int64_t top, std::int64_t left,
                           const T** rows) const {
  const Window& w = window_;
  for (std::int64_t i = 0; i < w.kernel[0]; ++i) {
    const std::int64_t y = top + i * w.dilation[0];
    for (std::int64_t j = 0; j < w.kernel[1]; ++j) {
      const std::int64_t x = left + j * w.dilation[1];
      const bool inside = y >= 0 && y < w.in[0] && x >= 0 && x < w.in[1];
      *rows++ = inside ? image + (y * w.in[1] + x) * pixel_step_ : outside;
    }
  }
}

template <class T>
void TapTable::fill(const T* x, const T* outside, std::int64_t first, std::int64_t count,
                    const T** rows) const {
  const Window& w = window_;
  const std::int64_t height = w.in[0], width = w.in[1];
  const std::int64_t last_top = height - extent(w.kernel[0], w.dilation[0]);
  const std::int64_t last_left = width - extent(w.kernel[1], w.dilation[1]);
  std::int64_t column = first % w.out[1];
  std::int64_t line = first / w.out[1] % w.out[0];
  const T* image = x + first / w.out[1] / w.out[0] * height * width * pixel_step_;
  for (std::int64_t i = 0; i < count; ++i, rows += taps()) {
    const std::int64_t top = line * w.stride[0] - w.begin[0];
    const std::int64_t left = column * w.stride[1] - w.begin[1];
    if (top >= 0 && top <= last_top && left >= 0 && left <= last_left) {
      const T* corner = image + (top * width + left) * pixel_step_;
      for (std::size_t t = 0; t < offsets_.size(); ++t) rows[t] = corner + offsets_[t];
    } else {
      fill_border(image, outside, top, left, rows);
    }
    if (++column < w.out[1]) continue;
    column = 0;
    if (++line < w.out[0]) continue;
    line = 0;
    image += height * width * pixel_step_;
  }
}

template void TapTable::fill(const float*, const float*, std::int64_t, std::int64_t,
                             const float**) const;
template void TapTable::fill(const std::uint8_t*, const std::uint8_t*, std::int64_t, std::int64_t,
                             const std::uint8_t**) const;

}  // namespace mote
