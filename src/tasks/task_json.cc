#include "tasks/task_json.h"

#include <cmath>

#include "tasks/json_fields.h"

namespace mote {
namespace {

constexpr std::size_t kMaxTensors = 256;

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

void read_resize(FieldReader& outer, ImageRule& rule) {
  auto r = outer.object("resize");
  if (!r) {
    if (rule.crop.kind == CropRule::Kind::kCenter) rule.resize.to = ResizeRule::To::kKeep;
    return;
  }
  rule.resize.size = read_size(*r, "size");
  if (rule.resize.size != ImageSize{}) rule.resize.to = ResizeRule::To::kSize;
  if (const Json* side = r->find("short_side")) {
    const auto pixels = r->integer("short_side").value_or(1);
    if (pixels < 1 || pixels > kMaxImageSide) {
      r->fail("short_side", *side, cat("it must be 1 to ", kMaxImageSide));
    } else if (rule.resize.to == ResizeRule::To::kSize) {
      r->fail("short_side", *side, "beside size there must be none");
    } else {
      rule.resize.to = ResizeRule::To::kShortSide;
      rule.resize.short_side = static_cast<std::int32_t>(pixels);
    }
  }
  rule.resize.filter = r->choice("filter", kAll<ResizeFilter>, ResizeFilter::kBilinear);
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

ImageRule read_image(FieldReader& r, std::string_view path) {
  ImageRule rule;
  rule.layout = r.choice("layout", kAll<ImageLayout>, rule.layout);
  rule.color = r.choice("color", kAll<ColorOrder>, rule.color);
  rule.size = read_size(r, "size");
  rule.crop = read_crop(r);
  read_resize(r, rule);
  const auto scale = r.number("scale");
  if (!scale) r.fail_missing("scale", "255 maps pixels to [0, 1], 1 leaves them as they are");
  rule.scale = static_cast<float>(scale.value_or(255.0));
  rule.mean = read_floats(r, "mean", 0.0F);
  rule.std = read_floats(r, "std", 1.0F);
  const Status sound = check(rule);
  if (!sound) r.add(Error{Code::kInvalidArgument, cat(path, ".", sound.error().message)});
  return rule;
}

Result<InputDescription> read_input(FieldReader r) {
  InputDescription input;
  input.name = r.text("name", "");
  input.kind = r.choice("kind", kAll<InputKind>, InputKind::kTensor);
  if (!r.has("kind")) r.fail_missing("kind", "allowed are: image, tensor");
  if (input.kind == InputKind::kImage) input.image = read_image(r, r.path());
  MOTE_TRY(r.finish());
  return input;
}

Result<OutputDescription> read_output(FieldReader r) {
  OutputDescription output;
  output.name = r.text("name", "");
  output.kind = r.choice("kind", kAll<OutputKind>, OutputKind::kTensor);
  if (!r.has("kind")) r.fail_missing("kind", "allowed are: class_scores, tensor");
  if (output.kind == OutputKind::kClassScores) {
    output.activation = r.choice("activation", kAll<Activation>, Activation::kNone);
    output.labels = r.text("labels", "");
  }
  MOTE_TRY(r.finish());
  return output;
}

Json floats(const std::vector<float>& values) {
  Json list = Json::array();
  // The shortest text that gives the same float.
  for (const float v : values) list.push_back(std::stod(cat(v)));
  return list;
}

Json resize_json(const ResizeRule& resize) {
  Json j = Json::object();
  if (resize.to == ResizeRule::To::kShortSide) j["short_side"] = resize.short_side;
  if (resize.to == ResizeRule::To::kSize) j["size"] = {resize.size.height, resize.size.width};
  j["filter"] = name(resize.filter);
  return j;
}

void add_image(Json& j, const ImageRule& rule) {
  j["layout"] = name(rule.layout);
  j["color"] = name(rule.color);
  if (rule.size != ImageSize{}) j["size"] = {rule.size.height, rule.size.width};
  if (rule.resize.to != ResizeRule::To::kKeep) j["resize"] = resize_json(rule.resize);
  if (rule.crop.kind == CropRule::Kind::kFraction) {
    j["crop"] = rule.crop.fraction;
  } else {
    j["crop"] = rule.crop.kind == CropRule::Kind::kCenter ? "center" : "none";
  }
  j["scale"] = floats({rule.scale})[0];
  j["mean"] = floats(rule.mean);
  j["std"] = floats(rule.std);
}

Json input_json(const InputDescription& input) {
  Json j;
  if (!input.name.empty()) j["name"] = input.name;
  j["kind"] = name(input.kind);
  if (input.kind == InputKind::kImage) add_image(j, input.image);
  return j;
}

Json output_json(const OutputDescription& output) {
  Json j;
  if (!output.name.empty()) j["name"] = output.name;
  j["kind"] = name(output.kind);
  if (output.kind == OutputKind::kClassScores) {
    j["activation"] = name(output.activation);
    if (!output.labels.empty()) j["labels"] = output.labels;
  }
  return j;
}

}  // namespace

Result<TaskDescription> parse_task(std::string_view json) {
  MOTE_ASSIGN(const Json root, parse_json(json));
  FieldReader r(root, "");
  TaskDescription task;
  task.task = r.choice("task", kAll<TaskKind>, TaskKind::kOther);
  for (FieldReader& input : r.objects("inputs", kMaxTensors)) {
    MOTE_ASSIGN(auto described, read_input(std::move(input)));
    task.inputs.push_back(std::move(described));
  }
  for (FieldReader& output : r.objects("outputs", kMaxTensors)) {
    MOTE_ASSIGN(auto described, read_output(std::move(output)));
    task.outputs.push_back(std::move(described));
  }
  if (!r.has("task")) {
    r.fail_missing("task", "allowed are: image-classification, classification, other");
  }
  MOTE_TRY(r.finish());
  return task;
}

std::string to_json(const TaskDescription& task) {
  Json j;
  j["task"] = name(task.task);
  j["inputs"] = Json::array();
  for (const InputDescription& input : task.inputs) j["inputs"].push_back(input_json(input));
  j["outputs"] = Json::array();
  for (const OutputDescription& output : task.outputs) j["outputs"].push_back(output_json(output));
  return j.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace mote
