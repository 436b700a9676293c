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
// What the numbers of a box count from, each box belonging to a cell of a grid:
// - kYolox: the centre from the cell's corner, in cells; the size is e to the power of the number,
//   in cells (YOLOX, 2021, and YOLO 9000, 2016);
// - kSsd: the centre from the cell's, in variances of an anchor's sides; the size is the anchor's
//   times e to the power of the number, in variances (SSD, 2015).
enum class BoxDecode : std::uint8_t { kNone, kYolox, kSsd };
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
inline constexpr std::array<std::string_view, 3> kNames<BoxDecode> = {"none", "yolox", "ssd"};
template <>
inline constexpr std::array<std::string_view, 2> kNames<BoxLayout> = {"rows", "columns"};
template <>
inline constexpr std::array<std::string_view, 3> kNames<Nms> = {"per_class", "all", "none"};
template <>
inline constexpr std::array<std::string_view, 6> kNames<RowField> = {
    "box", "objectness", "score", "class", "class_scores", "skip"};

// Of a box that a detector starts from, in pixels of the model's image.
struct Anchor {
  float width = 0;
  float height = 0;
  bool operator==(const Anchor&) const = default;
};

struct BoxRule {
  BoxFormat format = BoxFormat::kXyxy;
  BoxUnit unit = BoxUnit::kPixels;
  BoxDecode decode = BoxDecode::kNone;
  std::vector<std::int32_t> strides = {8, 16, 32};  // of each grid: pixels from cell to cell
  std::vector<std::vector<Anchor>> anchors;         // kSsd: of each grid, those of every cell
  float center_variance = 0.1F;                     // kSsd
  float size_variance = 0.2F;                       // kSsd
  std::vector<RowField> row;                        // of an output that has all in one
  float score_threshold = 0.3F;                     // boxes below it do not count
  float iou_threshold = 0.45F;                      // overlap from which one of two boxes goes
  Nms nms = Nms::kPerClass;
  std::int32_t max_boxes = 300;
  bool operator==(const BoxRule&) const = default;
};

inline constexpr std::int32_t kMaxBoxes = 10'000;

// Errors: kInvalidArgument, naming the field: thresholds outside [0, 1], strides, anchors,
// variances or numbers of boxes that are not positive, anchors that do not go with the strides, a
// unit that is not what decoding gives, a row without a box or with fields that contradict each
// other.
Status check(const BoxRule& rule, bool whole_rows);

}  // namespace mote
