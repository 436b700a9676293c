// Flatten: a tensor as a matrix.
#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/copy.h"

namespace mote {
namespace {

struct FlattenParams : OpParams {
  std::int64_t axis = 1;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<FlattenParams>();
  AttributeReader r(attributes);
  p->axis = r.integer("axis", 1);
  MOTE_TRY(r.finish());
  return p;
}

// input: any shape. axis may be the rank itself: all dimensions are rows then.
Status infer(const InferArgs& args) {
  const TensorType& input = args.type(0);
  if (!input.shape) {
    args.set(0, {input.dtype, unknown_shape(2)});
    return {};
  }
  const std::int64_t axis = args.params<FlattenParams>().axis;
  const int rank = input.rank();
  if (axis < -rank || axis > rank) {
    return Error{Code::kInvalidArgument,
                 cat("axis ", axis, " is outside [", -rank, ", ", rank, "]")};
  }
  const auto first = static_cast<std::size_t>(axis < 0 ? axis + rank : axis);
  const std::span<const Dim> dims(*input.shape);
  MOTE_ASSIGN(const Dim rows, product(dims.first(first)));
  MOTE_ASSIGN(const Dim columns, product(dims.subspan(first)));
  args.set(0, {input.dtype, Shape{rows, columns}});
  return {};
}

Status reference(const OpParams*, const RunArgs& args) {
  return copy_elements(args.in[0], args.out[0]);
}

constexpr int kVersions[] = {1, 9, 11, 13, 21, 23, 24, 25};

constexpr std::string_view kSamples[] = {
    "(x: f32[2,3,4]) -> (y) { y = Flatten(x) }",
    "(x: s8[2,3,4]) -> (y) { y = Flatten(x) {axis=-1} }",
    "(x: f32[2,0,4]) -> (y) { y = Flatten(x) {axis=3} }",
    "(x: f32[]) -> (y) { y = Flatten(x) {axis=0} }",
};

}  // namespace

extern const OpDef kOp_Flatten;
constinit const OpDef kOp_Flatten = {
    .name = "Flatten",
    .parse = parse,
    .infer = infer,
    .reference = reference,
    .view = true,
};

extern const OnnxOp kOnnx_Flatten;
constinit const OnnxOp kOnnx_Flatten = {.name = "Flatten", .versions = kVersions};

extern const OpDoc kDoc_Flatten;
constinit const OpDoc kDoc_Flatten = {
    .name = "Flatten",
    .doc =
        "The elements of `input` as a matrix: dimensions before `axis` are its rows, the others "
        "its columns.",
    .samples = kSamples,
};

}  // namespace mote
