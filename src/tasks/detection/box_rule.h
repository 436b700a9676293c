// BoxRule: how a detector's numbers become boxes.
#pragma once
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "tasks/choices.h"

namespace mote {

enum class BoxFormat : std::uint8_t { kXyxy, kYxyx, kCxcywh, kXywh };
// In pixels of the model's image, or in shares of its sides.
enum class BoxUnit : std::uint8_t { kPixels, kRelative };
// kYolox: each box belongs to a cell of a grid; its centre counts from there, in cells, and its
// size is e to the power of the number, in cells (YOLOX, 2021, and YOLO 9000, 2016).
enum class BoxDecode : std::uint8_t { kNone, kYolox };
// Whether a box is a row of the table, or a column.
enum class BoxLayout : std::uint8_t { kRows, kColumns };
// Which boxes suppress each other: those of one class, all, or none.
enum class Nms : std::uint8_t { kPerClass, kAll, kNone };
// What stands in a row that describes a box whole, from its begin: four numbers, one, or, for
// kClassScores, all that are left.
enum class RowField : std::uint8_t { kBox, kObjectness, kScore, kClass, kClassScores, kSkip };

template <>
inline constexpr std::array<std::string_view, 4> kNames<BoxFormat> = {"xyxy", "yxyx", "cxcywh",
                                                                      "xywh"};
template <>
inline constexpr std::array<std::string_view, 2> kNames<BoxUnit> = {"pixels", "relative"};
template <>
inline constexpr std::array<std::string_view, 2> kNames<BoxDecode> = {"none", "yolox"};
template <>
inline constexpr std::array<std::string_view, 2> kNames<BoxLayout> = {"rows", "columns"};
template <>
inline constexpr std::array<std::string_view, 3> kNames<Nms> = {"per_class", "all", "none"};
template <>
inline constexpr std::array<std::string_view, 6> kNames<RowField> = {
    "box", "objectness", "score", "class", "class_scores", "skip"};

struct BoxRule {
  BoxFormat format = BoxFormat::kXyxy;
  BoxUnit unit = BoxUnit::kPixels;
  BoxDecode decode = BoxDecode::kNone;
  std::vector<std::int32_t> strides = {8, 16, 32};  // kYolox: pixels from cell to cell
  std::vector<RowField> row;                        // of an output that has all in one
  float score_threshold = 0.3F;                     // boxes below it do not count
  float iou_threshold = 0.45F;                      // overlap from which one of two boxes goes
  Nms nms = Nms::kPerClass;
  std::int32_t max_boxes = 300;
  bool operator==(const BoxRule&) const = default;
};

inline constexpr std::int32_t kMaxBoxes = 10'000;

// Errors: kInvalidArgument, naming the field: thresholds outside [0, 1], strides or numbers of
// boxes that are not positive, a row without a box or with fields that contradict each other.
Status check(const BoxRule& rule, bool whole_rows);

}  // namespace mote
