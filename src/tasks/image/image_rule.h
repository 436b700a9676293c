// ImageRule: how an image becomes numbers.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "tasks/choices.h"

namespace mote {

enum class ImageLayout : std::uint8_t { kNchw, kNhwc };
enum class ColorOrder : std::uint8_t { kRgb, kBgr, kGray };
enum class ResizeFilter : std::uint8_t { kBilinear, kNearest, kBicubic };
// Where an image lies that does not fill the model's.
enum class LetterboxAt : std::uint8_t { kTopLeft, kCenter };

template <>
inline constexpr std::array<std::string_view, 2> kNames<ImageLayout> = {"NCHW", "NHWC"};
template <>
inline constexpr std::array<std::string_view, 3> kNames<ColorOrder> = {"RGB", "BGR", "GRAY"};
template <>
inline constexpr std::array<std::string_view, 3> kNames<ResizeFilter> = {"bilinear", "nearest",
                                                                         "bicubic"};
template <>
inline constexpr std::array<std::string_view, 2> kNames<LetterboxAt> = {"top_left", "center"};

struct ImageSize {
  std::int32_t height = 0;
  std::int32_t width = 0;
  bool operator==(const ImageSize&) const = default;
};

// Ceilings for what a description may ask for.
inline constexpr std::int32_t kMaxImageSide = 16384;
inline constexpr std::int64_t kMaxImagePixels = std::int64_t{1} << 24;

struct ResizeRule {
  enum class To : std::uint8_t {
    kInputSize,  // the model's, whatever the sides' ratio
    kShortSide,  // the shorter side gets `short_side` pixels, the ratio stays
    kSize,       // `size`
    kKeep,       // no resizing
    kLetterbox,  // as large as fits into the model's size, the ratio stays; the rest is filled
  };
  To to = To::kInputSize;
  std::int32_t short_side = 0;
  ImageSize size;
  LetterboxAt letterbox = LetterboxAt::kTopLeft;
  float fill = 0.0F;  // kLetterbox: a pixel's value, from 0 to 255, in every channel
  ResizeFilter filter = ResizeFilter::kBilinear;
  bool operator==(const ResizeRule&) const = default;
};

struct CropRule {
  enum class Kind : std::uint8_t {
    kNone,
    kCenter,    // after resizing, the middle of the model's size
    kFraction,  // before resizing, the middle `fraction` of each side
  };
  Kind kind = Kind::kNone;
  double fraction = 1.0;
  bool operator==(const CropRule&) const = default;
};

// What a channel's numbers mean: number = (value / scale - mean) / std, with value in [0, 255].
struct PixelScale {
  float scale = 255.0F;
  std::vector<float> mean = {0.0F};  // one for all channels, or one each
  std::vector<float> std = {1.0F};

  float mean_of(int channel) const {
    return mean[mean.size() == 1 ? 0 : static_cast<std::size_t>(channel)];
  }
  float std_of(int channel) const {
    return std[std.size() == 1 ? 0 : static_cast<std::size_t>(channel)];
  }
  bool operator==(const PixelScale&) const = default;
};

// How an image becomes numbers: crop by fraction, resize, crop, then each channel's scale.
struct ImageRule : PixelScale {
  ImageLayout layout = ImageLayout::kNchw;
  ColorOrder color = ColorOrder::kRgb;
  ImageSize size;  // {0, 0}: what the model's input says
  ResizeRule resize;
  CropRule crop;

  int channels() const { return color == ColorOrder::kGray ? 1 : 3; }
  bool operator==(const ImageRule&) const = default;
};

// That the parts of `rule` can be meant together: sizes within bounds, a crop that the resized
// image holds, numbers of means that fit the channels. Errors: kInvalidArgument, naming the field.
Status check(const ImageRule& rule);
Status check(const PixelScale& scale, int channels, std::string_view color);

}  // namespace mote
