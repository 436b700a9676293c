#include "tasks/detection/detection.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/result.h"
#include "base/text.h"
#include "tasks/detection/candidates.h"
#include "tasks/detection/grid.h"
#include "tasks/detection/suppress.h"

namespace mote {
namespace {

constexpr std::size_t kMaxCandidates = 8192;

Error invalid(std::string message) { return Error{Code::kInvalidArgument, std::move(message)}; }

using BoxNumbers = std::array<float, 4>;

Box corners(const BoxNumbers& v, BoxFormat format) {
  switch (format) {
    case BoxFormat::kXyxy:
      break;
    case BoxFormat::kYxyx:
      return {v[1], v[0], v[3], v[2]};
    case BoxFormat::kCxcywh:
      return {v[0] - v[2] / 2, v[1] - v[3] / 2, v[0] + v[2] / 2, v[1] + v[3] / 2};
    case BoxFormat::kXywh:
      return {v[0], v[1], v[0] + v[2], v[1] + v[3]};
  }
  return {v[0], v[1], v[2], v[3]};
}

BoxNumbers decode_yolox(const BoxNumbers& v, const GridCell& cell, const BoxRule& rule) {
  const auto stride = static_cast<float>(rule.strides[cell.grid]);
  return {(v[0] + static_cast<float>(cell.x)) * stride,
          (v[1] + static_cast<float>(cell.y)) * stride, std::exp(v[2]) * stride,
          std::exp(v[3]) * stride};
}

// An anchor is cut to the size of the image, and centred on its cell, of which as many as the grid
// has lie side by side in the image.
BoxNumbers decode_ssd(const BoxNumbers& v, const GridCell& cell, const BoxRule& rule,
                      ImageSize image) {
  const Anchor& anchor = rule.anchors[cell.grid][cell.box];
  const auto along = [&](float center, float size, float place, float cells, float anchor_side,
                         std::int32_t image_side) {
    const auto whole = static_cast<float>(image_side);
    const float side = std::min(anchor_side, whole);
    const float at = (place + 0.5F) / cells * whole;
    return std::pair{at + center * rule.center_variance * side,
                     side * std::exp(size * rule.size_variance)};
  };
  const auto f = [](std::int64_t n) { return static_cast<float>(n); };
  const auto [x, width] = along(v[0], v[2], f(cell.x), f(cell.columns), anchor.width, image.width);
  const auto [y, height] = along(v[1], v[3], f(cell.y), f(cell.rows), anchor.height, image.height);
  return {x, y, width, height};
}

BoxNumbers decode(const BoxNumbers& v, std::int64_t i, const BoxRule& rule, ImageSize image) {
  switch (rule.decode) {
    case BoxDecode::kNone:
      break;
    case BoxDecode::kYolox:
      return decode_yolox(v, grid_cell(rule, image, i), rule);
    case BoxDecode::kSsd:
      return decode_ssd(v, grid_cell(rule, image, i), rule, image);
  }
  return v;
}

// In pixels of the model's image.
Box box_at(const BoxTable& table, std::int64_t i, std::int64_t first, const BoxRule& rule,
           ImageSize image) {
  BoxNumbers v{};
  for (std::size_t k = 0; k < 4; ++k) v[k] = table.at(i, first + static_cast<std::int64_t>(k));
  Box box = corners(decode(v, i, rule, image), rule.format);
  if (rule.unit == BoxUnit::kRelative) {
    const auto width = static_cast<float>(image.width);
    const auto height = static_cast<float>(image.height);
    box = {box.x0 * width, box.y0 * height, box.x1 * width, box.y1 * height};
  }
  return box;
}

// False for NaN, too.
bool has_area(const Box& box) {
  const bool finite = std::isfinite(box.x0) && std::isfinite(box.y0) && std::isfinite(box.x1) &&
                      std::isfinite(box.y1);
  return finite && box.x1 > box.x0 && box.y1 > box.y0;
}

// Errors: another number of boxes than the grids have.
Status check_grid(const BoxTable& table, const BoxRule& rule, ImageSize image) {
  if (rule.decode == BoxDecode::kNone) return {};
  const std::int64_t boxes = grid_boxes(rule, image);
  if (table.boxes == boxes) return {};
  return invalid(cat("it has ", table.boxes, " boxes; strides ", join(rule.strides, ", "), " on ",
                     image.width, "x", image.height, " pixels make ", boxes));
}

// The table of boxes and how its entries are laid out.
struct Boxes {
  BoxTable table;
  RowPlan plan;
};

Result<Boxes> read_boxes(const Tensor& tensor, const OutputDescription& output, ImageSize image) {
  Boxes boxes;
  const bool whole = output.kind == OutputKind::kDetections;
  boxes.plan = plan_of(whole ? output.boxes.row : std::vector<RowField>{RowField::kBox});
  MOTE_ASSIGN(boxes.table, box_table(tensor, output.layout));
  if (boxes.table.numbers < boxes.plan.numbers || (!whole && boxes.table.numbers != 4)) {
    return invalid(cat("each box has ", boxes.table.numbers, " numbers, not ",
                       whole ? "at least " : "", boxes.plan.numbers));
  }
  MOTE_TRY(check_grid(boxes.table, output.boxes, image));
  return boxes;
}

}  // namespace

Result<Detector> Detector::create(const TaskDescription& task,
                                  std::span<const TensorInfo> outputs) {
  Detector d;
  DetectorPart whole;
  struct Place {
    OutputKind kind;
    DetectorPart* part;
  };
  const Place places[] = {
      {OutputKind::kDetections, &whole},          {OutputKind::kBoxes, &d.parts_.boxes},
      {OutputKind::kBoxScores, &d.parts_.scores}, {OutputKind::kBoxClasses, &d.parts_.classes},
      {OutputKind::kBoxCount, &d.parts_.count},   {OutputKind::kSelectedBoxes, &d.parts_.selected},
  };
  for (const OutputDescription& output : task.outputs) {
    const auto place = std::ranges::find(places, output.kind, &Place::kind);
    const auto info = std::ranges::find(outputs, output.name, &TensorInfo::name);
    if (place == std::end(places) || info == outputs.end()) continue;
    if (*place->part) return invalid(cat("two outputs are ", name(output.kind)));
    *place->part = {&output, static_cast<std::size_t>(info - outputs.begin())};
  }
  if (whole && (d.parts_.boxes || d.parts_.scores || d.parts_.classes || d.parts_.selected)) {
    return invalid("an output of detections has the boxes, scores and classes already");
  }
  if (whole) d.parts_.boxes = d.parts_.scores = whole;
  if (!d.parts_.boxes) return invalid("no output is described as boxes or detections");
  if (!d.parts_.scores) return invalid("no output is described as box_scores");
  return d;
}

const OutputDescription* Detector::classes() const {
  return parts_.classes ? parts_.classes.description : parts_.scores.description;
}

Result<std::vector<Detection>> Detector::detect(std::span<const Tensor> outputs,
                                                ImageSize image) const {
  const OutputDescription& output = *parts_.boxes.description;
  auto boxes = read_boxes(outputs[parts_.boxes.index], output, image);
  if (!boxes) return std::move(boxes).error().with_context(cat("output '", output.name, "'"));
  MOTE_ASSIGN(auto candidates, find_candidates(parts_, boxes->plan, boxes->table, outputs));
  std::ranges::stable_sort(candidates, std::ranges::greater(), &Candidate::score);
  candidates.resize(std::min(candidates.size(), kMaxCandidates));
  const BoxRule& rule = output.boxes;
  std::vector<Detection> detections;
  for (const Candidate& c : candidates) {
    const Box box = box_at(boxes->table, c.box, boxes->plan.box, rule, image);
    if (has_area(box)) detections.push_back({box, c.index, c.score});
  }
  suppress(detections, rule.nms, rule.iou_threshold, static_cast<std::size_t>(rule.max_boxes));
  return detections;
}

void move_to_image(std::vector<Detection>& detections, const ImagePlacement& place,
                   ImageSize image) {
  const auto cut = [](double value, std::int32_t side) {
    return static_cast<float>(std::clamp(value, 0.0, static_cast<double>(side)));
  };
  for (Detection& d : detections) {
    d.box = {cut(place.image_x(d.box.x0), image.width), cut(place.image_y(d.box.y0), image.height),
             cut(place.image_x(d.box.x1), image.width), cut(place.image_y(d.box.y1), image.height)};
  }
  std::erase_if(detections, [](const Detection& d) { return !has_area(d.box); });
}

}  // namespace mote
