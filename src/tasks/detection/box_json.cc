#include "tasks/detection/box_json.h"

#include <algorithm>

namespace mote {
namespace {

constexpr std::size_t kMaxStrides = 16;
constexpr std::size_t kMaxFields = 32;

std::vector<std::int32_t> read_strides(FieldReader& r) {
  const Json* value = r.find("strides");
  if (value == nullptr) return BoxRule().strides;
  std::vector<std::int32_t> strides;
  const bool whole = value->is_array() && !value->empty() && value->size() <= kMaxStrides &&
                     std::ranges::all_of(*value, [](const Json& v) {
                       return v.is_number_unsigned() && v.get<std::uint64_t>() <= INT32_MAX;
                     });
  if (whole) return value->get<std::vector<std::int32_t>>();
  r.fail("strides", *value, cat("it must be a list of at most ", kMaxStrides, " whole numbers"));
  return BoxRule().strides;
}

}  // namespace

BoxRule read_boxes(FieldReader& r, bool whole_rows) {
  BoxRule rule;
  if (whole_rows) {
    if (!r.has("row")) {
      r.fail_missing("row",
                     cat("what a row holds, from its begin; ", FieldReader::allowed<RowField>()));
    }
    rule.row = r.choices<RowField>("row", kMaxFields);
  }
  rule.format = r.choice("format", rule.format);
  rule.unit = r.choice("unit", rule.unit);
  rule.decode = r.choice("decode", rule.decode);
  rule.strides = read_strides(r);
  rule.score_threshold = r.float32("score_threshold", rule.score_threshold);
  rule.iou_threshold = r.float32("iou_threshold", rule.iou_threshold);
  rule.nms = r.choice("nms", rule.nms);
  rule.max_boxes = r.int32("max_boxes", rule.max_boxes);
  r.add_check(check(rule, whole_rows));
  return rule;
}

void write_boxes(const BoxRule& rule, bool whole_rows, Json& j) {
  if (whole_rows) {
    j["row"] = Json::array();
    for (const RowField field : rule.row) j["row"].push_back(name(field));
  }
  j["format"] = name(rule.format);
  j["unit"] = name(rule.unit);
  j["decode"] = name(rule.decode);
  if (rule.decode != BoxDecode::kNone || rule.strides != BoxRule().strides) {
    j["strides"] = rule.strides;
  }
  j["score_threshold"] = as_written(rule.score_threshold);
  j["iou_threshold"] = as_written(rule.iou_threshold);
  j["nms"] = name(rule.nms);
  j["max_boxes"] = rule.max_boxes;
}

}  // namespace mote
