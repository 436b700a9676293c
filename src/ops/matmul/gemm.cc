// Gemm: alpha * A * B + beta * C, A and B transposed at will.
#include <optional>

#include "base/text.h"
#include "ops/matmul/gemm_step.h"
#include "ops/matmul/product.h"
#include "ops/ops.h"
#include "ops/support/convert.h"
#include "ops/support/expect_elements.h"
#include "ops/support/shapes.h"
#include "ops/support/strides.h"

namespace mote {
namespace {

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<GemmParams>();
  AttributeReader r(attributes);
  p->alpha = r.real("alpha", 1.0F);
  p->beta = r.real("beta", 1.0F);
  p->trans_a = r.flag("transA", false);
  p->trans_b = r.flag("transB", false);
  MOTE_TRY(r.finish());
  return p;
}

// C: broadcasts to `out` one way. Requires: C's shape is known.
Status check_c(const Shape& c, const Shape& out) {
  bool fits = c.size() <= out.size();
  for (std::size_t i = 0; fits && i < c.size(); ++i) {
    const Dim& have = c[c.size() - 1 - i];
    const Dim& want = out[out.size() - 1 - i];
    fits = !have.known() || have.size() == 1 || !want.known() || have.size() == want.size();
  }
  if (fits) return {};
  return Error{Code::kInvalidArgument,
               cat("C of shape ", to_string(TensorType(DType::kUndefined, c)),
                   " does not broadcast to ", to_string(TensorType(DType::kUndefined, out)))};
}

// A: [M, K] ([K, M] if transA); B: [K, N] ([N, K]); C: broadcasts to [M, N], optional.
Status infer(const InferArgs& args) {
  const auto& p = args.params<GemmParams>();
  MOTE_TRY(expect_elements(args, 0, ProductElements{}));
  MOTE_ASSIGN(const DType dtype, shared_dtype(args, {0, 1, 2}));
  MOTE_TRY(expect_rank(args, 0, 2, "A"));
  MOTE_TRY(expect_rank(args, 1, 2, "B"));
  const Dim a_inner = size_of(args, 0, p.trans_a ? 0 : 1);
  MOTE_TRY(expect_size(args, 1, p.trans_b ? 1 : 0, a_inner, "B"));
  Shape out{size_of(args, 0, p.trans_a ? 1 : 0), size_of(args, 1, p.trans_b ? 0 : 1)};
  if (args.has(2) && args.type(2).shape) MOTE_TRY(check_c(*args.type(2).shape, out));
  args.set(0, {dtype, std::move(out)});
  return {};
}

// alpha * sum + beta * c. Integers stay integers while the factors are 1.
template <class T>
T finish(const GemmParams& p, ProductSum<T> sum, const T* c) {
  if constexpr (std::is_integral_v<T>) {
    if (p.alpha == 1.0F && p.beta == 1.0F) {
      return static_cast<T>(sum + (c != nullptr ? static_cast<std::uint64_t>(*c) : 0));
    }
    const double product = static_cast<double>(p.alpha) * static_cast<double>(static_cast<T>(sum));
    const double added = c != nullptr ? static_cast<double>(p.beta) * static_cast<double>(*c) : 0.0;
    return real_to_integer<T>(product + added);
  } else {
    const double added = c != nullptr ? static_cast<double>(p.beta) * static_cast<double>(*c) : 0.0;
    return rounded<T>(static_cast<double>(p.alpha) * sum + added);
  }
}

Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = *static_cast<const GemmParams*>(params);
  const TensorView& a = args.in[0];
  const TensorView& b = args.in[1];
  const Dims& out = args.out[0].dims;
  const bool has_c = args.in.size() > 2 && args.in[2];
  const Dims c_step = has_c ? broadcast_strides(args.in[2].dims, out) : Dims{0, 0};
  return with_dtype(ProductElements{}, a.dtype, [&]<class T>(T) -> Status {
    const Strided<T> left{a.as<T>(), p.trans_a ? 1 : a.dims[1], p.trans_a ? a.dims[1] : 1};
    const Strided<T> right{b.as<T>(), p.trans_b ? 1 : b.dims[1], p.trans_b ? b.dims[1] : 1};
    multiply(out[0], out[1], a.dims[p.trans_a ? 0 : 1], left, right, args.workers,
             [&](std::int64_t i, std::int64_t j, ProductSum<T> sum) {
               const T* c = has_c ? args.in[2].as<T>() + i * c_step[0] + j * c_step[1] : nullptr;
               args.out[0].as<T>()[i * out[1] + j] = finish<T>(p, sum, c);
             });
    return {};
  });
}

