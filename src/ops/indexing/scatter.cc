// ScatterElements and ScatterND: a tensor with new values where indices say.
#include <cmath>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/choices.h"
#include "ops/support/copy.h"
#include "ops/support/element.h"
#include "ops/support/indices.h"
#include "ops/support/shapes.h"
#include "ops/support/strides.h"

namespace mote {
namespace {

enum class Reduction : std::uint8_t { kNone, kAdd, kMul, kMax, kMin };

struct ScatterParams : OpParams {
  std::int64_t axis = 0;  // ScatterElements only
  Reduction reduction = Reduction::kNone;
};

template <bool kHasAxis>
Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<ScatterParams>();
  AttributeReader r(attributes);
  if (kHasAxis) p->axis = r.integer("axis", 0);
  MOTE_ASSIGN(p->reduction,
              enum_named<Reduction>(r, "reduction", {"none", "add", "mul", "max", "min"}));
  MOTE_TRY(r.finish());
  return p;
}

template <class T>
bool is_nan(T value) {
  if constexpr (std::is_floating_point_v<T>) return std::isnan(value);
  return false;
}

// NaN wins over every number; integers wrap around.
template <class T>
T reduced(Reduction reduction, T old_value, T update) {
  using C = Compute<T>;
  const C a = old_value;
  const C b = update;
  if (reduction == Reduction::kMax) return a < b || is_nan(b) ? update : old_value;
  if (reduction == Reduction::kMin) return b < a || is_nan(b) ? update : old_value;
  if constexpr (std::is_floating_point_v<C>) {
    return static_cast<T>(reduction == Reduction::kAdd ? a + b : a * b);
  } else {
    const auto x = static_cast<std::uint64_t>(a);
    const auto y = static_cast<std::uint64_t>(b);
    return static_cast<T>(reduction == Reduction::kAdd ? x + y : x * y);
  }
}

// to[at, at + count) takes updates[from, from + count).
Status apply(Reduction reduction, const TensorView& updates, std::int64_t from,
             const MutTensorView& to, std::int64_t at, std::int64_t count) {
  if (reduction == Reduction::kNone) {
    copy_range(updates, from, to, at, count);
    return {};
  }
  return with_dtype(NumberElements(), to.dtype, [&](auto t) -> Status {
    auto* target = to.as<decltype(t)>() + at;
    const auto* source = updates.as<decltype(t)>() + from;
    for (std::int64_t i = 0; i < count; ++i) {
      target[i] = reduced(reduction, target[i], source[i]);
    }
    return {};
  });
}

// data: rank >= 1; indices, updates: one shape, of data's rank. Output: as data.
Status infer_elements(const InferArgs& args) {
  MOTE_TRY(expect_dtype(args, 1, {DType::kS32, DType::kS64}));
  MOTE_ASSIGN(const DType dtype, shared_dtype(args, {0, 2}));
  const TensorType& data = args.type(0);
  const TensorType& indices = args.type(1);
  if (auto same =
          merge({DType::kUndefined, indices.shape}, {DType::kUndefined, args.type(2).shape});
      !same) {
    return std::move(same).error().with_context("indices and updates");
  }
  args.set(0, {dtype, data.shape});
  if (!data.shape || !indices.shape) return {};
  if (data.rank() != indices.rank()) {
    return Error{Code::kInvalidArgument,
                 cat("data has rank ", data.rank(), ", indices rank ", indices.rank())};
  }
  MOTE_ASSIGN(const int axis, normalize_axis(args.params<ScatterParams>().axis, data.rank()));
  for (int d = 0; d < data.rank(); ++d) {
    const Dim& have = (*data.shape)[static_cast<std::size_t>(d)];
    const Dim& want = (*indices.shape)[static_cast<std::size_t>(d)];
    if (d == axis || !have.known() || !want.known() || want.size() <= have.size()) continue;
    return Error{Code::kInvalidArgument, cat(to_string(indices), " are not indices into ",
                                             to_string(data), " along axis ", axis)};
  }
  return {};
}

Status reference_elements(const OpParams* params, const RunArgs& args) {
  const auto& p = *static_cast<const ScatterParams*>(params);
  const Dims& dims = args.in[0].dims;
  MOTE_ASSIGN(const int axis, normalize_axis(p.axis, dims.rank()));
  MOTE_TRY(copy_elements(args.in[0], args.out[0]));
  Dims strides = row_major_strides(dims);
  const std::int64_t stride = strides[axis];
  strides[axis] = 0;
  Status status;
  std::int64_t i = 0;
  for_each_offset(args.in[1].dims, std::array{strides}, [&](const auto& offset) {
    if (!status) return;
    const auto index = load_index(args.in[1], i, dims[axis]);
    status = index ? apply(p.reduction, args.in[2], i, args.out[0], offset[0] + *index * stride, 1)
                   : Status(index.error());
    ++i;
  });
  return status;
}

// indices [n..., k] into data [s1, ..., sk, rest...]: updates are [n..., rest...].
Status check_nd(const Shape& data, const Shape& indices, const TensorType& updates) {
  if (data.empty() || indices.empty()) {
    return Error{Code::kInvalidArgument, "data and indices need a rank of 1 or more"};
  }
  const Dim& depth = indices.back();
  if (!depth.known()) return {};
  if (depth.size() > std::ssize(data)) {
    return Error{Code::kInvalidArgument,
                 cat("indices have ", depth.size(), " entries each, data has rank ", data.size())};
  }
  Shape expected(indices.begin(), indices.end() - 1);
  expected.insert(expected.end(), data.begin() + depth.size(), data.end());
  if (auto same =
          merge({DType::kUndefined, std::move(expected)}, {DType::kUndefined, updates.shape});
      !same) {
    return std::move(same).error().with_context("updates");
  }
  return {};
}

Status infer_nd(const InferArgs& args) {
  MOTE_TRY(expect_dtype(args, 1, {DType::kS64}));
  MOTE_ASSIGN(const DType dtype, shared_dtype(args, {0, 2}));
  const auto& data = args.type(0).shape;
  const auto& indices = args.type(1).shape;
  if (data && indices) MOTE_TRY(check_nd(*data, *indices, args.type(2)));
  args.set(0, {dtype, data});
  return {};
}

Status reference_nd(const OpParams* params, const RunArgs& args) {
  const auto& p = *static_cast<const ScatterParams*>(params);
  const Dims& dims = args.in[0].dims;
  const TensorView& indices = args.in[1];
  const auto depth = static_cast<int>(indices.dims[indices.dims.rank() - 1]);
  const Dims strides = row_major_strides(dims);
  const std::int64_t rows = indices.dims.count(0, indices.dims.rank() - 1);
  const std::int64_t inner = dims.count(depth, dims.rank());
  MOTE_TRY(copy_elements(args.in[0], args.out[0]));
  for (std::int64_t i = 0; i < rows; ++i) {
    std::int64_t at = 0;
    for (int d = 0; d < depth; ++d) {
      MOTE_ASSIGN(const std::int64_t index, load_index(indices, i * depth + d, dims[d]));
      at += index * strides[d];
    }
    MOTE_TRY(apply(p.reduction, args.in[2], i * inner, args.out[0], at, inner));
  }
  return {};
}

constexpr int kVersions[] = {11, 13, 16, 18};

constexpr std::string_view kElementsSamples[] = {
    "(x: f32[3,3], u: f32[2,3]) -> (y) { i: s64[2,3] = {1, 0, 2, 0, 2, -2}\n"
    "  y = ScatterElements(x, i, u) }",
    "(x: f32[1,5], u: f32[1,3]) -> (y) { i: s32[1,3] = {1, 3, 1}\n"
    "  y = ScatterElements(x, i, u) {axis=-1, reduction=\"add\"} }",
    "(x: s8[4], u: s8[3]) -> (y) { i: s64[3] = {0, 0, -1}\n"
    "  y = ScatterElements(x, i, u) {reduction=\"mul\"} }",
    "(x: f16[4], u: f16[3]) -> (y) { i: s64[3] = {0, 0, -1}\n"
    "  y = ScatterElements(x, i, u) {reduction=\"max\"} }",
    "(x: bool[4], u: bool[0]) -> (y) { i: s64[0] = {} y = ScatterElements(x, i, u) }",
};
constexpr std::string_view kNdSamples[] = {
    "(x: f32[8], u: f32[4]) -> (y) { i: s64[4,1] = {4, 3, -7, 7} y = ScatterND(x, i, u) }",
    "(x: s32[4,2,3], u: s32[2,2,3]) -> (y) { i: s64[2,1] = {0, 2}\n"
    "  y = ScatterND(x, i, u) {reduction=\"add\"} }",
    "(x: f32[2,3], u: f32[3]) -> (y) { i: s64[3,2] = {0, 0, 1, 2, 0, 0}\n"
    "  y = ScatterND(x, i, u) {reduction=\"min\"} }",
};

constexpr OpDef scatter_op(std::string_view name,
                           Result<std::unique_ptr<const OpParams>> (*parse)(const Attributes&),
                           Status (*infer)(const InferArgs&),
                           Status (*reference)(const OpParams*, const RunArgs&)) {
  return {.name = name,
          .min_inputs = 3,
          .max_inputs = 3,
          .parse = parse,
          .infer = infer,
          .reference = reference};
}

}  // namespace

