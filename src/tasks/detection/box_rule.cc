#include "tasks/detection/box_rule.h"

#include <algorithm>

#include "base/text.h"

namespace mote {
namespace {

constexpr std::int32_t kMaxStride = 1024;

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
  return whole_rows ? check_row(rule.row) : Status();
}

}  // namespace mote
