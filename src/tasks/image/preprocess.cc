#include "tasks/image/preprocess.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "tasks/image/placement.h"

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

// Pixels [vertical.count, horizontal.count, channels] and where they lie in the input.
struct Window {
  const std::vector<float>& pixels;
  int channels;
  const ImagePlacement& place;
};

template <class T>
void normalize(const Window& window, const ImageRule& rule, T* out) {
  const int channels = rule.channels();
  const bool planar = rule.layout == ImageLayout::kNchw;
  const std::int64_t width = rule.size.width;
  const std::int64_t area = rule.size.height * width;
  const int step = planar ? 1 : channels;
  const ImagePlacement& place = window.place;
  for (int c = 0; c < channels; ++c) {
    const auto number = [&, mean = rule.mean_of(c), std = rule.std_of(c)](float value) {
      return to_element<T>((value / rule.scale - mean) / std);
    };
    T* to = planar ? out + c * area : out + c;
    if (place.vertical.count * place.horizontal.count < area) {
      const T fill = number(rule.resize.fill);
      for (std::int64_t i = 0; i < area; ++i) to[i * step] = fill;
    }
    const int color = rule.color == ColorOrder::kBgr ? channels - 1 - c : c;
    const float* from = window.pixels.data() + (window.channels == 1 ? 0 : color);
    for (std::int64_t y = place.top; y < place.top + place.vertical.count; ++y) {
      T* row = to + (y * width + place.left) * step;
      for (std::int64_t x = 0; x < place.horizontal.count; ++x, from += window.channels) {
        row[x * step] = number(*from);
      }
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
  MOTE_ASSIGN(const ImagePlacement place, place_image({image.height, image.width}, rule));
  PixelView view = cut_out(image, place);
  std::vector<std::uint8_t> grey;
  if (rule.color == ColorOrder::kGray && view.channels == 3) {
    grey = luma(view);
    view = {view.width, view.height, 1, grey.data(), view.width};
  }
  MOTE_ASSIGN(const std::uint64_t own, byte_size(dtype, image_dims(rule)));
  const std::uint64_t taken = own + grey.size();
  if (taken > max_bytes) {
    return Error{Code::kResourceExhausted,
                 cat("an image as ", name(dtype), to_string(image_dims(rule)), " takes ",
                     human_bytes(taken), ", over the limit of ", human_bytes(max_bytes))};
  }
  MOTE_ASSIGN(const auto pixels, resize_window(view, place.vertical, place.horizontal,
                                               rule.resize.filter, max_bytes - taken));
  MOTE_ASSIGN(Tensor tensor, Tensor::zeros(dtype, image_dims(rule)));
  const MutTensorView out = tensor.mut();
  const Window window{pixels, view.channels, place};
  if (dtype == DType::kF32) normalize(window, rule, out.as<float>());
  if (dtype == DType::kU8) normalize(window, rule, out.as<std::uint8_t>());
  if (dtype == DType::kS8) normalize(window, rule, out.as<std::int8_t>());
  return tensor;
}

}  // namespace mote
