// NonMaxSuppression: boxes without those that mostly cover one of a higher score.
#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

struct NmsParams : OpParams {
  bool center_point_box = false;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<NmsParams>();
  AttributeReader r(attributes);
  p->center_point_box = r.flag("center_point_box", false);
  MOTE_TRY(r.finish());
  return p;
}

// boxes: f32[B, n, 4]; scores: f32[B, classes, n]; max_output_boxes_per_class: s64, iou_threshold,
// score_threshold: f32, one element each. selected_indices: s64[kept, 3].
Status infer(const InferArgs& args) {
  for (const std::size_t i : {0, 1, 3, 4}) MOTE_TRY(expect_dtype(args, i, {DType::kF32}));
  MOTE_TRY(expect_dtype(args, 2, {DType::kS64}));
  MOTE_TRY(expect_rank(args, 0, 3, "boxes"));
  MOTE_TRY(expect_rank(args, 1, 3, "scores"));
  MOTE_TRY(expect_size(args, 0, 2, 4, "boxes"));
  MOTE_TRY(expect_size(args, 1, 0, size_of(args, 0, 0), "scores"));
  MOTE_TRY(expect_size(args, 1, 2, size_of(args, 0, 1), "scores"));
  args.set(0, {DType::kS64, Shape{Dim(), 3}});
  return {};
}

struct Box {
  float x1, y1, x2, y2;  // x1 <= x2, y1 <= y2, unless something is NaN

  Box(const float* v, bool center) {
    if (center) {
      x1 = v[0] - v[2] / 2, x2 = v[0] + v[2] / 2;
      y1 = v[1] - v[3] / 2, y2 = v[1] + v[3] / 2;
    } else {
      y1 = std::min(v[0], v[2]), y2 = std::max(v[0], v[2]);
      x1 = std::min(v[1], v[3]), x2 = std::max(v[1], v[3]);
    }
  }
  float area() const { return (x2 - x1) * (y2 - y1); }
};

// The intersection is more than `threshold` of the union. Never of empty boxes, or if something is
// NaN.
bool overlaps(const Box& a, const Box& b, float threshold) {
  const float width = std::min(a.x2, b.x2) - std::max(a.x1, b.x1);
  const float height = std::min(a.y2, b.y2) - std::max(a.y1, b.y1);
  if (!(width > 0.0F) || !(height > 0.0F)) return false;
  const float shared = width * height;
  const float either = a.area() + b.area() - shared;
  return a.area() > 0.0F && b.area() > 0.0F && either > 0.0F && shared / either > threshold;
}

struct Thresholds {
  std::int64_t most = 0;  // boxes of a class
  float iou = 0.0F;
  bool has_score = false;
  float score = 0.0F;
};

// Null if the input is absent or has no elements.
template <class T>
Result<const T*> optional_scalar(const ComputeArgs& args, std::size_t i, std::string_view what) {
  if (!args.has(i)) return nullptr;
  MOTE_ASSIGN(const TensorView tensor, args.tensor(i));
  const std::int64_t count = tensor.dims.count();
  if (tensor.dtype != kDTypeOf<T> || count > 1) {
    return Error{Code::kInvalidArgument,
                 cat(what, " is ", name(tensor.dtype), to_string(tensor.dims), ", not one ",
                     name(kDTypeOf<T>))};
  }
  return count == 1 ? tensor.as<T>() : nullptr;
}

Result<Thresholds> thresholds_of(const ComputeArgs& args) {
  Thresholds t;
  MOTE_ASSIGN(const auto* most,
              optional_scalar<std::int64_t>(args, 2, "max_output_boxes_per_class"));
  MOTE_ASSIGN(const auto* iou, optional_scalar<float>(args, 3, "iou_threshold"));
  MOTE_ASSIGN(const auto* score, optional_scalar<float>(args, 4, "score_threshold"));
  if (most != nullptr) t.most = std::max<std::int64_t>(*most, 0);
  if (iou != nullptr) t.iou = *iou;
  if (score != nullptr) t.score = *score, t.has_score = true;
  if (!(t.iou >= 0.0F && t.iou <= 1.0F)) {
    return Error{Code::kInvalidArgument, cat("iou_threshold ", t.iou, " is outside [0, 1]")};
  }
  return t;
}

// The boxes of one class in the order of their scores; equals come by index. NaN is no score.
std::int64_t rank_boxes(const float* scores, std::int64_t n, const Thresholds& t,
                        std::int64_t* order) {
  std::int64_t count = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    if (t.has_score ? scores[i] > t.score : !std::isnan(scores[i])) order[count++] = i;
  }
  std::sort(order, order + count, [scores](std::int64_t a, std::int64_t b) {
    return scores[a] > scores[b] || (scores[a] == scores[b] && a < b);
  });
  return count;
}

