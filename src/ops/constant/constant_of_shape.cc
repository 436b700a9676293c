// ConstantOfShape: one value, repeated to fill a shape.
#include <algorithm>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/copy.h"
#include "ops/support/indices.h"

namespace mote {
namespace {

struct ConstantOfShapeParams : OpParams {
  Tensor value = Tensor::scalar(0.0F);
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<ConstantOfShapeParams>();
  AttributeReader r(attributes);
  if (r.has("value")) p->value = r.tensor("value");
  MOTE_TRY(r.finish());
  if (p->value.count() != 1) {
    return Error{Code::kInvalidArgument, cat("value has ", p->value.count(), " elements, not one")};
  }
  return p;
}

// input: s64[rank of the output].
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_dtype(args, 0, {DType::kS64}));
  const DType dtype = args.params<ConstantOfShapeParams>().value.dtype();
  MOTE_ASSIGN(const auto sizes, known_integers(args, 0));
  MOTE_ASSIGN(const auto rank, list_length(args, 0, "input"));
  std::optional<Shape> shape;
  if (sizes) {
    shape.emplace();
    for (const std::int64_t size : *sizes) {
      if (size < 0) return Error{Code::kInvalidArgument, cat("size ", size, " is negative")};
      shape->push_back(size);
    }
    MOTE_TRY(product(*shape));
  } else if (rank && *rank <= kMaxRank) {
    shape = unknown_shape(static_cast<int>(*rank));
  }
  args.set(0, {dtype, std::move(shape)});
  return {};
}

Status reference(const OpParams* params, const RunArgs& args) {
  const Tensor& value = static_cast<const ConstantOfShapeParams*>(params)->value;
  const TensorView& sizes = args.in[0];
  MOTE_TRY(check_integer_list(sizes, "input"));
  Dims dims;
  for (std::int64_t i = 0; i < std::min<std::int64_t>(sizes.dims.count(), kMaxRank); ++i) {
    dims.push_back(load_integer(sizes, i));
  }
  MOTE_TRY(expect_output_size(args, dims));
  fill_range(value.view(), 0, args.out[0], 0, args.out[0].dims.count());
  return {};
}

constexpr int kVersions[] = {9, 20, 21, 23, 24, 25};

constexpr std::string_view kSamples[] = {
    "() -> (y) { s: s64[2] = {2, 3} y = ConstantOfShape(s) }",
    "() -> (y) { s: s64[2] = {2, 3} y = ConstantOfShape(s) {value=s64[1]{7}} }",
    "() -> (y) { s: s64[1] = {5} y = ConstantOfShape(s) {value=u4[1]{3}} }",
    "() -> (y) { s: s64[2] = {0, 3} y = ConstantOfShape(s) {value=bool[1]{1}} }",
    "() -> (y) { s: s64[0] = {} y = ConstantOfShape(s) {value=f16[1]{0.5}} }",
};

}  // namespace

extern const OpDef kOp_ConstantOfShape;
constinit const OpDef kOp_ConstantOfShape = {
    .name = "ConstantOfShape", .parse = parse, .infer = infer, .reference = reference};

extern const OnnxOp kOnnx_ConstantOfShape;
constinit const OnnxOp kOnnx_ConstantOfShape = {.name = "ConstantOfShape", .versions = kVersions};

extern const OpDoc kDoc_ConstantOfShape;
constinit const OpDoc kDoc_ConstantOfShape = {
    .name = "ConstantOfShape",
    .doc =
        "A tensor whose sizes are `input` and whose every element is `value` (f32 0 if there is "
        "none).",
    .samples = kSamples,
};

}  // namespace mote
