// EyeLike: ones on one diagonal, zeros elsewhere.
#include <algorithm>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/copy.h"
#include "ops/support/element.h"
#include "ops/support/read_dtype.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

struct EyeLikeParams : OpParams {
  DType dtype = DType::kUndefined;  // the input's
  std::int64_t k = 0;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<EyeLikeParams>();
  AttributeReader r(attributes);
  MOTE_ASSIGN(p->dtype, read_dtype(r, "dtype"));
  p->k = r.integer("k", 0);
  MOTE_TRY(r.finish());
  return p;
}

// input: [rows, columns].
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_rank(args, 0, 2, "input"));
  const auto& p = args.params<EyeLikeParams>();
  const TensorType& input = args.type(0);
  args.set(0, {p.dtype == DType::kUndefined ? input.dtype : p.dtype,
               input.shape ? *input.shape : unknown_shape(2)});
  return {};
}

template <class T>
void set_diagonal(T* y, std::int64_t rows, std::int64_t columns, std::int64_t k) {
  if (k <= -rows || k >= columns) return;
  const std::int64_t end = std::min(rows, columns - k);
  for (std::int64_t i = std::max<std::int64_t>(0, -k); i < end; ++i) {
    y[i * columns + i + k] = static_cast<T>(1.0F);
  }
}

Status reference(const OpParams* params, const RunArgs& args) {
  const MutTensorView& out = args.out[0];
  const std::int64_t k = static_cast<const EyeLikeParams*>(params)->k;
  fill_zero(out);
  if (out.dtype == DType::kBool) {
    set_diagonal(out.as<bool>(), out.dims[0], out.dims[1], k);
    return {};
  }
  return with_dtype(NumberElements(), out.dtype, [&](auto t) -> Status {
    set_diagonal(out.as<decltype(t)>(), out.dims[0], out.dims[1], k);
    return {};
  });
}

constexpr int kVersions[] = {9, 22};

constexpr std::string_view kSamples[] = {
    "(x: f32[3,4]) -> (y) { y = EyeLike(x) }",
    "(x: s32[4,3]) -> (y) { y = EyeLike(x) {k=-2} }",
    "(x: f32[3,4]) -> (y) { y = EyeLike(x) {k=1, dtype=9} }",
    "(x: u8[2,2]) -> (y) { y = EyeLike(x) {k=5, dtype=10} }",
};

}  // namespace

extern const OpDef kOp_EyeLike;
constinit const OpDef kOp_EyeLike = {
    .name = "EyeLike", .parse = parse, .infer = infer, .reference = reference};

extern const OnnxOp kOnnx_EyeLike;
constinit const OnnxOp kOnnx_EyeLike = {.name = "EyeLike", .versions = kVersions};

extern const OpDoc kDoc_EyeLike;
constinit const OpDoc kDoc_EyeLike = {
    .name = "EyeLike",
    .doc =
        "A matrix of the size of `input` with ones on the diagonal that lies `k` above the main "
        "one, and zeros elsewhere.",
    .samples = kSamples,
};

}  // namespace mote
