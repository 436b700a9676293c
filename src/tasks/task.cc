#include "tasks/task.h"

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

Status check_crop(const ImageRule& rule) {
  const bool sized = rule.size != ImageSize{};
  if (rule.crop.kind == CropRule::Kind::kFraction &&
      !(rule.crop.fraction > 0.0 && rule.crop.fraction <= 1.0)) {
    return invalid(
        cat("crop is ", rule.crop.fraction, "; a fraction must be above 0 and at most 1"));
  }
  const bool center = rule.crop.kind == CropRule::Kind::kCenter;
  if (rule.resize.to == ResizeRule::To::kShortSide) {
    const std::int32_t s = rule.resize.short_side;
    if (s < 1 || s > kMaxImageSide) {
      return invalid(cat("resize.short_side is ", s, "; it must be 1 to ", kMaxImageSide));
    }
    if (!center) return invalid("resize.short_side needs crop \"center\", or sizes would differ");
    if (sized && s < std::min(rule.size.height, rule.size.width)) {
      return invalid(cat("resize.short_side is ", s, ", less than the size to crop, [",
                         rule.size.height, ", ", rule.size.width, "]"));
    }
  }
  if (rule.resize.to == ResizeRule::To::kSize) {
    MOTE_TRY(check_size("resize.size", rule.resize.size));
    const bool holds =
        rule.resize.size.height >= rule.size.height && rule.resize.size.width >= rule.size.width;
    if (sized && (center ? !holds : rule.resize.size != rule.size)) {
      return invalid(center ? "resize.size is smaller than the size to crop"
                            : "resize.size differs from size; crop \"center\" would cut it");
    }
  }
  if (rule.resize.to == ResizeRule::To::kKeep && !center) {
    return invalid("crop must be \"center\" where nothing is resized");
  }
  return {};
}

Status check_numbers(const ImageRule& rule) {
  if (!std::isfinite(rule.scale) || rule.scale == 0.0F) {
    return invalid(cat("scale is ", rule.scale, "; it must be a number other than 0"));
  }
  const auto channels = static_cast<std::size_t>(rule.channels());
  const auto check_list = [&](std::string_view field, const std::vector<float>& list) -> Status {
    if (list.size() != 1 && list.size() != channels) {
      return invalid(cat(field, " has ", list.size(), " numbers; color ", name(rule.color),
                         " takes ", channels == 1 ? "1" : "1 or 3"));
    }
    if (!std::ranges::all_of(list, [](float v) { return std::isfinite(v); })) {
      return invalid(cat(field, " has a number beyond the range of 32-bit floats"));
    }
    return {};
  };
  MOTE_TRY(check_list("mean", rule.mean));
  MOTE_TRY(check_list("std", rule.std));
  if (std::ranges::count(rule.std, 0.0F) > 0)
    return invalid("std has a 0, by which it would divide");
  return {};
}

}  // namespace

std::string_view name(TaskKind kind) {
  switch (kind) {
    case TaskKind::kImageClassification:
      return "image-classification";
    case TaskKind::kClassification:
      return "classification";
    case TaskKind::kOther:
      return "other";
  }
  return "";
}

std::string_view name(InputKind kind) { return kind == InputKind::kImage ? "image" : "tensor"; }

std::string_view name(OutputKind kind) {
  return kind == OutputKind::kClassScores ? "class_scores" : "tensor";
}

std::string_view name(ImageLayout layout) { return layout == ImageLayout::kNchw ? "NCHW" : "NHWC"; }

std::string_view name(ColorOrder color) {
  switch (color) {
    case ColorOrder::kRgb:
      return "RGB";
    case ColorOrder::kBgr:
      return "BGR";
    case ColorOrder::kGray:
      return "GRAY";
  }
  return "";
}

std::string_view name(ResizeFilter filter) {
  return filter == ResizeFilter::kBilinear ? "bilinear" : "nearest";
}

std::string_view name(Activation activation) {
  switch (activation) {
    case Activation::kNone:
      return "none";
    case Activation::kSoftmax:
      return "softmax";
    case Activation::kSigmoid:
      return "sigmoid";
  }
  return "";
}

Status check(const ImageRule& rule) {
  if (rule.size != ImageSize{}) MOTE_TRY(check_size("size", rule.size));
  MOTE_TRY(check_crop(rule));
  return check_numbers(rule);
}

}  // namespace mote
