// TFLite_Detection_PostProcess: boxes by anchors, the best of those that overlap.
#include <flatbuffers/flexbuffers.h>

#include <cmath>
#include <limits>

#include "base/text.h"
#include "format/tflite/read/op_reader.h"

namespace mote::tfl {
namespace {

struct PostProcess {
  std::int64_t max_detections = 0;
  std::int64_t classes = 0;
  std::int64_t classes_per_detection = 1;  // of the fast way: a box stands once for each
  std::int64_t detections_per_class = 100;
  bool per_class = false;  // classes suppress each other otherwise
  float score_threshold = 0, iou_threshold = 0;
  float y_scale = 1, x_scale = 1, h_scale = 1, w_scale = 1;
};

Result<flexbuffers::Map> read_map(std::span<const std::uint8_t> bytes) {
  if (bytes.empty() || !flexbuffers::VerifyBuffer(bytes.data(), bytes.size(), nullptr)) {
    return Error{Code::kCorrupt, "its options are no sound flexbuffer"};
  }
  const flexbuffers::Reference root = flexbuffers::GetRoot(bytes.data(), bytes.size());
  if (!root.IsMap()) return Error{Code::kCorrupt, "its options are no map"};
  return root.AsMap();
}

Result<PostProcess> read_options(OpReader& op) {
  MOTE_ASSIGN(const flexbuffers::Map map, read_map(values_of(op.op().custom_options())));
  const auto integer = [&](const char* key, std::int64_t fallback) {
    const flexbuffers::Reference v = map[key];
    return v.IsNull() ? fallback : v.AsInt64();
  };
  const auto real = [&](const char* key, float fallback) {
    const flexbuffers::Reference v = map[key];
    return v.IsNull() ? fallback : v.AsFloat();
  };
  PostProcess p;
  p.max_detections = integer("max_detections", 0);
  p.classes = integer("num_classes", 0);
  p.classes_per_detection = integer("max_classes_per_detection", 1);
  p.detections_per_class = integer("detections_per_class", 100);
  p.per_class = !map["use_regular_nms"].IsNull() && map["use_regular_nms"].AsBool();
  p.score_threshold = real("nms_score_threshold", 0);
  p.iou_threshold = real("nms_iou_threshold", 0);
  p.y_scale = real("y_scale", 1);
  p.x_scale = real("x_scale", 1);
  p.h_scale = real("h_scale", 1);
  p.w_scale = real("w_scale", 1);
  constexpr std::int64_t kMost = 1 << 20;
  for (const std::int64_t count : {p.max_detections, p.classes, p.classes_per_detection}) {
    if (count > 0 && count <= kMost) continue;
    return Error{Code::kInvalidArgument, cat("a count of ", count, " among its options")};
  }
  p.classes_per_detection = std::min(p.classes_per_detection, p.classes);
  return p;
}

// Boxes [n, 4] by corners (y, x, y, x). Encodings: [1, n, 4 or more]; anchors: [n, 4], centre and
// size. (Liu et al., "SSD: single shot multibox detector", 2016, with a scale for each number.)
ValueId decode(OpReader& op, const PostProcess& p) {
  const ValueId encodings = op.add("Squeeze", {op.real(0), op.integers({0})});
  const ValueId anchors = op.real(2);
  const auto column = [&](ValueId v, std::int64_t i) { return op.slice(v, 1, i, i + 1); };
  const auto scaled = [&](std::int64_t i, float scale) {
    return op.add("Div", {column(encodings, i), op.f32(scale)});
  };
  std::vector<ValueId> low, high;
  for (std::int64_t axis = 0; axis < 2; ++axis) {
    const ValueId size = column(anchors, axis + 2);
    const ValueId moved = op.add("Mul", {scaled(axis, axis == 0 ? p.y_scale : p.x_scale), size});
    const ValueId centre = op.add("Add", {moved, column(anchors, axis)});
    const ValueId grown = op.add("Exp", {scaled(axis + 2, axis == 0 ? p.h_scale : p.w_scale)});
    const ValueId half = op.add("Mul", {op.add("Mul", {grown, size}), op.f32(0.5F)});
    low.push_back(op.add("Sub", {centre, half}));
    high.push_back(op.add("Add", {centre, half}));
  }
  return op.add("Concat", {low[0], low[1], high[0], high[1]}, {{"axis", std::int64_t{1}}});
}

struct Detections {
  ValueId boxes, classes, scores;  // [k, 4], [k], [k], best first; f32
  ValueId count;                   // s64[1]: of boxes, each of which may stand several times
};

ValueId suppressed(OpReader& op, const PostProcess& p, ValueId boxes, ValueId scores,
                   std::int64_t most) {
  // A score that is the threshold counts here; ONNX wants more.
  const float below = std::nextafter(p.score_threshold, -std::numeric_limits<float>::infinity());
  return op.add("NonMaxSuppression",
                {op.add("Unsqueeze", {boxes, op.integers({0})}), scores, op.integers({most}),
                 op.constant(Tensor::of<float>({1}, {p.iou_threshold})),
                 op.constant(Tensor::of<float>({1}, {below}))});
}

ValueId column_of(OpReader& op, ValueId chosen, std::int64_t i) {
  return op.add("Squeeze", {op.slice(chosen, 1, i, i + 1), op.integers({1})});
}

// Boxes compete by their best class.
Detections choose_by_box(OpReader& op, const PostProcess& p, ValueId boxes, ValueId scores) {
  const ValueId best = op.add("ReduceMax", {scores, op.integers({1})});  // [n, 1]
  const ValueId as_class = op.add("Unsqueeze", {op.transpose(best, {1, 0}), op.integers({0})});
  const ValueId chosen = suppressed(op, p, boxes, as_class, p.max_detections);
  const ValueId index = column_of(op, chosen, 2);
  const ValueId rows = op.add("Gather", {scores, index});  // [k, classes]
  const auto top = op.add_many(2, "TopK", {rows, op.integers({p.classes_per_detection})});
  const ValueId kept = op.add("Unsqueeze", {op.add("Gather", {boxes, index}), op.integers({1})});
  const ValueId repeated = op.add("Tile", {kept, op.integers({1, p.classes_per_detection, 1})});
  return {op.reshape(repeated, {-1, 4}), op.reshape(op.cast(top[1], DType::kF32), {-1}),
          op.reshape(top[0], {-1}), op.add("Shape", {index})};
}

// Boxes of each class compete, then all that are left by their scores.
Detections choose_by_class(OpReader& op, const PostProcess& p, ValueId boxes, ValueId scores) {
  const ValueId by_class = op.transpose(scores, {1, 0});  // [classes, n]
  const ValueId chosen = suppressed(op, p, boxes, op.add("Unsqueeze", {by_class, op.integers({0})}),
                                    std::min(p.detections_per_class, p.max_detections));
  const ValueId pairs = op.slice(chosen, 1, 1, 3);  // class, box
  const ValueId values = op.add("GatherND", {by_class, pairs});
  const ValueId count = op.add("Min", {op.add("Shape", {values}), op.integers({p.max_detections})});
  const auto best = op.add_many(2, "TopK", {values, count});
  const ValueId kept = op.add("Gather", {pairs, best[1]});
  return {op.add("Gather", {boxes, column_of(op, kept, 1)}),
          op.cast(column_of(op, kept, 0), DType::kF32), best[0], count};
}

// The first `count` rows; zeros where there are fewer.
ValueId padded(OpReader& op, ValueId rows, std::vector<std::int64_t> dims) {
  const std::int64_t count = dims[0];
  const ValueId all = op.add("Concat", {rows, op.zeros(Dims(dims))}, {{"axis", std::int64_t{0}}});
  dims.insert(dims.begin(), 1);
  return op.reshape(op.slice(all, 0, 0, count), std::move(dims));
}

// Inputs: box encodings [1, n, 4], class scores [1, n, classes, perhaps after a background],
// anchors [n, 4]. Outputs: boxes [1, max, 4], classes [1, max], scores [1, max], how many [1].
void post_process(OpReader& op) {
  auto options = read_options(op);
  if (!options) return op.fail(std::move(options).error());
  const PostProcess& p = *options;
  const ValueId boxes = decode(op, p);
  const ValueId all = op.add("Squeeze", {op.real(1), op.integers({0})});
  // The last `classes` columns: what is before is the background.
  const ValueId scores = op.slice(all, 1, -p.classes, std::numeric_limits<std::int64_t>::max());
  const Detections found =
      p.per_class ? choose_by_class(op, p, boxes, scores) : choose_by_box(op, p, boxes, scores);
  const std::int64_t most =
      p.per_class ? p.max_detections : p.max_detections * p.classes_per_detection;
  op.yield(0, padded(op, found.boxes, {most, 4}));
  op.yield(1, padded(op, found.classes, {most}));
  op.yield(2, padded(op, found.scores, {most}));
  op.yield(3, op.cast(found.count, DType::kF32));
}

constexpr Mapping kMappings[] = {
    {fb::BuiltinOperator_CUSTOM, post_process, "TFLite_Detection_PostProcess"},
};

}  // namespace

extern const Mappings kDetection;
constinit const Mappings kDetection{kMappings};

}  // namespace mote::tfl
