// CenterCropPad: a tensor's centre under other sizes, with zeros around where it is too small.
#include <algorithm>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/box.h"
#include "ops/support/copy.h"
#include "ops/support/indices.h"

namespace mote {
namespace {

struct CenterCropPadParams : OpParams {
  std::optional<std::vector<std::int64_t>> axes;  // none: all

  Result<int> axis(std::int64_t i, int rank) const {
    return normalize_axis(axes ? (*axes)[static_cast<std::size_t>(i)] : i, rank);
  }
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<CenterCropPadParams>();
  AttributeReader r(attributes);
  if (r.has("axes")) p->axes = r.integers("axes", {});
  MOTE_TRY(r.finish());
  return p;
}

// Sizes that the list `shape` gives to some dimensions; the others stay.
Result<Dims> wanted_size(const CenterCropPadParams& p, const TensorView& shape, const Dims& dims) {
  MOTE_TRY(check_integer_list(shape, "shape"));
  const std::int64_t count = p.axes ? std::ssize(*p.axes) : dims.rank();
  if (shape.dims.count() != count) {
    return Error{Code::kInvalidArgument,
                 cat("shape has ", shape.dims.count(), " entries for ", count, " axes")};
  }
  Dims size = dims;
  for (std::int64_t i = 0; i < count; ++i) {
    MOTE_ASSIGN(const int axis, p.axis(i, dims.rank()));
    size[axis] = load_integer(shape, i);
    if (size[axis] < 0) {
      return Error{Code::kInvalidArgument, cat("size ", size[axis], " is negative")};
    }
  }
  return size;
}

// input_data: any shape; shape: s32 or s64, one size for each axis.
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_dtype(args, 1, {DType::kS32, DType::kS64}));
  const auto& p = args.params<CenterCropPadParams>();
  const TensorType& input = args.type(0);
  if (!input.shape || input.rank() > kMaxRank) {
    args.set(0, {input.dtype, std::nullopt});
    return {};
  }
  Shape shape = p.axes ? *input.shape : unknown_shape(input.rank());
  if (p.axes) {
    MOTE_ASSIGN(const auto axes, normalize_axes(*p.axes, input.rank()));
    for (const int axis : axes) shape[static_cast<std::size_t>(axis)] = Dim();
  }
  if (const Tensor* wanted = args.constant(1)) {
    Dims own;
    for (const Dim& d : shape) own.push_back(d.size());
    MOTE_ASSIGN(const Dims size, wanted_size(p, wanted->view(), own));
    for (std::size_t d = 0; d < shape.size(); ++d) {
      if (const std::int64_t n = size[static_cast<int>(d)]; n >= 0) shape[d] = n;
    }
    MOTE_TRY(product(shape));
  }
  args.set(0, {input.dtype, std::move(shape)});
  return {};
}

Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = *static_cast<const CenterCropPadParams*>(params);
  const Dims& from = args.in[0].dims;
  MOTE_ASSIGN(const Dims to, wanted_size(p, args.in[1], from));
  MOTE_TRY(expect_output_size(args, to));
  Dims size = from;
  Dims crop = from;
  Dims before = from;
  for (int d = 0; d < from.rank(); ++d) {
    size[d] = std::min(from[d], to[d]);
    crop[d] = (from[d] - size[d]) / 2;
    before[d] = (to[d] - size[d]) / 2;
  }
  if (size != to) fill_zero(args.out[0]);
  copy_box(size, args.in[0], placed_at(from, crop), args.out[0], placed_at(to, before));
  return {};
}

constexpr int kVersions[] = {18};

constexpr std::string_view kSamples[] = {
    "(x: f32[7,4,3]) -> (y) { s: s64[3] = {4, 7, 3} y = CenterCropPad(x, s) }",
    "(x: s8[2,5,4]) -> (y) { s: s32[2] = {2, 5} y = CenterCropPad(x, s) {axes=[-2, 2]} }",
    "(x: bool[0,3]) -> (y) { s: s64[1] = {2} y = CenterCropPad(x, s) {axes=[0]} }",
};

}  // namespace

extern const OpDef kOp_CenterCropPad;
constinit const OpDef kOp_CenterCropPad = {
    .name = "CenterCropPad",
    .min_inputs = 2,
    .max_inputs = 2,
    .parse = parse,
    .infer = infer,
    .reference = reference,
};

extern const OnnxOp kOnnx_CenterCropPad;
constinit const OnnxOp kOnnx_CenterCropPad = {.name = "CenterCropPad", .versions = kVersions};

extern const OpDoc kDoc_CenterCropPad;
constinit const OpDoc kDoc_CenterCropPad = {
    .name = "CenterCropPad",
    .doc = "The centre of `input_data` cut to `shape` along `axes`, or with zeros around it.",
    .samples = kSamples,
};

}  // namespace mote
