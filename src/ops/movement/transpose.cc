// Transpose: a tensor's dimensions in another order.
#include "ops/movement/transpose.h"

#include <algorithm>

#include "base/text.h"
#include "ir/dtype.h"
#include "ops/movement/transpose_step.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/box.h"
#include "ops/support/strides.h"

namespace mote {
namespace {

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<TransposeParams>();
  AttributeReader r(attributes);
  p->perm = r.integers("perm", {});
  MOTE_TRY(r.finish());
  std::vector<std::int64_t> sorted = p->perm;
  std::ranges::sort(sorted);
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (sorted[i] == static_cast<std::int64_t>(i)) continue;
    return Error{Code::kInvalidArgument,
                 cat("perm [", join(p->perm, ","), "] does not have each of 0 to ",
                     sorted.size() - 1, " once")};
  }
  return p;
}

// data: any shape.
Status infer(const InferArgs& args) {
  const auto& p = args.params<TransposeParams>();
  const TensorType& data = args.type(0);
  if (!data.shape) {
    std::optional<Shape> shape;
    if (!p.perm.empty()) shape = Shape(p.perm.size());
    args.set(0, {data.dtype, std::move(shape)});
    return {};
  }
  const int rank = data.rank();
  if (!p.perm.empty() && p.perm.size() != data.shape->size()) {
    return Error{Code::kInvalidArgument,
                 cat("perm has ", p.perm.size(), " entries, the input has rank ", rank)};
  }
  Shape shape;
  for (int i = 0; i < rank; ++i) {
    shape.push_back((*data.shape)[static_cast<std::size_t>(p.source(i, rank))]);
  }
  args.set(0, {data.dtype, std::move(shape)});
  return {};
}

// Strides of the input in the order of the output's dimensions.
Dims permuted_strides(const TransposeParams& p, const Dims& dims) {
  const Dims own = row_major_strides(dims);
  Dims strides;
  for (int i = 0; i < dims.rank(); ++i) strides.push_back(own[p.source(i, dims.rank())]);
  return strides;
}

Status reference(const OpParams* params, const RunArgs& args) {
  const Dims& dims = args.out[0].dims;
  const auto& p = *static_cast<const TransposeParams*>(params);
  copy_box(dims, args.in[0], {0, permuted_strides(p, args.in[0].dims)}, args.out[0],
           placed_whole(dims));
  return {};
}

Result<std::unique_ptr<Step>> prepare(const PrepareArgs& args) {
  const auto& p = args.params<TransposeParams>();
  return make_transpose_step(args.in_dtype(0), args.out_dims(0),
                             permuted_strides(p, args.in_dims(0)), args.kernels);
}

constexpr int kVersions[] = {1, 13, 21, 23, 24, 25};

constexpr std::string_view kSamples[] = {
    "(x: f32[2,3,4]) -> (y) { y = Transpose(x) }",
    "(x: f32[2,3,5,7]) -> (y) { y = Transpose(x) {perm=[0, 2, 3, 1]} }",
    "(x: f32[2,19,21,3]) -> (y) { y = Transpose(x) {perm=[0, 3, 1, 2]} }",
    "(x: f32[3,4,2,40]) -> (y) { y = Transpose(x) {perm=[2, 0, 3, 1]} }",
    "(x: f32[17,2,33]) -> (y) { y = Transpose(x) {perm=[1, 0, 2]} }",
    "(x: f32[1,5,1]) -> (y) { y = Transpose(x) {perm=[2, 1, 0]} }",
    "(x: s8[3,33,18]) -> (y) { y = Transpose(x) {perm=[0, 2, 1]} }",
    "(x: f16[9,10]) -> (y) { y = Transpose(x) }",
    "(x: s64[9,10]) -> (y) { y = Transpose(x) }",
    "(x: u4[3,5]) -> (y) { y = Transpose(x) }",
    "(x: bool[2,0,3]) -> (y) { y = Transpose(x) }",
    "(x: f32[]) -> (y) { y = Transpose(x) }",
};

}  // namespace

extern const OpDef kOp_Transpose;
constinit const OpDef kOp_Transpose = {
    .name = "Transpose",
    .parse = parse,
    .infer = infer,
    .reference = reference,
    .prepare = prepare,
};

extern const OnnxOp kOnnx_Transpose;
constinit const OnnxOp kOnnx_Transpose = {.name = "Transpose", .versions = kVersions};

extern const OpDoc kDoc_Transpose;
constinit const OpDoc kDoc_Transpose = {
    .name = "Transpose",
    .doc = "`data` with dimension perm[i] as dimension i; in reverse order without `perm`.",
    .samples = kSamples,
};

}  // namespace mote
