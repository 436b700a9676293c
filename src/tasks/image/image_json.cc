#include "tasks/image/image_json.h"

namespace mote {
namespace {

ImageSize read_size(FieldReader& r, std::string_view field) {
  const Json* value = r.find(field);
  if (value == nullptr) return {};
  const auto is_side = [](const Json& v) {
    return v.is_number_unsigned() && v.get<std::uint64_t>() >= 1 &&
           v.get<std::uint64_t>() <= static_cast<std::uint64_t>(kMaxImageSide);
  };
  if (!value->is_array() || value->size() != 2 || !is_side((*value)[0]) || !is_side((*value)[1])) {
    r.fail(field, *value, cat("it must be [height, width], each 1 to ", kMaxImageSide));
    return {};
  }
  return {(*value)[0].get<std::int32_t>(), (*value)[1].get<std::int32_t>()};
}

// Which of the ways to resize is asked for. No two go together.
void read_target(FieldReader& r, ResizeRule& resize) {
  const auto take = [&](std::string_view field, ResizeRule::To to) {
    const Json* value = r.find(field);
    if (value == nullptr) return false;
    if (resize.to != ResizeRule::To::kInputSize) {
      r.fail(field, *value, "size, short_side and letterbox exclude each other");
      return false;
    }
    resize.to = to;
    return true;
  };
  if (take("size", ResizeRule::To::kSize)) resize.size = read_size(r, "size");
  if (take("short_side", ResizeRule::To::kShortSide)) {
    resize.short_side = r.int32("short_side", 1);
    if (resize.short_side < 1 || resize.short_side > kMaxImageSide) {
      r.fail("short_side", *r.find("short_side"), cat("it must be 1 to ", kMaxImageSide));
    }
  }
  if (take("letterbox", ResizeRule::To::kLetterbox)) {
    resize.letterbox = r.choice("letterbox", LetterboxAt::kTopLeft);
  }
}

void read_resize(FieldReader& outer, ImageRule& rule) {
  auto r = outer.object("resize");
  if (!r) {
    if (rule.crop.kind == CropRule::Kind::kCenter) rule.resize.to = ResizeRule::To::kKeep;
    return;
  }
  read_target(*r, rule.resize);
  rule.resize.fill = r->float32("fill", 0.0F);
  rule.resize.filter = r->choice("filter", ResizeFilter::kBilinear);
  outer.add(r->finish());
}

CropRule read_crop(FieldReader& r) {
  const Json* value = r.find("crop");
  if (value == nullptr || *value == "none") return {};
  if (*value == "center") return {.kind = CropRule::Kind::kCenter};
  if (value->is_number()) return {CropRule::Kind::kFraction, value->get<double>()};
  r.fail("crop", *value, "allowed are: none, center, or a fraction above 0 and at most 1");
  return {};
}

std::vector<float> read_floats(FieldReader& r, std::string_view field, float fallback) {
  std::vector<float> out;
  for (const double v : r.numbers(field, 3)) out.push_back(static_cast<float>(v));
  if (out.empty()) out = {fallback};
  return out;
}

void read_scale(FieldReader& r, PixelScale& pixels) {
  if (!r.has("scale")) {
    r.fail_missing("scale", "255 maps pixels to [0, 1], 1 leaves them as they are");
  }
  pixels.scale = r.float32("scale", 255.0F);
  pixels.mean = read_floats(r, "mean", 0.0F);
  pixels.std = read_floats(r, "std", 1.0F);
}

Json floats(const std::vector<float>& values) {
  Json list = Json::array();
  for (const float v : values) list.push_back(as_written(v));
  return list;
}

void write_scale(const PixelScale& pixels, Json& j) {
  j["scale"] = as_written(pixels.scale);
  j["mean"] = floats(pixels.mean);
  j["std"] = floats(pixels.std);
}

Json resize_json(const ResizeRule& resize) {
  Json j = Json::object();
  if (resize.to == ResizeRule::To::kShortSide) j["short_side"] = resize.short_side;
  if (resize.to == ResizeRule::To::kSize) j["size"] = {resize.size.height, resize.size.width};
  if (resize.to == ResizeRule::To::kLetterbox) {
    j["letterbox"] = name(resize.letterbox);
    j["fill"] = as_written(resize.fill);
  }
  j["filter"] = name(resize.filter);
  return j;
}

}  // namespace

ImageRule read_image(FieldReader& r) {
  ImageRule rule;
  rule.layout = r.choice("layout", rule.layout);
  rule.color = r.choice("color", rule.color);
  rule.size = read_size(r, "size");
  rule.crop = read_crop(r);
  read_resize(r, rule);
  read_scale(r, rule);
  r.add_check(check(rule));
  return rule;
}

void write_image(const ImageRule& rule, Json& j) {
  j["layout"] = name(rule.layout);
  j["color"] = name(rule.color);
  if (rule.size != ImageSize{}) j["size"] = {rule.size.height, rule.size.width};
  if (rule.resize.to != ResizeRule::To::kKeep) j["resize"] = resize_json(rule.resize);
  if (rule.crop.kind == CropRule::Kind::kFraction) {
    j["crop"] = rule.crop.fraction;
  } else {
    j["crop"] = rule.crop.kind == CropRule::Kind::kCenter ? "center" : "none";
  }
  write_scale(rule, j);
}

PictureRule read_picture(FieldReader& r) {
  PictureRule rule;
  rule.layout = r.choice("layout", rule.layout);
  rule.color = r.choice("color", rule.color);
  read_scale(r, rule);
  r.add_check(check(rule, rule.channels(), name(rule.color)));
  return rule;
}

void write_picture(const PictureRule& rule, Json& j) {
  j["layout"] = name(rule.layout);
  j["color"] = name(rule.color);
  write_scale(rule, j);
}

}  // namespace mote
