// NonZero and Compress: elements chosen by values; how many is known only then.
#include <algorithm>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/copy.h"
#include "ops/support/element.h"
#include "ops/support/indices.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

// -- NonZero

// Calls f(i) for each element that is not zero, false or an empty string.
template <class F>
Status for_each_nonzero(const TensorView& x, const F& f) {
  const auto visit = [&](auto t) -> Status {
    const auto* values = x.as<decltype(t)>();
    for (std::int64_t i = 0; i < x.dims.count(); ++i) {
      if constexpr (std::is_same_v<decltype(t), std::string>) {
        if (!values[i].empty()) f(i);
      } else {
        if (values[i] != decltype(t)(0)) f(i);
      }
    }
    return {};
  };
  if (x.dtype == DType::kBool) return visit(bool());
  if (x.dtype == DType::kString) return visit(std::string());
  return with_dtype(NumberElements(), x.dtype, visit);
}

// X: any shape. Output: s64[rank, number of elements that are not zero].
Status infer_nonzero(const InferArgs& args) {
  Dim count;
  if (const Tensor* x = args.constant(0)) {
    std::int64_t n = 0;
    if (for_each_nonzero(x->view(), [&](std::int64_t) { ++n; })) count = n;
  }
  const TensorType& x = args.type(0);
  args.set(0, {DType::kS64, Shape{x.shape ? Dim(x.rank()) : Dim(), count}});
  return {};
}

Status reference_nonzero(const OpParams*, const RunArgs& args) {
  const Dims& dims = args.in[0].dims;
  std::int64_t count = 0;
  MOTE_TRY(for_each_nonzero(args.in[0], [&](std::int64_t) { ++count; }));
  MOTE_TRY(expect_output_size(args, {dims.rank(), count}));
  auto* y = args.out[0].as<std::int64_t>();
  std::int64_t n = 0;
  return for_each_nonzero(args.in[0], [&](std::int64_t i) {
    for (int d = dims.rank() - 1; d >= 0; --d) {
      y[d * count + n] = i % dims[d];
      i /= dims[d];
    }
    ++n;
  });
}

// -- Compress

struct CompressParams : OpParams {
  std::optional<std::int64_t> axis;  // none: the input is taken as a list
};

Result<std::unique_ptr<const OpParams>> parse_compress(const Attributes& attributes) {
  auto p = std::make_unique<CompressParams>();
  AttributeReader r(attributes);
  if (r.has("axis")) p->axis = r.integer("axis", 0);
  MOTE_TRY(r.finish());
  return p;
}

std::int64_t count_true(const TensorView& condition) {
  const auto* c = condition.as<bool>();
  return std::count(c, c + condition.dims.count(), true);
}

// input: rank >= 1; condition: bool, at most as long as the axis. Output: as many along the axis as
// are true.
Status infer_compress(const InferArgs& args) {
  MOTE_TRY(expect_dtype(args, 1, {DType::kBool}));
  MOTE_TRY(expect_rank(args, 1, 1, "condition"));
  const auto& p = args.params<CompressParams>();
  const TensorType& input = args.type(0);
  Dim count;
  if (const Tensor* c = args.constant(1); c && c->dtype() == DType::kBool) {
    count = count_true(c->view());
  }
  std::optional<Shape> shape;
  Dim limit;
  if (!p.axis) {
    shape = Shape{count};
    if (input.shape) {
      MOTE_ASSIGN(limit, product(*input.shape));
    }
  } else if (input.shape) {
    MOTE_ASSIGN(const int axis, normalize_axis(*p.axis, input.rank()));
    shape = input.shape;
    limit = std::exchange((*shape)[static_cast<std::size_t>(axis)], count);
  }
  const Dim length = size_of(args, 1, 0);
  if (length.known() && limit.known() && length.size() > limit.size()) {
    return Error{Code::kInvalidArgument,
                 cat("condition has ", length.size(), " entries for a size of ", limit.size())};
  }
  args.set(0, {input.dtype, std::move(shape)});
  return {};
}

Status reference_compress(const OpParams* params, const RunArgs& args) {
  const auto& p = *static_cast<const CompressParams*>(params);
  const TensorView& condition = args.in[1];
  TensorView input = args.in[0];
  int axis = 0;
  if (p.axis) {
    MOTE_ASSIGN(axis, normalize_axis(*p.axis, input.dims.rank()));
  } else {
    input.dims = {input.dims.count()};
  }
  Dims size = input.dims;
  size[axis] = count_true(condition);
  MOTE_TRY(expect_output_size(args, size));
  const std::int64_t inner = size.count(axis + 1, size.rank());
  std::int64_t to = 0;
  for (std::int64_t o = 0; o < size.count(0, axis); ++o) {
    for (std::int64_t i = 0; i < condition.dims.count(); ++i) {
      if (!condition.as<bool>()[i]) continue;
      copy_range(input, (o * input.dims[axis] + i) * inner, args.out[0], to, inner);
      to += inner;
    }
  }
  return {};
}

constexpr int kNonZeroVersions[] = {9, 13};
constexpr int kCompressVersions[] = {9, 11, 28};

constexpr std::string_view kNonZeroSamples[] = {
    "() -> (y) { x: f32[2,3] = {0, 1, -0.0, nan, 0, 2} y = NonZero(x) }",
    "() -> (y) { x: bool[2,2] = {1, 0, 1, 1} y = NonZero(x) }",
    "() -> (y) { x: s8[2,0] = {} y = NonZero(x) }",
    "() -> (y) { x: s64[] = {5} y = NonZero(x) }",
};
constexpr std::string_view kCompressSamples[] = {
    "(x: f32[3,2]) -> (y) { c: bool[3] = {0, 1, 1} y = Compress(x, c) {axis=0} }",
    "(x: s64[3,4]) -> (y) { c: bool[2] = {0, 1} y = Compress(x, c) {axis=-1} }",
    "(x: f16[3,2]) -> (y) { c: bool[5] = {0, 1, 0, 0, 1} y = Compress(x, c) }",
    "(x: u8[3]) -> (y) { c: bool[0] = {} y = Compress(x, c) }",
};

}  // namespace

extern const OpDef kOp_NonZero;
constinit const OpDef kOp_NonZero = {
    .name = "NonZero", .infer = infer_nonzero, .reference = reference_nonzero};
extern const OpDef kOp_Compress;
constinit const OpDef kOp_Compress = {
    .name = "Compress",
    .min_inputs = 2,
    .max_inputs = 2,
    .parse = parse_compress,
    .infer = infer_compress,
    .reference = reference_compress,
};

extern const OnnxOp kOnnx_NonZero;
constinit const OnnxOp kOnnx_NonZero = {.name = "NonZero", .versions = kNonZeroVersions};
extern const OnnxOp kOnnx_Compress;
constinit const OnnxOp kOnnx_Compress = {.name = "Compress", .versions = kCompressVersions};

extern const OpDoc kDoc_NonZero;
constinit const OpDoc kDoc_NonZero = {
    .name = "NonZero",
    .doc = "The indices of the elements that are not zero, one column each, in row-major order.",
    .samples = kNonZeroSamples,
};
extern const OpDoc kDoc_Compress;
constinit const OpDoc kDoc_Compress = {
    .name = "Compress",
    .doc = "The slices of `input` along `axis`, or its elements, where `condition` is true.",
    .samples = kCompressSamples,
};

}  // namespace mote
