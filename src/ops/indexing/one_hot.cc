// OneHot: indices as rows that are one value at the index and another elsewhere.
#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/copy.h"
#include "ops/support/indices.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

struct OneHotParams : OpParams {
  std::int64_t axis = -1;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<OneHotParams>();
  AttributeReader r(attributes);
  p->axis = r.integer("axis", -1);
  MOTE_TRY(r.finish());
  return p;
}

Result<std::int64_t> load_depth(const TensorView& depth) {
  MOTE_ASSIGN(const std::int64_t n, load_scalar_integer(depth, "depth"));
  if (n < 0) return Error{Code::kInvalidArgument, cat("depth ", n, " is negative")};
  return n;
}

// indices: any shape; depth: one number; values: [off, on]. Output: indices' shape with `depth` put
// in at `axis`.
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_vector(args, 2, Dim(2), "values"));
  Dim depth;
  if (const Tensor* constant = args.constant(1)) {
    MOTE_ASSIGN(depth, load_depth(constant->view()));
  }
  const auto& indices = args.type(0).shape;
  std::optional<Shape> shape;
  if (indices) {
    const int rank = args.type(0).rank() + 1;
    if (rank > kMaxRank) {
      return Error{Code::kInvalidArgument, cat("rank ", rank, " is over ", kMaxRank)};
    }
    MOTE_ASSIGN(const int axis, normalize_axis(args.params<OneHotParams>().axis, rank));
    shape = *indices;
    shape->insert(shape->begin() + axis, depth);
    MOTE_TRY(product(*shape));
  }
  args.set(0, {args.type(2).dtype, std::move(shape)});
  return {};
}

Status reference(const OpParams* params, const RunArgs& args) {
  const TensorView& values = args.in[2];
  const MutTensorView& out = args.out[0];
  MOTE_ASSIGN(const int axis,
              normalize_axis(static_cast<const OneHotParams*>(params)->axis, out.dims.rank()));
  MOTE_ASSIGN(const std::int64_t depth, load_depth(args.in[1]));
  Dims size = out.dims;
  size[axis] = depth;
  MOTE_TRY(expect_output_size(args, size));
  fill_range(values, 0, out, 0, out.dims.count());
  const std::int64_t inner = out.dims.count(axis + 1, out.dims.rank());
  for (std::int64_t i = 0; i < args.in[0].dims.count(); ++i) {
    MOTE_ASSIGN(std::int64_t index, load_as_integer(args.in[0], i));
    if (index < -depth || index >= depth) continue;
    if (index < 0) index += depth;
    copy_range(values, 1, out, (i / inner * depth + index) * inner + i % inner, 1);
  }
  return {};
}

// Until opset 11 negative indices were outside like any others.
Status negative_is_outside(const UpgradeArgs& args) {
  const ValueId zero = args.add_constant("zero", Tensor::scalar(std::int64_t{0}));
  const ValueId outside =
      args.add_constant("outside", Tensor::scalar(std::numeric_limits<std::int64_t>::max()));
  MOTE_ASSIGN(const ValueId index,
              args.add_before("Cast", {args.input(0)}, {{"to", std::int64_t{7}}}));
  MOTE_ASSIGN(const ValueId negative, args.add_before("Less", {index, zero}, {}));
  MOTE_ASSIGN(const ValueId moved, args.add_before("Where", {negative, outside, index}, {}));
  args.set_input(0, moved);
  return {};
}

constexpr int kVersions[] = {9, 11, 28};
constexpr OnnxUpgrade kUpgrades[] = {{11, negative_is_outside}};

constexpr std::string_view kSamples[] = {
    "(i: s64[2,3]) -> (y) { d: s64[] = {3} v: f32[2] = {0, 1} y = OneHot(i, d, v) }",
    "(i: s32[2,3], v: s8[2]) -> (y) { d: s32[1] = {5} y = OneHot(i, d, v) {axis=1} }",
    "(i: f32[4], v: f32[2]) -> (y) { d: f32[] = {3} y = OneHot(i, d, v) {axis=-2} }",
    "(i: u8[], v: bool[2]) -> (y) { d: u8[] = {4} y = OneHot(i, d, v) {axis=0} }",
    "(i: s64[2], v: f32[2]) -> (y) { d: s64[] = {0} y = OneHot(i, d, v) }",
};

}  // namespace

extern const OpDef kOp_OneHot;
constinit const OpDef kOp_OneHot = {
    .name = "OneHot",
    .min_inputs = 3,
    .max_inputs = 3,
    .parse = parse,
    .infer = infer,
    .reference = reference,
};

extern const OnnxOp kOnnx_OneHot;
constinit const OnnxOp kOnnx_OneHot = {
    .name = "OneHot", .versions = kVersions, .upgrades = kUpgrades};

extern const OpDoc kDoc_OneHot;
constinit const OpDoc kDoc_OneHot = {
    .name = "OneHot",
    .doc =
        "A new dimension of size `depth` at `axis`: values[1] at the place that the index names "
        "(counted from the end if negative), values[0] elsewhere.",
    .samples = kSamples,
};

}  // namespace mote