extern const OpDef kOp_ScatterElements;
constinit const OpDef kOp_ScatterElements =
    scatter_op("ScatterElements", parse<true>, infer_elements, reference_elements);
extern const OpDef kOp_ScatterND;
constinit const OpDef kOp_ScatterND = scatter_op("ScatterND", parse<false>, infer_nd, reference_nd);

extern const OnnxOp kOnnx_ScatterElements;
constinit const OnnxOp kOnnx_ScatterElements = {.name = "ScatterElements", .versions = kVersions};
extern const OnnxOp kOnnx_ScatterND;
constinit const OnnxOp kOnnx_ScatterND = {.name = "ScatterND", .versions = kVersions};

extern const OpDoc kDoc_ScatterElements;
constinit const OpDoc kDoc_ScatterElements = {
    .name = "ScatterElements",
    .doc =
        "`data` with `updates` written, or added, multiplied, compared in: each to its own "
        "place, but along `axis` to its entry of `indices`.",
    .samples = kElementsSamples,
};
extern const OpDoc kDoc_ScatterND;
constinit const OpDoc kDoc_ScatterND = {
    .name = "ScatterND",
    .doc =
        "`data` with `updates` written, or added, multiplied, compared in, where the rows of "
        "`indices` are their leading coordinates.",
    .samples = kNdSamples,
};

}  // namespace mote