// Moves those to keep to the front of `order`; how many.
Result<std::int64_t> keep(const ComputeArgs& args, const float* boxes, bool center,
                          const Thresholds& t, std::int64_t* order, std::int64_t count) {
  std::int64_t kept = 0;
  for (std::int64_t i = 0; i < count && kept < t.most; ++i) {
    if (i % 16 == 0) MOTE_TRY(args.stop.check());
    const Box box(boxes + order[i] * 4, center);
    const bool covered = std::any_of(order, order + kept, [&](std::int64_t k) {
      return overlaps(box, Box(boxes + k * 4, center), t.iou);
    });
    if (!covered) order[kept++] = order[i];
  }
  return kept;
}

Status check_sizes(const TensorView& boxes, const TensorView& scores) {
  const bool right = boxes.dtype == DType::kF32 && scores.dtype == DType::kF32 &&
                     boxes.dims.rank() == 3 && scores.dims.rank() == 3 && boxes.dims[2] == 4 &&
                     scores.dims[0] == boxes.dims[0] && scores.dims[2] == boxes.dims[1];
  if (right) return {};
  return Error{Code::kInvalidArgument,
               cat("scores are ", to_string(scores.dims), " for boxes ", to_string(boxes.dims))};
}

// In the room of the largest result: what is kept of each class, one class after the other.
Status compute(const OpParams* params, const ComputeArgs& args) {
  const bool center = static_cast<const NmsParams*>(params)->center_point_box;
  MOTE_ASSIGN(const TensorView boxes, args.tensor(0));
  MOTE_ASSIGN(const TensorView scores, args.tensor(1));
  MOTE_TRY(check_sizes(boxes, scores));
  MOTE_ASSIGN(const Thresholds t, thresholds_of(args));
  const std::int64_t classes = scores.dims[1];
  const std::int64_t n = scores.dims[2];
  const std::int64_t lists = scores.dims[0] * classes;
  const std::int64_t most = std::min(t.most, n);
  MOTE_ASSIGN(Tensor order_room, args.allocator.allocate(DType::kS64, {n}));
  MOTE_ASSIGN(Tensor kept_room, args.allocator.allocate(DType::kS64, {lists, most}));
  MOTE_ASSIGN(Tensor counts_room, args.allocator.allocate(DType::kS64, {lists}));
  auto* order = order_room.mut().as<std::int64_t>();
  auto* kept = kept_room.mut().as<std::int64_t>();
  auto* counts = counts_room.mut().as<std::int64_t>();
  std::int64_t total = 0;
  for (std::int64_t k = 0; k < lists && most > 0; ++k) {
    const std::int64_t count = rank_boxes(scores.as<float>() + k * n, n, t, order);
    MOTE_ASSIGN(counts[k],
                keep(args, boxes.as<float>() + k / classes * n * 4, center, t, order, count));
    std::copy_n(order, counts[k], kept + k * most);
    total += counts[k];
  }
  MOTE_ASSIGN(Tensor selected, args.allocator.allocate(DType::kS64, {total, 3}));
  auto* out = selected.mut().as<std::int64_t>();
  for (std::int64_t k = 0; k < lists; ++k) {
    for (std::int64_t i = 0; i < counts[k]; ++i) {
      *out++ = k / classes;
      *out++ = k % classes;
      *out++ = kept[k * most + i];
    }
  }
  args.out[0] = std::move(selected);
  return {};
}

constexpr int kVersions[] = {10, 11};

constexpr std::string_view kSamples[] = {
    "(b: f32[2,6,4], s: f32[2,3,6]) -> (y) { m: s64[] = {3} i: f32[] = {0.3}\n"
    "  y = NonMaxSuppression(b, s, m, i) }",
    "(b: f32[1,9,4], s: f32[1,1,9]) -> (y) { m: s64[1] = {9} i: f32[1] = {0.1} t: f32[1] = {0.5}\n"
    "  y = NonMaxSuppression(b, s, m, i, t) {center_point_box=1} }",
    "(b: f32[1,4,4], s: f32[1,2,4]) -> (y) { y = NonMaxSuppression(b, s) }",
    "(b: f32[0,4,4], s: f32[0,2,4]) -> (y) { m: s64[] = {9} y = NonMaxSuppression(b, s, m) }",
};

}  // namespace

extern const OpDef kOp_NonMaxSuppression;
constinit const OpDef kOp_NonMaxSuppression = {
    .name = "NonMaxSuppression",
    .min_inputs = 2,
    .max_inputs = 5,
    .parse = parse,
    .infer = infer,
    .compute = compute,
};

extern const OnnxOp kOnnx_NonMaxSuppression;
constinit const OnnxOp kOnnx_NonMaxSuppression = {.name = "NonMaxSuppression",
                                                  .versions = kVersions};

extern const OpDoc kDoc_NonMaxSuppression;
constinit const OpDoc kDoc_NonMaxSuppression = {
    .name = "NonMaxSuppression",
    .doc =
        "The boxes of each class by falling scores, without those whose overlap with one before is "
        "above `iou_threshold`. A box with NaN overlaps none, and a score that is NaN is none.",
    .samples = kSamples,
};

}  // namespace mote
