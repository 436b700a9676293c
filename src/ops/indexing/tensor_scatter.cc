// TensorScatter: new entries written into a cache, for each sequence of a batch at its own place.
#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/copy.h"
#include "ops/support/indices.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

struct TensorScatterParams : OpParams {
  std::int64_t axis = -2;
  bool circular = false;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<TensorScatterParams>();
  AttributeReader r(attributes);
  p->axis = r.integer("axis", -2);
  const std::string mode = r.text("mode", "linear");
  MOTE_TRY(r.finish());
  p->circular = mode == "circular";
  if (p->circular || mode == "linear") return p;
  return Error{Code::kInvalidArgument, cat("mode '", mode, "' is not linear or circular")};
}

Result<int> sequence_axis(std::int64_t axis, int rank) {
  MOTE_ASSIGN(const int a, normalize_axis(axis, rank));
  if (a > 0) return a;
  return Error{Code::kInvalidArgument, cat("axis ", axis, " of ", rank, " is that of the batch")};
}

// past_cache: [batch, ..., most, ...]; update: the same but for the sequence; write_indices:
// s64[batch]. present_cache: as past_cache.
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_dtype(args, 2, {DType::kS64}));
  MOTE_ASSIGN(const DType dtype, shared_dtype(args, {0, 1}));
  MOTE_TRY(expect_vector(args, 2, size_of(args, 0, 0), "write_indices"));
  const TensorType& cache = args.type(0);
  const TensorType& update = args.type(1);
  args.set(0, {dtype, cache.shape});
  if (!cache.shape) return {};
  MOTE_ASSIGN(const int axis, sequence_axis(args.params<TensorScatterParams>().axis, cache.rank()));
  MOTE_TRY(expect_rank(args, 1, cache.rank(), "update"));
  for (int d = 0; d < update.rank(); ++d) {
    const Dim most = size_of(args, 0, d), size = size_of(args, 1, d);
    if (d != axis) {
      MOTE_TRY(expect_size(args, 1, d, most, "update"));
    } else if (most.known() && size.known() && size.size() > most.size()) {
      return Error{Code::kInvalidArgument,
                   cat("update has ", size.size(), " entries for a cache of ", most.size())};
    }
  }
  return {};
}

// Where `count` entries begin in a cache of `most`. Errors: kInvalidArgument: they do not fit.
Result<std::int64_t> first_entry(bool circular, std::int64_t index, std::int64_t count,
                                 std::int64_t most) {
  if (circular) return (index % most + most) % most;
  if (index >= 0 && index <= most - count) return index;
  return Error{Code::kInvalidArgument, cat("write index ", index, " is outside [0, ", most - count,
                                           "], where ", count, " entries fit")};
}

Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = *static_cast<const TensorScatterParams*>(params);
  const TensorView& update = args.in[1];
  const TensorView indices = optional_input(args, 2);
  const Dims& dims = args.in[0].dims;
  MOTE_ASSIGN(const int axis, sequence_axis(p.axis, dims.rank()));
  MOTE_TRY(copy_elements(args.in[0], args.out[0]));
  const std::int64_t most = dims[axis], count = update.dims[axis];
  if (update.dims.count() == 0) return {};
  const std::int64_t inner = dims.count(axis + 1, dims.rank());
  const std::int64_t rows = dims.count(1, axis);  // of each sequence of the batch
  for (std::int64_t o = 0; o < dims[0] * rows; ++o) {
    const std::int64_t index = indices ? load_integer(indices, o / rows) : 0;
    MOTE_ASSIGN(const std::int64_t first, first_entry(p.circular, index, count, most));
    const std::int64_t before_end = std::min(count, most - first);
    const std::int64_t from = o * count, to = o * most;
    copy_range(update, from * inner, args.out[0], (to + first) * inner, before_end * inner);
    copy_range(update, (from + before_end) * inner, args.out[0], to * inner,
               (count - before_end) * inner);
  }
  return {};
}

// In the cache itself, if nobody else reads it.
class TensorScatterStep final : public Step {
 public:
  TensorScatterStep(bool circular, std::int64_t axis) {
    params_.circular = circular;
    params_.axis = axis;
  }

  bool may_overwrite(int input) const override { return input == 0; }
  std::string_view kernel() const override { return "copy"; }
  Status run(const RunArgs& args) const override { return reference(&params_, args); }

 private:
  TensorScatterParams params_;
};

Result<std::unique_ptr<Step>> prepare(const PrepareArgs& args) {
  const auto& p = args.params<TensorScatterParams>();
  return std::make_unique<TensorScatterStep>(p.circular, p.axis);
}

constexpr int kVersions[] = {24};

constexpr std::string_view kSamples[] = {
    "(x: f32[2,3,4,5], u: f32[2,3,1,5]) -> (y) { i: s64[2] = {1, 3} y = TensorScatter(x, u, i) }",
    "(x: f16[2,4,5], u: f16[2,3,5]) -> (y) { i: s64[2] = {2, -1}\n"
    "  y = TensorScatter(x, u, i) {mode=\"circular\", axis=1} }",
    "(x: s8[1,2,4], u: s8[1,2,4]) -> (y) { y = TensorScatter(x, u) {axis=-1} }",
    "() -> (y) { x: u4[1,5,3] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14}\n"
    "  u: u4[1,1,3] = {15, 15, 15} i: s64[1] = {3} y = TensorScatter(x, u, i) }",
    "(x: f32[1,2,4], u: f32[1,0,4]) -> (y) { y = TensorScatter(x, u) }",
};

}  // namespace

extern const OpDef kOp_TensorScatter;
constinit const OpDef kOp_TensorScatter = {
    .name = "TensorScatter",
    .min_inputs = 2,
    .max_inputs = 3,
    .parse = parse,
    .infer = infer,
    .reference = reference,
    .prepare = prepare,
};

extern const OnnxOp kOnnx_TensorScatter;
constinit const OnnxOp kOnnx_TensorScatter = {.name = "TensorScatter", .versions = kVersions};

extern const OpDoc kDoc_TensorScatter;
constinit const OpDoc kDoc_TensorScatter = {
    .name = "TensorScatter",
    .doc =
        "`past_cache` with `update` written along `axis`, for each entry of the batch from its "
        "write index on; `mode`=\"circular\" goes on at the beginning behind the end.",
    .samples = kSamples,
};

}  // namespace mote
