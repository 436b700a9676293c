// PictureRule: how a model's numbers become an image.
#pragma once
#include "tasks/image/image_rule.h"

namespace mote {

// kLuma: brightness alone (ITU-R BT.601); the colours are those of the image that went in.
enum class PictureColor : std::uint8_t { kRgb, kBgr, kGray, kLuma };
template <>
inline constexpr std::array<std::string_view, 4> kNames<PictureColor> = {"RGB", "BGR", "GRAY", "Y"};

// value = (number * std + mean) * scale, rounded and cut to [0, 255].
struct PictureRule : PixelScale {
  ImageLayout layout = ImageLayout::kNchw;
  PictureColor color = PictureColor::kRgb;

  int channels() const {
    return color == PictureColor::kGray || color == PictureColor::kLuma ? 1 : 3;
  }
  bool operator==(const PictureRule&) const = default;
};

}  // namespace mote
