// Trilu: the upper or lower triangle of matrices.
#include <algorithm>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/copy.h"
#include "ops/support/indices.h"

namespace mote {
namespace {

struct TriluParams : OpParams {
  bool upper = true;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<TriluParams>();
  AttributeReader r(attributes);
  p->upper = r.flag("upper", true);
  MOTE_TRY(r.finish());
  return p;
}

// input: [..., rows, columns]; k: s64, one element, optional.
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_dtype(args, 1, {DType::kS64}));
  const TensorType& input = args.type(0);
  if (input.shape && input.rank() < 2) {
    return Error{Code::kInvalidArgument, cat("input has rank ", input.rank(), ", not 2 or more")};
  }
  args.set(0, input);
  return {};
}

Status reference(const OpParams* params, const RunArgs& args) {
  const bool upper = static_cast<const TriluParams*>(params)->upper;
  const Dims& dims = args.in[0].dims;
  const std::int64_t rows = dims[dims.rank() - 2];
  const std::int64_t columns = dims[dims.rank() - 1];
  std::int64_t k = 0;
  if (const TensorView view = optional_input(args, 1)) {
    MOTE_ASSIGN(k, load_scalar_integer(view, "k"));
  }
  k = std::clamp(k, -rows - 1, columns + 1);
  fill_zero(args.out[0]);
  const std::int64_t all_rows = dims.count(0, dims.rank() - 1);
  for (std::int64_t r = 0; r < all_rows; ++r) {
    const std::int64_t diagonal = r % rows + k;
    const std::int64_t begin = upper ? std::clamp<std::int64_t>(diagonal, 0, columns) : 0;
    const std::int64_t end = upper ? columns : std::clamp<std::int64_t>(diagonal + 1, 0, columns);
    copy_range(args.in[0], r * columns + begin, args.out[0], r * columns + begin, end - begin);
  }
  return {};
}

constexpr int kVersions[] = {14};

constexpr std::string_view kSamples[] = {
    "(x: f32[2,4,5]) -> (y) { y = Trilu(x) }",
    "(x: s64[4,3]) -> (y) { k: s64[] = {-2} y = Trilu(x, k) }",
    "(x: f32[3,5]) -> (y) { k: s64[1] = {1} y = Trilu(x, k) {upper=0} }",
    "(x: bool[3,3]) -> (y) { k: s64[] = {-9223372036854775808} y = Trilu(x, k) {upper=0} }",
    "(x: f16[2,0,3]) -> (y) { y = Trilu(x) }",
};

}  // namespace

extern const OpDef kOp_Trilu;
constinit const OpDef kOp_Trilu = {
    .name = "Trilu",
    .min_inputs = 1,
    .max_inputs = 2,
    .parse = parse,
    .infer = infer,
    .reference = reference,
};

extern const OnnxOp kOnnx_Trilu;
constinit const OnnxOp kOnnx_Trilu = {.name = "Trilu", .versions = kVersions};

extern const OpDoc kDoc_Trilu;
constinit const OpDoc kDoc_Trilu = {
    .name = "Trilu",
    .doc =
        "`input` with zeros below (`upper`) or above the diagonal that lies `k` above the main "
        "one.",
    .samples = kSamples,
};

}  // namespace mote
