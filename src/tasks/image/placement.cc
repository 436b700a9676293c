#include "tasks/image/placement.h"

#include <algorithm>

#include "base/text.h"

namespace mote {
namespace {

// As large as fits into `bounds`, at least a pixel.
ImageSize fitted(ImageSize image, ImageSize bounds) {
  const bool wide =
      std::int64_t{image.width} * bounds.height > std::int64_t{image.height} * bounds.width;
  const auto scaled = [](std::int64_t side, std::int64_t other, std::int64_t bound) {
    return static_cast<std::int32_t>(std::max<std::int64_t>(side * bound / other, 1));
  };
  if (wide) return {scaled(image.height, image.width, bounds.width), bounds.width};
  return {bounds.height, scaled(image.width, image.height, bounds.height)};
}

// The whole of the cut image after resizing.
ImageSize resized(ImageSize image, const ImageRule& rule) {
  switch (rule.resize.to) {
    case ResizeRule::To::kInputSize:
      return rule.size;
    case ResizeRule::To::kSize:
      return rule.resize.size;
    case ResizeRule::To::kKeep:
      return image;
    case ResizeRule::To::kLetterbox:
      return fitted(image, rule.size);
    case ResizeRule::To::kShortSide:
      break;
  }
  const std::int64_t side = rule.resize.short_side;
  const std::int64_t shorter = std::min(image.width, image.height);
  return {static_cast<std::int32_t>(side * image.height / shorter),
          static_cast<std::int32_t>(side * image.width / shorter)};
}

// left / 2, rounded half to even.
std::int32_t half(std::int32_t left) { return left / 2 + (left % 4 == 3 ? 1 : 0); }

// The middle `wanted` of `target` pixels.
Result<Stretch> middle(std::int32_t source, std::int32_t target, std::int32_t wanted,
                       std::string_view side) {
  if (wanted > target) {
    return Error{Code::kInvalidArgument, cat("the image, resized, has a ", side, " of ", target,
                                             ", less than the ", wanted, " to crop")};
  }
  return Stretch{source, target, half(target - wanted), wanted};
}

}  // namespace

PixelView cut_out(const PixelView& image, const ImagePlacement& place) {
  PixelView view = image;
  view.width = place.size.width;
  view.height = place.size.height;
  view.pixels += place.y * image.row_stride + std::int64_t{place.x} * image.channels;
  return view;
}

Result<ImagePlacement> place_image(ImageSize image, const ImageRule& rule) {
  ImagePlacement p;
  if (rule.crop.kind == CropRule::Kind::kFraction) {
    const auto left_over = [&](std::int32_t side) {
      return static_cast<std::int32_t>((side - side * rule.crop.fraction) / 2.0);
    };
    p.x = left_over(image.width);
    p.y = left_over(image.height);
  }
  p.size = {image.height - 2 * p.y, image.width - 2 * p.x};
  const ImageSize whole = resized(p.size, rule);
  if (rule.resize.to == ResizeRule::To::kLetterbox) {
    p.horizontal = {p.size.width, whole.width, 0, whole.width};
    p.vertical = {p.size.height, whole.height, 0, whole.height};
    if (rule.resize.letterbox == LetterboxAt::kCenter) {
      p.left = half(rule.size.width - whole.width);
      p.top = half(rule.size.height - whole.height);
    }
    return p;
  }
  MOTE_ASSIGN(p.vertical, middle(p.size.height, whole.height, rule.size.height, "height"));
  MOTE_ASSIGN(p.horizontal, middle(p.size.width, whole.width, rule.size.width, "width"));
  return p;
}

}  // namespace mote
