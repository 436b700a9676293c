#include "tasks/image/picture.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "tasks/image/image_axes.h"
#include "tasks/tensor_floats.h"

namespace mote {
namespace {

constexpr std::int64_t kMaxSide = 65'535;

std::uint8_t to_pixel(float v) {
  return std::isnan(v) ? std::uint8_t{0}
                       : static_cast<std::uint8_t>(std::clamp(std::nearbyint(v), 0.0F, 255.0F));
}

// The part of one axis of the output that shows the image.
struct Span {
  std::int32_t first = 0;
  std::int32_t count = 0;
};

// begin, count: what of the input's `input` pixels shows the image. At least a pixel of the output.
Span shown(std::int32_t begin, std::int32_t count, std::int32_t input, std::int64_t output) {
  const auto scaled = [&](std::int64_t at) { return (2 * at * output + input) / (2 * input); };
  const std::int64_t first = std::min(scaled(begin), output - 1);
  const std::int64_t end = std::max(scaled(begin + count), first + 1);
  return {static_cast<std::int32_t>(first), static_cast<std::int32_t>(end - first)};
}

// Sizes of the output, and how far apart its numbers lie.
struct Grid {
  std::int64_t height, width;
  std::int64_t channel_step, pixel_step;
};

Result<Grid> grid_of(const Tensor& output, const PictureRule& rule) {
  const Dims& d = output.dims();
  const ImageAxes axes = axes_of(rule.layout);
  const auto at = [&](std::size_t axis) { return d[static_cast<int>(axis)]; };
  const auto is_side = [](std::int64_t side) { return side >= 1 && side <= kMaxSide; };
  if (d.rank() != 4 || d[0] != 1 || at(axes.channels) != rule.channels() ||
      !is_side(at(axes.height)) || !is_side(at(axes.width))) {
    return Error{
        Code::kInvalidArgument,
        cat("it has shape ", to_string(d), "; an image, ", name(rule.layout), " ", name(rule.color),
            ", has ", rule.channels(), " channels at axis ", axes.channels, " of 4")};
  }
  const bool planar = rule.layout == ImageLayout::kNchw;
  const std::int64_t area = at(axes.height) * at(axes.width);
  return Grid{at(axes.height), at(axes.width), planar ? area : 1, planar ? 1 : rule.channels()};
}

// Floats in [0, 255], of the part that shows the image, RGB or one channel.
std::vector<float> pixel_values(const std::vector<float>& numbers, const Grid& grid,
                                const PictureRule& rule, const Span& y, const Span& x) {
  const int channels = rule.channels();
  std::vector<float> out(static_cast<std::size_t>(y.count) * static_cast<std::size_t>(x.count) *
                         static_cast<std::size_t>(channels));
  for (int c = 0; c < channels; ++c) {
    const float mean = rule.mean_of(c);
    const float std = rule.std_of(c);
    float* to = out.data() + (rule.color == PictureColor::kBgr ? channels - 1 - c : c);
    for (std::int64_t row = y.first; row < y.first + y.count; ++row) {
      const float* from =
          numbers.data() + c * grid.channel_step + (row * grid.width + x.first) * grid.pixel_step;
      for (std::int32_t i = 0; i < x.count; ++i, from += grid.pixel_step, to += channels) {
        *to = (*from * std + mean) * rule.scale;
      }
    }
  }
  return out;
}

// Brightness of the model, colour of the source. Cb and Cr are what the channels differ from the
// brightness by, times a constant, so adding the difference is the same as merging YCbCr.
void add_color(const std::vector<float>& luma, const std::vector<float>& source, Pixels& out) {
  for (std::size_t i = 0; i < luma.size(); ++i) {
    const float* rgb = &source[3 * i];
    const float dark = 0.299F * rgb[0] + 0.587F * rgb[1] + 0.114F * rgb[2];
    for (std::size_t c = 0; c < 3; ++c) out.values.push_back(to_pixel(luma[i] + rgb[c] - dark));
  }
}

// The whole of `target` pixels would be the whole stretched image.
Stretch enlarged(const Stretch& stretch, std::int32_t input, std::int64_t output,
                 const Span& wanted) {
  const auto scaled = [&](std::int64_t at) {
    return static_cast<std::int32_t>((2 * at * output + input) / (2 * input));
  };
  Stretch out = stretch;
  out.count = wanted.count;
  out.first = scaled(stretch.first);
  out.target = std::max(scaled(stretch.target), out.first + out.count);
  return out;
}

Status check_bytes(std::uint64_t bytes, const Grid& grid, std::uint64_t max_bytes) {
  if (bytes <= max_bytes) return {};
  return Error{Code::kResourceExhausted,
               cat("an image of ", grid.width, "x", grid.height, " pixels takes ",
                   human_bytes(bytes), ", over the limit of ", human_bytes(max_bytes))};
}

}  // namespace

Result<Pixels> tensor_to_picture(const Tensor& output, const PictureRule& rule,
                                 const PictureSource& source, std::uint64_t max_bytes) {
  MOTE_ASSIGN(const Grid grid, grid_of(output, rule));
  const ImagePlacement& place = source.place;
  const Span y = shown(place.top, place.vertical.count, source.input.height, grid.height);
  const Span x = shown(place.left, place.horizontal.count, source.input.width, grid.width);
  // Twice the numbers as floats, and the pixels.
  const std::uint64_t bytes = static_cast<std::uint64_t>(output.count()) * 2 * sizeof(float) +
                              static_cast<std::uint64_t>(y.count) * x.count * 3;
  MOTE_TRY(check_bytes(bytes, grid, max_bytes));
  MOTE_ASSIGN(const std::vector<float> numbers, to_floats(output));
  const std::vector<float> values = pixel_values(numbers, grid, rule, y, x);
  const bool color = rule.color == PictureColor::kLuma && source.image.channels == 3;
  Pixels out{x.count, y.count, color ? 3 : rule.channels(), {}};
  out.values.reserve(static_cast<std::size_t>(y.count) * static_cast<std::size_t>(x.count) *
                     static_cast<std::size_t>(out.channels));
  if (!color) {
    for (const float v : values) out.values.push_back(to_pixel(v));
    return out;
  }
  MOTE_ASSIGN(const auto rgb,
              resize_window(cut_out(source.image, place),
                            enlarged(place.vertical, source.input.height, grid.height, y),
                            enlarged(place.horizontal, source.input.width, grid.width, x),
                            ResizeFilter::kBicubic, max_bytes - bytes));
  add_color(values, rgb, out);
  return out;
}

}  // namespace mote
