// Gather, GatherElements, GatherND: parts of a tensor that indices name.
#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/copy.h"
#include "ops/support/indices.h"
#include "ops/support/strides.h"

namespace mote {
namespace {

struct AxisParams : OpParams {
  std::int64_t axis = 0;
};

Result<std::unique_ptr<const OpParams>> parse_axis(const Attributes& attributes) {
  auto p = std::make_unique<AxisParams>();
  AttributeReader r(attributes);
  p->axis = r.integer("axis", 0);
  MOTE_TRY(r.finish());
  return p;
}

struct GatherNdParams : OpParams {
  std::int64_t batch_dims = 0;
};

Result<std::unique_ptr<const OpParams>> parse_nd(const Attributes& attributes) {
  auto p = std::make_unique<GatherNdParams>();
  AttributeReader r(attributes);
  p->batch_dims = r.integer("batch_dims", 0);
  MOTE_TRY(r.finish());
  if (p->batch_dims < 0) {
    return Error{Code::kInvalidArgument, cat("batch_dims ", p->batch_dims, " is negative")};
  }
  return p;
}

Status check_rank(std::size_t rank) {
  if (rank <= kMaxRank) return {};
  return Error{Code::kInvalidArgument, cat("rank ", rank, " of the output is over ", kMaxRank)};
}

// data: rank >= 1; indices: any shape. Output: data's shape with indices' in place of `axis`.
Status infer_gather(const InferArgs& args) {
  MOTE_TRY(expect_dtype(args, 1, {DType::kS32, DType::kS64}));
  const TensorType& data = args.type(0);
  const TensorType& indices = args.type(1);
  std::optional<Shape> shape;
  if (data.shape) {
    MOTE_ASSIGN(const int axis, normalize_axis(args.params<AxisParams>().axis, data.rank()));
    if (indices.shape) {
      shape.emplace(data.shape->begin(), data.shape->begin() + axis);
      shape->insert(shape->end(), indices.shape->begin(), indices.shape->end());
      shape->insert(shape->end(), data.shape->begin() + axis + 1, data.shape->end());
      MOTE_TRY(check_rank(shape->size()));
    }
  }
  args.set(0, {data.dtype, std::move(shape)});
  return {};
}

Status reference_gather(const OpParams* params, const RunArgs& args) {
  const TensorView& data = args.in[0];
  const TensorView& indices = args.in[1];
  const Dims& dims = data.dims;
  MOTE_ASSIGN(const int axis,
              normalize_axis(static_cast<const AxisParams*>(params)->axis, dims.rank()));
  const std::int64_t outer = dims.count(0, axis);
  const std::int64_t inner = dims.count(axis + 1, dims.rank());
  const std::int64_t count = indices.dims.count();
  for (std::int64_t i = 0; i < count; ++i) {
    MOTE_ASSIGN(const std::int64_t index, load_index(indices, i, dims[axis]));
    for (std::int64_t o = 0; o < outer; ++o) {
      copy_range(data, (o * dims[axis] + index) * inner, args.out[0], (o * count + i) * inner,
                 inner);
    }
  }
  return {};
}

// data: rank >= 1; indices: the same rank, and no larger but along `axis`. Output: as indices.
Status infer_elements(const InferArgs& args) {
  MOTE_TRY(expect_dtype(args, 1, {DType::kS32, DType::kS64}));
  const TensorType& data = args.type(0);
  const TensorType& indices = args.type(1);
  if (data.shape && indices.shape) {
    if (data.rank() != indices.rank()) {
      return Error{Code::kInvalidArgument,
                   cat("data has rank ", data.rank(), ", indices rank ", indices.rank())};
    }
    MOTE_ASSIGN(const int axis, normalize_axis(args.params<AxisParams>().axis, data.rank()));
    for (int d = 0; d < data.rank(); ++d) {
      const Dim& have = (*data.shape)[static_cast<std::size_t>(d)];
      const Dim& want = (*indices.shape)[static_cast<std::size_t>(d)];
      if (d == axis || !have.known() || !want.known() || want.size() <= have.size()) continue;
      return Error{Code::kInvalidArgument, cat(to_string(indices), " are not indices into ",
                                               to_string(data), " along axis ", axis)};
    }
  }
  args.set(0, {data.dtype, indices.shape});
  return {};
}

Status reference_elements(const OpParams* params, const RunArgs& args) {
  const TensorView& data = args.in[0];
  MOTE_ASSIGN(const int axis,
              normalize_axis(static_cast<const AxisParams*>(params)->axis, data.dims.rank()));
  Dims strides = row_major_strides(data.dims);
  const std::int64_t stride = strides[axis];
  strides[axis] = 0;
  Status status;
  std::int64_t i = 0;
  for_each_offset(args.out[0].dims, std::array{strides}, [&](const auto& offset) {
    if (!status) return;
    const auto index = load_index(args.in[1], i, data.dims[axis]);
    if (index) {
      copy_range(data, offset[0] + *index * stride, args.out[0], i, 1);
    } else {
      status = index.error();
    }
    ++i;
  });
  return status;
}

// Of indices [batch..., n..., k] into data [batch..., s1, ..., sk, rest...]: [batch..., n...,
// rest...].
Result<std::optional<Shape>> nd_shape(const Shape& data, const Shape& indices, std::int64_t batch) {
  if (data.empty() || indices.empty()) {
    return Error{Code::kInvalidArgument, "data and indices need a rank of 1 or more"};
  }
  const auto least = static_cast<std::int64_t>(std::min(data.size(), indices.size()));
  if (batch >= least) {
    return Error{Code::kInvalidArgument, cat("batch_dims ", batch, " is not below ", least)};
  }
  const Dim& depth = indices.back();
  if (!depth.known()) return std::optional<Shape>();
  const std::int64_t limit = std::ssize(data) - batch;
  if (depth.size() < 1 || depth.size() > limit) {
    return Error{Code::kInvalidArgument,
                 cat("indices have ", depth.size(), " entries each, not 1 to ", limit)};
  }
  for (std::size_t d = 0; d < static_cast<std::size_t>(batch); ++d) {
    if (!data[d].known() || !indices[d].known() || data[d] == indices[d]) continue;
    return Error{Code::kInvalidArgument, cat("batch dimension ", d, " is ", data[d].size(),
                                             " in data, ", indices[d].size(), " in indices")};
  }
  Shape shape(indices.begin(), indices.end() - 1);
  shape.insert(shape.end(), data.begin() + batch + depth.size(), data.end());
  MOTE_TRY(check_rank(shape.size()));
  return std::optional(std::move(shape));
}

Status infer_nd(const InferArgs& args) {
  MOTE_TRY(expect_dtype(args, 1, {DType::kS64}));
  const TensorType& data = args.type(0);
  const TensorType& indices = args.type(1);
  std::optional<Shape> shape;
  if (data.shape && indices.shape) {
    MOTE_ASSIGN(shape,
                nd_shape(*data.shape, *indices.shape, args.params<GatherNdParams>().batch_dims));
  }
  args.set(0, {data.dtype, std::move(shape)});
  return {};
}

Status reference_nd(const OpParams* params, const RunArgs& args) {
  const Dims& dims = args.in[0].dims;
  const TensorView& indices = args.in[1];
  const auto batch = static_cast<int>(static_cast<const GatherNdParams*>(params)->batch_dims);
  const auto depth = static_cast<int>(indices.dims[indices.dims.rank() - 1]);
  const Dims strides = row_major_strides(dims);
  const std::int64_t batches = dims.count(0, batch);
  const std::int64_t per_batch = indices.dims.count(batch, indices.dims.rank() - 1);
  const std::int64_t inner = dims.count(batch + depth, dims.rank());
  for (std::int64_t i = 0; i < batches * per_batch; ++i) {
    std::int64_t from = i / per_batch * dims.count(batch, dims.rank());
    for (int d = 0; d < depth; ++d) {
      MOTE_ASSIGN(const std::int64_t index, load_index(indices, i * depth + d, dims[batch + d]));
      from += index * strides[batch + d];
    }
    copy_range(args.in[0], from, args.out[0], i * inner, inner);
  }
  return {};
}

constexpr int kGatherVersions[] = {1, 11, 13};
constexpr int kElementsVersions[] = {11, 13};
constexpr int kNdVersions[] = {11, 12, 13};

constexpr std::string_view kGatherSamples[] = {
    "(x: f32[5,3]) -> (y) { i: s64[2,2] = {0, 4, -1, 2} y = Gather(x, i) }",
    "(x: s8[2,5,3]) -> (y) { i: s32[3] = {4, -5, 2} y = Gather(x, i) {axis=-2} }",
    "(x: bool[4]) -> (y) { i: s64[] = {2} y = Gather(x, i) }",
    "(x: f32[0,3]) -> (y) { i: s64[0] = {} y = Gather(x, i) }",
};
constexpr std::string_view kElementsSamples[] = {
    "(x: f32[3,3]) -> (y) { i: s64[2,3] = {1, 2, 0, -1, 0, 0} y = GatherElements(x, i) }",
    "(x: s64[2,2]) -> (y) { i: s32[2,3] = {0, 0, 1, 1, -2, 0} y = GatherElements(x, i) {axis=1} }",
    "(x: u8[3]) -> (y) { i: s64[0] = {} y = GatherElements(x, i) }",
};
constexpr std::string_view kNdSamples[] = {
    "(x: f32[2,2,2]) -> (y) { i: s64[2,2] = {0, 1, 1, -2} y = GatherND(x, i) }",
    "(x: s32[2,2]) -> (y) { i: s64[2,2] = {0, 0, 1, 1} y = GatherND(x, i) }",
    "(x: f32[2,3,4]) -> (y) { i: s64[2,1] = {1, 0} y = GatherND(x, i) {batch_dims=1} }",
};

constexpr OpDef gather_op(std::string_view name,
                          Result<std::unique_ptr<const OpParams>> (*parse)(const Attributes&),
                          Status (*infer)(const InferArgs&),
                          Status (*reference)(const OpParams*, const RunArgs&)) {
  return {.name = name,
          .min_inputs = 2,
          .max_inputs = 2,
          .parse = parse,
          .infer = infer,
          .reference = reference};
}

}  // namespace

extern const OpDef kOp_Gather;
constinit const OpDef kOp_Gather = gather_op("Gather", parse_axis, infer_gather, reference_gather);
extern const OpDef kOp_GatherElements;
constinit const OpDef kOp_GatherElements =
    gather_op("GatherElements", parse_axis, infer_elements, reference_elements);
extern const OpDef kOp_GatherND;
constinit const OpDef kOp_GatherND = gather_op("GatherND", parse_nd, infer_nd, reference_nd);

extern const OnnxOp kOnnx_Gather;
constinit const OnnxOp kOnnx_Gather = {.name = "Gather", .versions = kGatherVersions};
extern const OnnxOp kOnnx_GatherElements;
constinit const OnnxOp kOnnx_GatherElements = {.name = "GatherElements",
                                               .versions = kElementsVersions};
extern const OnnxOp kOnnx_GatherND;
constinit const OnnxOp kOnnx_GatherND = {.name = "GatherND", .versions = kNdVersions};

extern const OpDoc kDoc_Gather;
constinit const OpDoc kDoc_Gather = {
    .name = "Gather",
    .doc =
        "The slices of `data` along `axis` that `indices` name; negative ones count from the "
        "end.",
    .samples = kGatherSamples,
};
extern const OpDoc kDoc_GatherElements;
constinit const OpDoc kDoc_GatherElements = {
    .name = "GatherElements",
    .doc =
        "For each entry of `indices` the element of `data` at the entry's own place, but along "
        "`axis` at the entry.",
    .samples = kElementsSamples,
};
extern const OpDoc kDoc_GatherND;
constinit const OpDoc kDoc_GatherND = {
    .name = "GatherND",
    .doc =
        "The parts of `data` whose leading coordinates, after `batch_dims` shared dimensions, "
        "are the rows of `indices`.",
    .samples = kNdSamples,
};

}  // namespace mote
