// Tile: a tensor repeated along its dimensions.
#include <algorithm>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/copy.h"
#include "ops/support/indices.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

Result<Dim> times(const Dim& size, std::int64_t repeats) {
  if (repeats < 0) return Error{Code::kInvalidArgument, cat("repeats ", repeats, " is negative")};
  if (!size.known()) return repeats == 1 ? size : Dim();
  std::int64_t n = 0;
  if (__builtin_mul_overflow(size.size(), repeats, &n)) {
    return Error{Code::kInvalidArgument,
                 cat("size ", size.size(), " times ", repeats, " overflows")};
  }
  return Dim(n);
}

// input: any shape; repeats: s64[rank of the input].
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_dtype(args, 1, {DType::kS64}));
  const TensorType& input = args.type(0);
  if (!input.shape) {
    args.set(0, {input.dtype, std::nullopt});
    return {};
  }
  MOTE_TRY(expect_vector(args, 1, Dim(input.rank()), "repeats"));
  Shape shape(input.shape->size());
  MOTE_ASSIGN(const auto repeats, known_integers(args, 1));
  if (repeats && repeats->size() != shape.size()) {
    return Error{Code::kInvalidArgument,
                 cat("repeats has ", repeats->size(), " entries, the input rank ", shape.size())};
  }
  for (std::size_t i = 0; repeats && i < shape.size(); ++i) {
    MOTE_ASSIGN(shape[i], times((*input.shape)[i], (*repeats)[i]));
  }
  if (repeats) MOTE_TRY(product(shape));
  args.set(0, {input.dtype, std::move(shape)});
  return {};
}

// Writes dimension d of the output and those behind it, at element `to`, from element `from`:
// each dimension once, then its repetitions as copies of that.
void tile(const RunArgs& args, int d, std::int64_t from, std::int64_t to) {
  const Dims& in = args.in[0].dims;
  const Dims& out = args.out[0].dims;
  if (d == in.rank() || in.count(d, in.rank()) == out.count(d, out.rank())) {
    copy_range(args.in[0], from, args.out[0], to, in.count(d, in.rank()));
    return;
  }
  const std::int64_t in_step = in.count(d + 1, in.rank());
  const std::int64_t out_step = out.count(d + 1, out.rank());
  for (std::int64_t i = 0; i < in[d]; ++i) {
    tile(args, d + 1, from + i * in_step, to + i * out_step);
  }
  const std::int64_t all = out[d] * out_step;
  for (std::int64_t done = in[d] * out_step; done < all;) {
    const std::int64_t next = std::min(done, all - done);
    copy_range(args.out[0], to, args.out[0], to + done, next);
    done += next;
  }
}

Status reference(const OpParams*, const RunArgs& args) {
  const Dims& dims = args.in[0].dims;
  const TensorView& repeats = args.in[1];
  MOTE_TRY(check_integer_list(repeats, "repeats"));
  Dims size;
  for (int d = 0; d < dims.rank() && d < repeats.dims.count(); ++d) {
    MOTE_ASSIGN(const Dim n, times(dims[d], load_integer(repeats, d)));
    size.push_back(n.size());
  }
  MOTE_TRY(expect_output_size(args, size));
  if (size.count() > 0) tile(args, 0, 0, 0);
  return {};
}

// A constant input of the form before opset 6, which has numbers of input 0's dtype.
Result<std::int64_t> constant_number(const UpgradeArgs& args, std::size_t i,
                                     std::string_view what) {
  const ValueId id = args.input(i);
  if (!args.graph.is_constant(id)) {
    return Error{Code::kUnsupported, cat("`", what, "` of an old opset is no constant")};
  }
  return load_scalar_integer(args.graph.value(id).constant.view(), what);
}

// Inputs `tiles` and `axis` became `repeats`.
Status to_repeats(const UpgradeArgs& args) {
  if (args.input_count() != 3) {
    return Error{Code::kInvalidArgument, cat("has ", args.input_count(), " inputs, not 3")};
  }
  const int rank = args.type(0).rank();
  if (rank < 0) return Error{Code::kUnsupported, "the rank of an old opset's input is unknown"};
  MOTE_ASSIGN(const std::int64_t tiles, constant_number(args, 1, "tiles"));
  MOTE_ASSIGN(const std::int64_t axis_number, constant_number(args, 2, "axis"));
  MOTE_ASSIGN(const int axis, normalize_axis(axis_number, rank));
  std::vector<std::int64_t> repeats(static_cast<std::size_t>(rank), 1);
  repeats[static_cast<std::size_t>(axis)] = tiles;
  args.set_input(1, args.add_constant("repeats", Tensor::of<std::int64_t>({rank}, repeats)));
  args.set_input(2, ValueId::kNone);
  args.node().inputs.pop_back();
  return {};
}

constexpr int kVersions[] = {1, 6, 13};
constexpr OnnxUpgrade kUpgrades[] = {{6, to_repeats}};

constexpr std::string_view kSamples[] = {
    "(x: f32[2,3,4]) -> (y) { r: s64[3] = {2, 1, 3} y = Tile(x, r) }",
    "(x: s8[2,3]) -> (y) { r: s64[2] = {3, 1} y = Tile(x, r) }",
    "(x: s64[2,1,2]) -> (y) { r: s64[3] = {1, 4, 1} y = Tile(x, r) }",
    "(x: bool[2,3]) -> (y) { r: s64[2] = {0, 2} y = Tile(x, r) }",
    "(x: f32[]) -> (y) { r: s64[0] = {} y = Tile(x, r) }",
};

}  // namespace

extern const OpDef kOp_Tile;
constinit const OpDef kOp_Tile = {
    .name = "Tile", .min_inputs = 2, .max_inputs = 2, .infer = infer, .reference = reference};

extern const OnnxOp kOnnx_Tile;
constinit const OnnxOp kOnnx_Tile = {.name = "Tile", .versions = kVersions, .upgrades = kUpgrades};

extern const OpDoc kDoc_Tile;
constinit const OpDoc kDoc_Tile = {
    .name = "Tile",
    .doc = "`input` repeats[d] times along each dimension d.",
    .samples = kSamples,
};

}  // namespace mote
