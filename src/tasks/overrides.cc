#include "tasks/overrides.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/text.h"

namespace mote {
namespace {

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  text = trim(text);
  Number v{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), v);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return v;
}

Error wrong(const ImageOverride& o, std::string_view wanted) {
  return {Code::kInvalidArgument, cat("--", o.field, " ", o.value, ": it must be ", wanted)};
}

Status set_size(ImageRule& rule, const ImageOverride& o) {
  const auto by = o.value.find_first_of("x,");
  const auto height = parse_number<std::int32_t>(o.value.substr(0, by));
  const auto width =
      by == std::string_view::npos ? height : parse_number<std::int32_t>(o.value.substr(by + 1));
  if (!height || !width || *height < 1 || *width < 1) {
    return wrong(o, "a number of pixels, as 224, or HEIGHTxWIDTH, as 240x320");
  }
  rule.size = {*height, *width};
  return {};
}

// Only the filter stays.
void resize_otherwise(ImageRule& rule, ResizeRule::To to) {
  const ResizeFilter filter = rule.resize.filter;
  rule.resize = {};
  rule.resize.to = to;
  rule.resize.filter = filter;
}

Status set_short_side(ImageRule& rule, const ImageOverride& o) {
  const auto side = parse_number<std::int32_t>(o.value);
  if (!side || *side < 1) return wrong(o, "a number of pixels, as 256");
  resize_otherwise(rule, ResizeRule::To::kShortSide);
  rule.resize.short_side = *side;
  rule.crop = {.kind = CropRule::Kind::kCenter};
  return {};
}

// Nothing but a centre crop goes with a short side, another size or no resizing.
void drop_center(ImageRule& rule, CropRule crop) {
  rule.crop = crop;
  if (rule.resize.to != ResizeRule::To::kLetterbox) {
    resize_otherwise(rule, ResizeRule::To::kInputSize);
  }
}

Status set_crop(ImageRule& rule, const ImageOverride& o) {
  if (o.value == "none") {
    drop_center(rule, {});
    return {};
  }
  if (o.value == "center") {
    const auto to = rule.resize.to;
    if (to == ResizeRule::To::kInputSize || to == ResizeRule::To::kLetterbox) {
      resize_otherwise(rule, ResizeRule::To::kKeep);
    }
    rule.crop = {.kind = CropRule::Kind::kCenter};
    return {};
  }
  const bool percent = o.value.ends_with('%');
  const auto v = parse_number<double>(o.value.substr(0, o.value.size() - (percent ? 1 : 0)));
  const double fraction = v.value_or(-1.0) / (percent ? 100.0 : 1.0);
  if (!(fraction > 0.0 && fraction <= 1.0)) {
    return wrong(o, "none, center, or a fraction, as 0.875 or 87.5%");
  }
  drop_center(rule, {CropRule::Kind::kFraction, fraction});
  return {};
}

Status set_scale(ImageRule& rule, const ImageOverride& o) {
  const auto v = parse_number<float>(o.value);
  if (!v) return wrong(o, "a number, as 255");
  rule.scale = *v;
  return {};
}

Status set_floats(std::vector<float>& list, const ImageOverride& o) {
  std::vector<float> values;
  for (const std::string_view piece : split(o.value, ',')) {
    const auto v = parse_number<float>(piece);
    if (!v) return wrong(o, "a number, or one for each channel with commas between them");
    values.push_back(*v);
  }
  list = std::move(values);
  return {};
}

Status set_mean(ImageRule& rule, const ImageOverride& o) { return set_floats(rule.mean, o); }
Status set_std(ImageRule& rule, const ImageOverride& o) { return set_floats(rule.std, o); }

template <class Enum>
Status set_choice(Enum& field, const ImageOverride& o) {
  const auto value = value_named<Enum>(o.value);
  if (!value) return wrong(o, cat("one of ", join(kNames<Enum>, ", ")));
  field = *value;
  return {};
}

Status set_filter(ImageRule& rule, const ImageOverride& o) {
  return set_choice(rule.resize.filter, o);
}
Status set_layout(ImageRule& rule, const ImageOverride& o) { return set_choice(rule.layout, o); }
Status set_color(ImageRule& rule, const ImageOverride& o) { return set_choice(rule.color, o); }

// A letterbox holds the whole image.
Status set_letterbox(ImageRule& rule, const ImageOverride& o) {
  drop_center(rule, rule.crop.kind == CropRule::Kind::kCenter ? CropRule() : rule.crop);
  rule.resize.to = ResizeRule::To::kLetterbox;
  return set_choice(rule.resize.letterbox, o);
}

Status set_fill(ImageRule& rule, const ImageOverride& o) {
  const auto v = parse_number<float>(o.value);
  if (!v) return wrong(o, "a pixel's value, 0 to 255");
  rule.resize.fill = *v;
  return {};
}

struct Field {
  std::string_view name;
  Status (*set)(ImageRule&, const ImageOverride&);
};

// In the order in which they are applied: a short side brings in a centre crop.
constexpr Field kFields[] = {
    {"crop", set_crop},
    {"short-side", set_short_side},
    {"letterbox", set_letterbox},
    {"fill", set_fill},
    {"size", set_size},
    {"filter", set_filter},
    {"layout", set_layout},
    {"color", set_color},
    {"scale", set_scale},
    {"mean", set_mean},
    {"std", set_std},
};

}  // namespace

std::span<const std::string_view> image_override_fields() {
  static constexpr auto kNames = [] {
    std::array<std::string_view, std::size(kFields)> names{};
    for (std::size_t i = 0; i < names.size(); ++i) names[i] = kFields[i].name;
    return names;
  }();
  return kNames;
}

Status apply_overrides(ImageRule& rule, std::span<const ImageOverride> overrides) {
  const auto value_of = [&](std::string_view field) -> std::string_view {
    const auto it = std::ranges::find(overrides, field, &ImageOverride::field);
    return it == overrides.end() ? "" : it->value;
  };
  for (const ImageOverride& o : overrides) {
    const auto names = image_override_fields();
    if (std::ranges::find(names, o.field) != names.end()) continue;
    return Error{Code::kInvalidArgument,
                 cat("there is no field '", o.field, "'; there are: ", join(names, ", "))};
  }
  const std::string_view crop = value_of("crop");
  if (!value_of("letterbox").empty() && !value_of("short-side").empty()) {
    return Error{Code::kInvalidArgument, "--letterbox does not go with --short-side"};
  }
  if (!value_of("letterbox").empty() && crop == "center") {
    return Error{Code::kInvalidArgument, "--letterbox leaves nothing for --crop center to cut"};
  }
  if (!crop.empty() && crop != "center" && !value_of("short-side").empty()) {
    return Error{Code::kInvalidArgument,
                 cat("--crop ", crop, " does not go with --short-side; center does")};
  }
  for (const Field& field : kFields) {
    for (const ImageOverride& o : overrides) {
      if (o.field == field.name) MOTE_TRY(field.set(rule, o));
    }
  }
  const Status sound = check(rule);
  if (sound || overrides.empty()) return sound;
  std::vector<std::string> given;
  for (const ImageOverride& o : overrides) given.push_back(cat("--", o.field, " ", o.value));
  return Error(sound.error()).with_context(join(given, " "));
}

}  // namespace mote
