#include "tasks/preprocess.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace mote {
namespace {

constexpr std::int32_t kMaxSide = 65535;

Status check_image(const PixelView& image) {
  if (image.pixels == nullptr || image.width < 1 || image.height < 1) {
    return Error{Code::kInvalidArgument, "the image has no pixels"};
  }
  if (image.channels != 1 && image.channels != 3) {
    return Error{Code::kInvalidArgument,
                 cat("the image has ", image.channels, " channels; it must have 1 or 3")};
  }
  if (image.width > kMaxSide || image.height > kMaxSide) {
    return Error{Code::kInvalidArgument, cat("the image has ", image.width, "x", image.height,
                                             " pixels; sides may have ", kMaxSide)};
  }
  return {};
}

// The middle `fraction` of the image.
PixelView cropped(const PixelView& image, double fraction) {
  const auto left_over = [&](std::int32_t side) {
    return static_cast<std::int32_t>((side - side * fraction) / 2.0);
  };
  const std::int32_t x = left_over(image.width);
  const std::int32_t y = left_over(image.height);
  PixelView view = image;
  view.width = image.width - 2 * x;
  view.height = image.height - 2 * y;
  view.pixels += y * image.row_stride + std::int64_t{x} * image.channels;
  return view;
}

std::vector<std::uint8_t> luma(const PixelView& image) {
  std::vector<std::uint8_t> grey;
  grey.reserve(static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height));
  for (std::int32_t y = 0; y < image.height; ++y) {
    const std::uint8_t* p = image.pixels + y * image.row_stride;
    for (std::int32_t x = 0; x < image.width; ++x, p += 3) {
      grey.push_back(
          static_cast<std::uint8_t>((299 * p[0] + 587 * p[1] + 114 * p[2] + 500) / 1000));
    }
  }
  return grey;
}

// The whole image's size after resizing.
ImageSize resized_size(const PixelView& image, const ImageRule& rule) {
  switch (rule.resize.to) {
    case ResizeRule::To::kInputSize:
      return rule.size;
    case ResizeRule::To::kSize:
      return rule.resize.size;
    case ResizeRule::To::kKeep:
      return {image.height, image.width};
    case ResizeRule::To::kShortSide:
      break;
  }
  const std::int64_t side = rule.resize.short_side;
  const std::int64_t shorter = std::min(image.width, image.height);
  return {static_cast<std::int32_t>(side * image.height / shorter),
          static_cast<std::int32_t>(side * image.width / shorter)};
}

// The middle `wanted` of `target` pixels.
Result<Stretch> middle(std::int32_t source, std::int32_t target, std::int32_t wanted,
                       std::string_view side) {
  if (wanted > target) {
    return Error{Code::kInvalidArgument, cat("the image, resized, has a ", side, " of ", target,
                                             ", less than the ", wanted, " to crop")};
  }
  const int left = target - wanted;
  const int half = left / 2 + (left % 4 == 3 ? 1 : 0);  // left / 2, rounded half to even
  return Stretch{source, target, half, wanted};
}

template <class T>
T to_element(float v) {
  if constexpr (std::is_same_v<T, float>) {
    return v;
  } else {
    constexpr auto kLow = static_cast<float>(std::numeric_limits<T>::lowest());
    constexpr auto kHigh = static_cast<float>(std::numeric_limits<T>::max());
    return std::isnan(v) ? T{0} : static_cast<T>(std::clamp(std::nearbyint(v), kLow, kHigh));
  }
}

// pixels: [height, width, from_channels] of the window.
template <class T>
void normalize(const std::vector<float>& pixels, int from_channels, const ImageRule& rule, T* out) {
  const int channels = rule.channels();
  const bool planar = rule.layout == ImageLayout::kNchw;
  const std::int64_t area = std::int64_t{rule.size.height} * rule.size.width;
  for (int c = 0; c < channels; ++c) {
    const float mean = rule.mean[rule.mean.size() == 1 ? 0 : static_cast<std::size_t>(c)];
    const float std = rule.std[rule.std.size() == 1 ? 0 : static_cast<std::size_t>(c)];
    const int color = rule.color == ColorOrder::kBgr ? channels - 1 - c : c;
    const float* from = pixels.data() + (from_channels == 1 ? 0 : color);
    T* to = planar ? out + c * area : out + c;
    const int step = planar ? 1 : channels;
    for (std::int64_t i = 0; i < area; ++i) {
      to[i * step] = to_element<T>((from[i * from_channels] / rule.scale - mean) / std);
    }
  }
}

}  // namespace

Dims image_dims(const ImageRule& rule) {
  const std::int64_t c = rule.channels();
  if (rule.layout == ImageLayout::kNchw) return {1, c, rule.size.height, rule.size.width};
  return {1, rule.size.height, rule.size.width, c};
}

Result<Tensor> image_to_tensor(const PixelView& image, const ImageRule& rule, DType dtype,
                               std::uint64_t max_bytes) {
  if (dtype != DType::kF32 && dtype != DType::kU8 && dtype != DType::kS8) {
    return Error{Code::kUnsupported, cat("an image cannot become ", name(dtype))};
  }
  MOTE_TRY(check_image(image));
  const bool by_fraction = rule.crop.kind == CropRule::Kind::kFraction;
  PixelView view = by_fraction ? cropped(image, rule.crop.fraction) : image;
  std::vector<std::uint8_t> grey;
  if (rule.color == ColorOrder::kGray && view.channels == 3) {
    grey = luma(view);
    view = {view.width, view.height, 1, grey.data(), view.width};
  }
  const ImageSize whole = resized_size(view, rule);
  MOTE_ASSIGN(const Stretch y, middle(view.height, whole.height, rule.size.height, "height"));
  MOTE_ASSIGN(const Stretch x, middle(view.width, whole.width, rule.size.width, "width"));
  MOTE_ASSIGN(const std::uint64_t own, byte_size(dtype, image_dims(rule)));
  const std::uint64_t taken = own + grey.size();
  if (taken > max_bytes) {
    return Error{Code::kResourceExhausted,
                 cat("an image as ", name(dtype), to_string(image_dims(rule)), " takes ",
                     human_bytes(taken), ", over the limit of ", human_bytes(max_bytes))};
  }
  MOTE_ASSIGN(const auto pixels, resize_window(view, y, x, rule.resize.filter, max_bytes - taken));
  MOTE_ASSIGN(Tensor tensor, Tensor::zeros(dtype, image_dims(rule)));
  const MutTensorView out = tensor.mut();
  if (dtype == DType::kF32) normalize(pixels, view.channels, rule, out.as<float>());
  if (dtype == DType::kU8) normalize(pixels, view.channels, rule, out.as<std::uint8_t>());
  if (dtype == DType::kS8) normalize(pixels, view.channels, rule, out.as<std::int8_t>());
  return tensor;
}

}  // namespace mote