Result<std::unique_ptr<Step>> prepare(const PrepareArgs& args) {
  return prepare_gemm(args.params<GemmParams>(), args);
}

std::int64_t macs(const PrepareArgs& args) {
  const auto& p = args.params<GemmParams>();
  return macs_of(args.out_dims(0).count(), args.in_dims(0)[p.trans_a ? 0 : 1]);
}

// Opset 7: `broadcast` became the rule. Without it C has the output's shape, which broadcasts too.
Status drop_broadcast(const UpgradeArgs& args) {
  args.node().attributes.erase("broadcast");
  return {};
}

constexpr int kVersions[] = {1, 6, 7, 9, 11, 13};
constexpr OnnxUpgrade kUpgrades[] = {{7, drop_broadcast}};

constexpr std::string_view kSamples[] = {
    "(a: f32[5,7], c: f32[5,19]) -> (y) { b: f32[7,19] = {random 1} y = Gemm(a, b, c) }",
    "(a: f32[1,70]) -> (y) {\n"
    "  b: f32[130,70] = {random 2} c: f32[130] = {random 3}\n"
    "  y = Gemm(a, b, c) {transB=1, alpha=0.5, beta=2.0} }",
    "(a: f32[7,5], b: f32[7,4], c: f32[4]) -> (y) {\n"
    "  y = Gemm(a, b, c) {transA=1, alpha=0.25} }",
    "(a: f32[7,5], b: f32[4,7], c: f32[5,1]) -> (y) {\n"
    "  y = Gemm(a, b, c) {transA=1, transB=1, beta=0.5} }",
    "(a: f32[3,5], b: f32[5,4], c: f32[]) -> (y) { y = Gemm(a, b, c) }",
    "(a: f32[3,5], b: f32[5,4]) -> (y) { c: f32[1] = {1.5} y = Gemm(a, b, c) }",
    "(a: f32[3,5], b: f32[5,4], c: f32[1,4]) -> (y) { y = Gemm(a, b, c) {beta=-1.0} }",
    "(a: f32[3,5], b: f32[5,4]) -> (y) { y = Gemm(a, b) }",
    "(a: f32[3,0], b: f32[0,4], c: f32[4]) -> (y) { y = Gemm(a, b, c) }",
    "(a: f64[2,3], b: f64[3,2], c: f64[2]) -> (y) { y = Gemm(a, b, c) }",
    "(a: f16[2,3], b: f16[3,2]) -> (y) { y = Gemm(a, b) }",
    "(a: bf16[2,3], b: bf16[3,2]) -> (y) { y = Gemm(a, b) }",
    "(a: s32[2,3], b: s32[3,2], c: s32[2]) -> (y) { y = Gemm(a, b, c) }",
    "(a: u32[2,3], b: u32[3,2]) -> (y) { y = Gemm(a, b) }",
    "(a: s64[2,3], b: s64[3,2], c: s64[2,2]) -> (y) { y = Gemm(a, b, c) {alpha=2.0} }",
    "(a: u64[2,3], b: u64[3,2]) -> (y) { y = Gemm(a, b) }",
};

}  // namespace

extern const OpDef kOp_Gemm;
constinit const OpDef kOp_Gemm = {
    .name = "Gemm",
    .min_inputs = 2,
    .max_inputs = 3,
    .parse = parse,
    .infer = infer,
    .reference = reference,
    .prepare = prepare,
    .macs = macs,
};

extern const OnnxOp kOnnx_Gemm;
constinit const OnnxOp kOnnx_Gemm = {.name = "Gemm", .versions = kVersions, .upgrades = kUpgrades};

extern const OpDoc kDoc_Gemm;
constinit const OpDoc kDoc_Gemm = {
    .name = "Gemm",
    .doc =
        "`alpha` times the product of two matrices, each transposed on demand, plus `beta` times "
        "`C`, which broadcasts.",
    .samples = kSamples,
};

}  // namespace mote
