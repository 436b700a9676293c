// Shape and Size: a tensor's sizes, and how many elements it has.
#include <algorithm>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/axes.h"

namespace mote {
namespace {

struct ShapeParams : OpParams {
  std::int64_t start = 0;
  std::optional<std::int64_t> end;  // none: the rank
};

Result<std::unique_ptr<const OpParams>> parse_shape(const Attributes& attributes) {
  auto p = std::make_unique<ShapeParams>();
  AttributeReader r(attributes);
  p->start = r.integer("start", 0);
  if (r.has("end")) p->end = r.integer("end", 0);
  MOTE_TRY(r.finish());
  return p;
}

// An axis that counts from the end where negative, clamped to [0, rank].
int clamp_axis(std::int64_t axis, int rank) {
  const std::int64_t least = -std::int64_t{rank};
  const std::int64_t a = std::clamp<std::int64_t>(axis, least, rank);
  return static_cast<int>(a < 0 ? a + rank : a);
}

struct AxisRange {
  int begin, end;
};

AxisRange axes_of(const ShapeParams& p, int rank) {
  const int begin = clamp_axis(p.start, rank);
  return {begin, std::max(begin, p.end ? clamp_axis(*p.end, rank) : rank)};
}

// data: any shape. Output: s64[number of axes], known if the sizes are.
Status infer_shape(const InferArgs& args) {
  const TensorType& data = args.type(0);
  if (!data.shape) {
    args.set(0, {DType::kS64, unknown_shape(1)});
    return {};
  }
  const auto [begin, end] = axes_of(args.params<ShapeParams>(), data.rank());
  args.set(0, {DType::kS64, Shape{Dim(end - begin)}});
  std::vector<std::int64_t> sizes;
  for (int d = begin; d < end; ++d) {
    const Dim& size = (*data.shape)[static_cast<std::size_t>(d)];
    if (!size.known()) return {};
    sizes.push_back(size.size());
  }
  if (!args.out.empty()) args.out[0].constant = Tensor::of<std::int64_t>({end - begin}, sizes);
  return {};
}

Status reference_shape(const OpParams* params, const RunArgs& args) {
  const Dims& dims = args.in[0].dims;
  const auto [begin, end] = axes_of(*static_cast<const ShapeParams*>(params), dims.rank());
  std::copy(dims.begin() + begin, dims.begin() + end, args.out[0].as<std::int64_t>());
  return {};
}

// data: any shape. Output: s64, known if the sizes are.
Status infer_size(const InferArgs& args) {
  args.set(0, {DType::kS64, Shape()});
  if (!args.type(0).shape) return {};
  MOTE_ASSIGN(const Dim count, product(*args.type(0).shape));
  if (count.known() && !args.out.empty()) args.out[0].constant = Tensor::scalar(count.size());
  return {};
}

Status reference_size(const OpParams*, const RunArgs& args) {
  *args.out[0].as<std::int64_t>() = args.in[0].dims.count();
  return {};
}

constexpr int kShapeVersions[] = {1, 13, 15, 19, 21, 23, 24, 25};
constexpr int kSizeVersions[] = {1, 13, 19, 21, 23, 24, 25};

constexpr std::string_view kShapeSamples[] = {
    "(x: f32[2,3,4]) -> (y) { y = Shape(x) }",
    "(x: bool[2,3,4]) -> (y) { y = Shape(x) {start=-2, end=9} }",
    "(x: f32[2,3,4]) -> (y) { y = Shape(x) {start=2, end=1} }",
    "(x: f32[]) -> (y) { y = Shape(x) }",
};
constexpr std::string_view kSizeSamples[] = {
    "(x: f32[2,3,4]) -> (y) { y = Size(x) }",
    "(x: s8[2,0]) -> (y) { y = Size(x) }",
    "(x: f32[]) -> (y) { y = Size(x) }",
};

}  // namespace

extern const OpDef kOp_Shape;
constinit const OpDef kOp_Shape = {
    .name = "Shape", .parse = parse_shape, .infer = infer_shape, .reference = reference_shape};
extern const OpDef kOp_Size;
constinit const OpDef kOp_Size = {.name = "Size", .infer = infer_size, .reference = reference_size};

extern const OnnxOp kOnnx_Shape;
constinit const OnnxOp kOnnx_Shape = {.name = "Shape", .versions = kShapeVersions};
extern const OnnxOp kOnnx_Size;
constinit const OnnxOp kOnnx_Size = {.name = "Size", .versions = kSizeVersions};

extern const OpDoc kDoc_Shape;
constinit const OpDoc kDoc_Shape = {
    .name = "Shape",
    .doc = "The sizes of `data` from dimension `start` to before `end`, both clamped to its rank.",
    .samples = kShapeSamples,
};
extern const OpDoc kDoc_Size;
constinit const OpDoc kDoc_Size = {
    .name = "Size", .doc = "How many elements `data` has.", .samples = kSizeSamples};

}  // namespace mote
