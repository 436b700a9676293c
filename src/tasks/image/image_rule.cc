#include "tasks/image/image_rule.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace mote {
namespace {

Error invalid(std::string message) { return Error{Code::kInvalidArgument, std::move(message)}; }

Status check_size(std::string_view field, const ImageSize& size) {
  for (const std::int32_t side : {size.height, size.width}) {
    if (side < 1 || side > kMaxImageSide) {
      return invalid(cat(field, " is [", size.height, ", ", size.width,
                         "]; each side must be 1 to ", kMaxImageSide));
    }
  }
  const std::int64_t pixels = std::int64_t{size.height} * size.width;
  if (pixels > kMaxImagePixels) {
    return invalid(cat(field, " is [", size.height, ", ", size.width, "], ", pixels,
                       " pixels; at most ", kMaxImagePixels, " are allowed"));
  }
  return {};
}

Status check_short_side(const ImageRule& rule) {
  const std::int32_t s = rule.resize.short_side;
  if (s < 1 || s > kMaxImageSide) {
    return invalid(cat("resize.short_side is ", s, "; it must be 1 to ", kMaxImageSide));
  }
  if (rule.crop.kind != CropRule::Kind::kCenter) {
    return invalid("resize.short_side needs crop \"center\", or sizes would differ");
  }
  if (rule.size != ImageSize{} && s < std::min(rule.size.height, rule.size.width)) {
    return invalid(cat("resize.short_side is ", s, ", less than the size to crop, [",
                       rule.size.height, ", ", rule.size.width, "]"));
  }
  return {};
}

Status check_resize_size(const ImageRule& rule) {
  MOTE_TRY(check_size("resize.size", rule.resize.size));
  if (rule.size == ImageSize{}) return {};
  if (rule.crop.kind != CropRule::Kind::kCenter) {
    if (rule.resize.size == rule.size) return {};
    return invalid("resize.size differs from size; crop \"center\" would cut it");
  }
  const bool holds =
      rule.resize.size.height >= rule.size.height && rule.resize.size.width >= rule.size.width;
  return holds ? Status() : invalid("resize.size is smaller than the size to crop");
}

Status check_letterbox(const ImageRule& rule) {
  if (rule.crop.kind == CropRule::Kind::kCenter) {
    return invalid("resize.letterbox leaves nothing for crop \"center\" to cut");
  }
  if (rule.resize.fill >= 0.0F && rule.resize.fill <= 255.0F) return {};
  return invalid(
      cat("resize.fill is ", rule.resize.fill, "; it must be a pixel's value, 0 to 255"));
}

Status check_resize(const ImageRule& rule) {
  if (rule.resize.fill != 0.0F && rule.resize.to != ResizeRule::To::kLetterbox) {
    return invalid("resize.fill means nothing without resize.letterbox");
  }
  switch (rule.resize.to) {
    case ResizeRule::To::kShortSide:
      return check_short_side(rule);
    case ResizeRule::To::kSize:
      return check_resize_size(rule);
    case ResizeRule::To::kLetterbox:
      return check_letterbox(rule);
    case ResizeRule::To::kKeep:
      if (rule.crop.kind == CropRule::Kind::kCenter) return {};
      return invalid("crop must be \"center\" where nothing is resized");
    case ResizeRule::To::kInputSize:
      break;
  }
  return {};
}

Status check_list(std::string_view field, const std::vector<float>& list, int channels,
                  std::string_view color) {
  if (list.size() != 1 && list.size() != static_cast<std::size_t>(channels)) {
    return invalid(cat(field, " has ", list.size(), " numbers; color ", color, " takes ",
                       channels == 1 ? "1" : "1 or 3"));
  }
  if (!std::ranges::all_of(list, [](float v) { return std::isfinite(v); })) {
    return invalid(cat(field, " has a number beyond the range of 32-bit floats"));
  }
  return {};
}

}  // namespace

Status check(const PixelScale& scale, int channels, std::string_view color) {
  if (!std::isfinite(scale.scale) || scale.scale == 0.0F) {
    return invalid(cat("scale is ", scale.scale, "; it must be a number other than 0"));
  }
  MOTE_TRY(check_list("mean", scale.mean, channels, color));
  MOTE_TRY(check_list("std", scale.std, channels, color));
  if (std::ranges::count(scale.std, 0.0F) > 0) {
    return invalid("std has a 0, by which it would divide");
  }
  return {};
}

Status check(const ImageRule& rule) {
  if (rule.size != ImageSize{}) MOTE_TRY(check_size("size", rule.size));
  if (rule.crop.kind == CropRule::Kind::kFraction &&
      !(rule.crop.fraction > 0.0 && rule.crop.fraction <= 1.0)) {
    return invalid(
        cat("crop is ", rule.crop.fraction, "; a fraction must be above 0 and at most 1"));
  }
  MOTE_TRY(check_resize(rule));
  return check(rule, rule.channels(), name(rule.color));
}

}  // namespace mote
