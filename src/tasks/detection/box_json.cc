#include "tasks/detection/box_json.h"

#include <algorithm>

namespace mote {
namespace {

constexpr std::size_t kMaxStrides = 16;
constexpr std::size_t kMaxFields = 32;
constexpr std::size_t kMaxAnchors = 32;  // of a cell

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

bool is_anchor(const Json& value) {
  if (value.is_number()) return true;
  return value.is_array() && value.size() == 2 && value[0].is_number() && value[1].is_number();
}

bool is_anchors(const Json& value) {
  const auto is_grid = [](const Json& grid) {
    return grid.is_array() && grid.size() <= kMaxAnchors && std::ranges::all_of(grid, is_anchor);
  };
  return value.is_array() && value.size() <= kMaxStrides && std::ranges::all_of(value, is_grid);
}

std::vector<std::vector<Anchor>> read_anchors(FieldReader& r) {
  std::vector<std::vector<Anchor>> anchors;
  const Json* value = r.find("anchors");
  if (value == nullptr) return anchors;
  if (!is_anchors(*value)) {
    r.fail("anchors", *value,
           cat("it must be a list for each of strides, of at most ", kMaxAnchors,
               " sides or [width, height]"));
    return anchors;
  }
  for (const Json& grid : *value) {
    anchors.emplace_back();
    for (const Json& a : grid) {
      const bool square = a.is_number();
      anchors.back().push_back(
          {(square ? a : a[0]).get<float>(), (square ? a : a[1]).get<float>()});
    }
  }
  return anchors;
}

void read_variances(FieldReader& r, BoxRule& rule) {
  const std::vector<double> given = r.numbers("variances", 2);
  if (given.size() == 2) {
    rule.center_variance = static_cast<float>(given[0]);
    rule.size_variance = static_cast<float>(given[1]);
  } else if (!given.empty()) {
    r.fail("variances", given, "it must be two numbers: of the centre and of the size");
  }
}

Json json_of(const std::vector<std::vector<Anchor>>& anchors) {
  Json j = Json::array();
  for (const std::vector<Anchor>& grid : anchors) {
    Json& list = j.emplace_back(Json::array());
    for (const Anchor& a : grid) {
      if (a.width == a.height) {
        list.push_back(as_written(a.width));
      } else {
        list.push_back({as_written(a.width), as_written(a.height)});
      }
    }
  }
  return j;
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
  rule.anchors = read_anchors(r);
  read_variances(r, rule);
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
  if (!rule.anchors.empty()) j["anchors"] = json_of(rule.anchors);
  if (rule.decode == BoxDecode::kSsd) {
    j["variances"] = {as_written(rule.center_variance), as_written(rule.size_variance)};
  }
  j["score_threshold"] = as_written(rule.score_threshold);
  j["iou_threshold"] = as_written(rule.iou_threshold);
  j["nms"] = name(rule.nms);
  j["max_boxes"] = rule.max_boxes;
}

}  // namespace mote
