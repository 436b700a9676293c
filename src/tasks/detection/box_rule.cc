#include "tasks/detection/box_rule.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace mote {
namespace {

constexpr std::int32_t kMaxStride = 1024;
constexpr float kMaxAnchorSide = 65'536;

Error invalid(std::string message) { return Error{Code::kInvalidArgument, std::move(message)}; }

Status check_share(std::string_view field, float value) {
  if (value >= 0.0F && value <= 1.0F) return {};
  return invalid(cat(field, " is ", value, "; it must be 0 to 1"));
}

Status check_row(const std::vector<RowField>& row) {
  const auto count = [&](RowField field) { return std::ranges::count(row, field); };
  for (const RowField field : row) {
    if (field != RowField::kSkip && count(field) > 1) {
      return invalid(cat("row has \"", name(field), "\" twice"));
    }
  }
  if (count(RowField::kBox) == 0) return invalid("row has no \"box\"");
  const bool scores = count(RowField::kClassScores) > 0;
  if (scores && row.back() != RowField::kClassScores) {
    return invalid("row does not end in \"class_scores\", which take what is left of it");
  }
  if (scores && (count(RowField::kScore) > 0 || count(RowField::kClass) > 0)) {
    return invalid("row has \"class_scores\", which leave no room for \"score\" and \"class\"");
  }
  if (!scores && count(RowField::kScore) + count(RowField::kObjectness) == 0) {
    return invalid("row has neither \"score\" nor \"objectness\" nor \"class_scores\"");
  }
  return {};
}

// Not NaN either.
bool is_side(float side) { return side > 0.0F && side <= kMaxAnchorSide; }

Status check_anchors(const BoxRule& rule) {
  if (rule.decode != BoxDecode::kSsd) return {};
  if (rule.anchors.size() != rule.strides.size()) {
    return invalid(cat("anchors has ", rule.anchors.size(), " lists, strides ", rule.strides.size(),
                       " grids; each grid needs its list"));
  }
  for (const std::vector<Anchor>& grid : rule.anchors) {
    if (grid.empty()) return invalid("anchors has an empty list");
    for (const Anchor& a : grid) {
      if (is_side(a.width) && is_side(a.height)) continue;
      return invalid(cat("anchors has ", a.width, "x", a.height,
                         "; sides must be above 0 and at most ", kMaxAnchorSide));
    }
  }
  for (const float variance : {rule.center_variance, rule.size_variance}) {
    if (variance > 0.0F && std::isfinite(variance)) continue;
    return invalid(cat("variances has ", variance, "; both must be above 0"));
  }
  return {};
}

}  // namespace

Status check(const BoxRule& rule, bool whole_rows) {
  MOTE_TRY(check_share("score_threshold", rule.score_threshold));
  MOTE_TRY(check_share("iou_threshold", rule.iou_threshold));
  if (rule.max_boxes < 1 || rule.max_boxes > kMaxBoxes) {
    return invalid(cat("max_boxes is ", rule.max_boxes, "; it must be 1 to ", kMaxBoxes));
  }
  for (const std::int32_t stride : rule.strides) {
    if (stride < 1 || stride > kMaxStride) {
      return invalid(cat("strides has ", stride, "; each must be 1 to ", kMaxStride));
    }
  }
  MOTE_TRY(check_anchors(rule));
  if (rule.decode != BoxDecode::kNone && rule.unit != BoxUnit::kPixels) {
    return invalid(
        cat("unit is ", name(rule.unit), "; decode ", name(rule.decode), " gives pixels"));
  }
  return whole_rows ? check_row(rule.row) : Status();
}

}  // namespace mote
