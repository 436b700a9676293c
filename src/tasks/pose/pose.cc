#include "tasks/pose/pose.h"

#include <algorithm>
#include <cmath>

#include "base/result.h"
#include "base/text.h"

namespace mote {
namespace {

Error invalid(std::string message) { return Error{Code::kInvalidArgument, std::move(message)}; }

bool is_coco(const PoseRule& rule, std::size_t count) {
  return rule.points.empty() && count == coco_points().size();
}

void drop_if_not_finite(PosePoint& p) {
  if (std::isfinite(p.x) && std::isfinite(p.y) && std::isfinite(p.score)) return;
  p = {};
}

// Pixels from cell to cell: the first lies on one edge of the image, the last on the other.
float stride_for(std::int32_t stride, std::int32_t side, std::int64_t cells) {
  if (stride > 0) return static_cast<float>(stride);
  return cells > 1 ? static_cast<float>(side - 1) / static_cast<float>(cells - 1) : 0.0F;
}

}  // namespace

Result<PoseReader> PoseReader::create(const TaskDescription& task,
                                      std::span<const TensorInfo> outputs) {
  PoseReader reader;
  for (const OutputDescription& output : task.outputs) {
    const bool offsets = output.kind == OutputKind::kHeatmapOffsets;
    if (!offsets && output.kind != OutputKind::kKeypoints && output.kind != OutputKind::kHeatmaps) {
      continue;
    }
    const auto info = std::ranges::find(outputs, output.name, &TensorInfo::name);
    if (info == outputs.end()) continue;
    const OutputDescription*& part = offsets ? reader.offsets_ : reader.points_;
    if (part != nullptr) return invalid(cat("two outputs are ", name(output.kind)));
    part = &output;
    (offsets ? reader.offsets_index_ : reader.points_index_) =
        static_cast<std::size_t>(info - outputs.begin());
  }
  if (reader.points_ == nullptr) return invalid("no output is described as keypoints or heatmaps");
  const bool heat = reader.points_->kind == OutputKind::kHeatmaps;
  if (heat == (reader.offsets_ != nullptr)) return reader;
  return invalid("heatmaps need heatmap_offsets beside them, and keypoints have none");
}

std::vector<std::string> PoseReader::names(std::size_t count) const {
  if (is_coco(rule(), count)) return {coco_points().begin(), coco_points().end()};
  std::vector<std::string> names = rule().points;
  for (std::size_t i = names.size(); i < count; ++i) names.push_back(cat(i));
  return names;
}

std::span<const Limb> PoseReader::limbs(std::size_t count) const {
  return rule().limbs.empty() && is_coco(rule(), count) ? coco_limbs()
                                                        : std::span<const Limb>(rule().limbs);
}

Result<std::vector<PosePoint>> PoseReader::read(std::span<const Tensor> outputs,
                                                ImageSize image) const {
  auto points = offsets_ == nullptr
                    ? read_coordinates(outputs[points_index_], image)
                    : read_heatmaps(outputs[points_index_], outputs[offsets_index_], image);
  if (!points) {
    return std::move(points).error().with_context(cat("output '", points_->name, "'"));
  }
  if (!rule().points.empty() && rule().points.size() != points->size()) {
    return invalid(cat("output '", points_->name, "' has ", points->size(), " points, and points ",
                       "names ", rule().points.size()));
  }
  for (PosePoint& p : *points) drop_if_not_finite(p);
  return points;
}

Result<std::vector<PosePoint>> PoseReader::read_coordinates(const Tensor& output,
                                                            ImageSize image) const {
  const Dims& d = output.dims();
  if (d.rank() < 2 || d[d.rank() - 1] != 3 || d.count(0, d.rank() - 2) != 1) {
    return invalid(cat("it has shape ", to_string(d), "; points of one body are [1, n, 3]"));
  }
  MOTE_ASSIGN(const std::vector<float> numbers, dequantized(output, points_->quantization));
  const bool relative = rule().unit == BoxUnit::kRelative;
  const float width = relative ? static_cast<float>(image.width) : 1.0F;
  const float height = relative ? static_cast<float>(image.height) : 1.0F;
  const std::size_t x = rule().order == PointOrder::kXy ? 0 : 1;
  std::vector<PosePoint> points;
  for (std::size_t i = 0; i + 2 < numbers.size(); i += 3) {
    float score = numbers[i + 2];
    activate(points_->activation, {&score, 1});
    points.push_back({numbers[i + x] * width, numbers[i + 1 - x] * height, score});
  }
  return points;
}

Result<std::vector<PosePoint>> PoseReader::read_heatmaps(const Tensor& heat, const Tensor& offsets,
                                                         ImageSize image) const {
  const Dims& d = heat.dims();
  if (d.rank() != 4 || d[0] != 1 || d.count() < 1) {
    return invalid(cat("it has shape ", to_string(d), "; heat maps are [1, height, width, n]"));
  }
  const std::int64_t n = d[3];
  if (offsets.dims() != Dims{1, d[1], d[2], 2 * n}) {
    return invalid(cat("it has shape ", to_string(d), ", the offsets ", to_string(offsets.dims()),
                       "; they must be two for each number"));
  }
  MOTE_ASSIGN(const auto hot, dequantized(heat, points_->quantization));
  MOTE_ASSIGN(const auto shift, dequantized(offsets, offsets_->quantization));
  const float y_stride = stride_for(rule().stride, image.height, d[1]);
  const float x_stride = stride_for(rule().stride, image.width, d[2]);
  std::vector<PosePoint> points;
  for (std::int64_t k = 0; k < n; ++k) {
    std::int64_t best = 0;
    for (std::int64_t cell = 1; cell < d[1] * d[2]; ++cell) {
      if (hot[static_cast<std::size_t>(cell * n + k)] >
          hot[static_cast<std::size_t>(best * n + k)]) {
        best = cell;
      }
    }
    // The offsets of a cell: y of every point, then x of every point.
    const auto at = static_cast<std::size_t>(best * 2 * n + k);
    float score = hot[static_cast<std::size_t>(best * n + k)];
    activate(points_->activation, {&score, 1});
    const std::int64_t row = best / d[2];
    const std::int64_t column = best % d[2];
    points.push_back(
        {static_cast<float>(column) * x_stride + shift[at + static_cast<std::size_t>(n)],
         static_cast<float>(row) * y_stride + shift[at], score});
  }
  return points;
}

void move_to_image(std::vector<PosePoint>& points, const ImagePlacement& place) {
  for (PosePoint& p : points) {
    p.x = static_cast<float>(place.image_x(p.x));
    p.y = static_cast<float>(place.image_y(p.y));
  }
}

}  // namespace mote
