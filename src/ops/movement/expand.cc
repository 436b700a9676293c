// Expand: a tensor repeated to a shape that it broadcasts to.
#include <algorithm>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/box.h"
#include "ops/support/indices.h"
#include "ops/support/strides.h"

namespace mote {
namespace {

// input: any shape; shape: s64[rank]. The output has the shape that both broadcast to.
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_dtype(args, 1, {DType::kS64}));
  const TensorType& input = args.type(0);
  MOTE_ASSIGN(const auto sizes, known_integers(args, 1));
  MOTE_ASSIGN(const auto length, list_length(args, 1, "shape"));
  std::optional<Shape> shape;
  if (input.shape && (sizes || (length && *length <= kMaxRank))) {
    Shape wanted(static_cast<std::size_t>(sizes ? std::ssize(*sizes) : *length));
    for (std::size_t i = 0; sizes && i < sizes->size(); ++i) {
      const std::int64_t size = (*sizes)[i];
      if (size < 0) return Error{Code::kInvalidArgument, cat("size ", size, " is negative")};
      wanted[i] = size;
    }
    MOTE_ASSIGN(shape, broadcast_shapes(*input.shape, wanted));
    MOTE_TRY(product(*shape));
  }
  args.set(0, {input.dtype, std::move(shape)});
  return {};
}

// Size d from the end of the output, where the lists have `size` and `wanted`.
Result<std::int64_t> broadcast_size(std::int64_t size, std::int64_t wanted) {
  if (wanted < 0 || (size != wanted && size != 1 && wanted != 1)) {
    return Error{Code::kInvalidArgument, cat("size ", size, " does not expand to ", wanted)};
  }
  return size == 1 ? wanted : size;
}

Result<Dims> expanded(const Dims& dims, const TensorView& shape) {
  MOTE_TRY(check_integer_list(shape, "shape"));
  const std::int64_t length = shape.dims.count();
  if (length > kMaxRank) {
    return Error{Code::kInvalidArgument, cat("rank ", length, " is over ", kMaxRank)};
  }
  const int rank = std::max(dims.rank(), static_cast<int>(length));
  Dims out;
  for (int d = 0; d < rank; ++d) {
    const int own = d - rank + dims.rank();
    const std::int64_t asked = d - rank + length;
    MOTE_ASSIGN(
        const std::int64_t size,
        broadcast_size(own < 0 ? 1 : dims[own], asked < 0 ? 1 : load_integer(shape, asked)));
    out.push_back(size);
  }
  return out;
}

Status reference(const OpParams*, const RunArgs& args) {
  const Dims& from = args.in[0].dims;
  MOTE_ASSIGN(const Dims dims, expanded(from, args.in[1]));
  MOTE_TRY(expect_output_size(args, dims));
  copy_box(dims, args.in[0], {0, broadcast_strides(from, dims)}, args.out[0], placed_whole(dims));
  return {};
}

constexpr int kVersions[] = {8, 13};

constexpr std::string_view kSamples[] = {
    "(x: f32[3,1]) -> (y) { s: s64[3] = {2, 1, 4} y = Expand(x, s) }",
    "(x: s64[3,4]) -> (y) { s: s64[1] = {1} y = Expand(x, s) }",
    "(x: bool[]) -> (y) { s: s64[2] = {2, 3} y = Expand(x, s) }",
    "(x: f16[1,3]) -> (y) { s: s64[2] = {0, 3} y = Expand(x, s) }",
};

}  // namespace

extern const OpDef kOp_Expand;
constinit const OpDef kOp_Expand = {
    .name = "Expand", .min_inputs = 2, .max_inputs = 2, .infer = infer, .reference = reference};

extern const OnnxOp kOnnx_Expand;
constinit const OnnxOp kOnnx_Expand = {.name = "Expand", .versions = kVersions};

extern const OpDoc kDoc_Expand;
constinit const OpDoc kDoc_Expand = {
    .name = "Expand",
    .doc =
        "`input` repeated along its dimensions of size 1, and new ones before them, to the "
        "shape that it and `shape` broadcast to.",
    .samples = kSamples,
};

}  // namespace mote
