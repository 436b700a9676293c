// mote.Gemm: a product by constant weights with everything that may follow it.
#include "base/text.h"
#include "ops/exec/activation.h"
#include "ops/matmul/gemm_grid.h"
#include "ops/matmul/product.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/has_kernels.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

struct DenseParams : OpParams {
  bool trans_b = false;
  EpilogueActivation activation;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<DenseParams>();
  AttributeReader r(attributes);
  p->trans_b = r.flag("transB", false);
  MOTE_TRY(read_activation(r, p->activation));
  MOTE_TRY(r.finish());
  return p;
}

// x: [..., K]; w: [K, N] ([N, K] if transB); bias: [N]; residual as y. y: [..., N].
Status infer(const InferArgs& args) {
  const auto& p = args.params<DenseParams>();
  for (const std::size_t i : {0, 1, 2, 3}) MOTE_TRY(expect_dtype(args, i, {DType::kF32}));
  MOTE_TRY(expect_rank(args, 1, 2, "w"));
  const Dim n = size_of(args, 1, p.trans_b ? 0 : 1);
  MOTE_TRY(expect_vector(args, 2, n, "bias"));
  const TensorType& x = args.type(0);
  if (!x.shape) {
    args.set(0, {DType::kF32, std::nullopt});
    return {};
  }
  if (x.shape->empty()) return Error{Code::kInvalidArgument, "x has rank 0"};
  MOTE_TRY(expect_size(args, 1, p.trans_b ? 1 : 0, x.shape->back(), "w"));
  Shape out = *x.shape;
  out.back() = n;
  MOTE_TRY(expect_rank(args, 3, x.rank(), "residual"));
  for (int d = 0; d < x.rank(); ++d) {
    MOTE_TRY(expect_size(args, 3, d, out[static_cast<std::size_t>(d)], "residual"));
  }
  args.set(0, {DType::kF32, std::move(out)});
  return {};
}

// Sizes of the one product that the rows of x are.
struct DenseSizes {
  std::int64_t m, n, k;
};

DenseSizes sizes_of(const Dims& x, const Dims& y) {
  const int last = x.rank() - 1;
  return {x.count(0, last), y[last], x[last]};
}

GemmWeights weights_of(const DenseParams& p, const DenseSizes& s, const float* w) {
  return {w, s.n, s.k, p.trans_b ? s.k : 1, p.trans_b ? 1 : s.n};
}

const float* optional(const RunArgs& args, std::size_t i) {
  return i < args.in.size() && args.in[i] ? args.in[i].as<float>() : nullptr;
}

Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = *static_cast<const DenseParams*>(params);
  const DenseSizes s = sizes_of(args.in[0].dims, args.out[0].dims);
  const GemmWeights w = weights_of(p, s, args.in[1].as<float>());
  const Strided<float> x{args.in[0].as<float>(), s.k, 1};
  multiply(s.m, s.n, s.k, x, Strided<float>{w.data, w.stride_k, w.stride_n}, args.workers,
           [&](std::int64_t i, std::int64_t j, double sum) {
             const std::int64_t at = i * s.n + j;
             if (const float* bias = optional(args, 2)) sum += static_cast<double>(bias[j]);
             if (const float* more = optional(args, 3)) sum += static_cast<double>(more[at]);
             args.out[0].as<float>()[at] = static_cast<float>(activate(p.activation, sum));
           });
  return {};
}

class DenseStep final : public Step {
 public:
  DenseStep(const KernelTable& kernels, const DenseSizes& sizes,
            const EpilogueActivation& activation, Tensor packed)
      : kernels_(kernels),
        s_(sizes),
        activation_(activation),
        packed_(std::move(packed)),
        grid_(cut_gemm(kernels, sizes.m, sizes.n, sizes.k)) {}

  std::size_t packed_bytes() const override { return packed_.bytes(); }
  bool reads(int input) const override { return input == 0 || input == 3; }
  std::string_view kernel() const override { return "gemm_f32"; }

  Status run(const RunArgs& args) const override {
    EpilogueF32 epilogue{activation_.function, activation_.a, activation_.b};
    epilogue.residual = optional(args, 3);
    epilogue.residual_ld = s_.n;
    run_gemm(kernels_, grid_,
             {s_.m, s_.n, s_.k, args.in[0].as<float>(), s_.k,
              static_cast<const float*>(packed_.data()), args.out[0].as<float>(), s_.n, epilogue},
             args.workers);
    return {};
  }

 private:
  const KernelTable& kernels_;
  DenseSizes s_;
  EpilogueActivation activation_;
  Tensor packed_;
  GemmGrid grid_;
};

Result<std::unique_ptr<Step>> prepare(const PrepareArgs& args) {
  const auto& p = args.params<DenseParams>();
  const Tensor* w = args.constant(1);
  const Tensor* bias = args.constant(2);
  const DenseSizes s = sizes_of(args.in_dims(0), args.out_dims(0));
  const bool empty = s.m == 0 || s.n == 0 || s.k == 0;
  if (w == nullptr || (args.has(2) && bias == nullptr) || empty) {
    return std::unique_ptr<Step>();
  }
  if (!has_kernels<Kernel::pack_gemm_f32, Kernel::gemm_f32>(args.kernels)) {
    return std::unique_ptr<Step>();
  }
  const auto pack = [&](const MutTensorView& packed, Workers& workers) -> Status {
    pack_weights(args.kernels, weights_of(p, s, w->values<float>().data()),
                 bias != nullptr ? bias->values<float>().data() : nullptr, packed.as<float>(),
                 workers);
    return {};
  };
  const std::int64_t size = args.kernels.packed_gemm_size_f32(s.n, s.k, 1);
  MOTE_ASSIGN(Tensor packed, args.derive({1, 2}, size, DType::kF32, pack));
  return std::make_unique<DenseStep>(args.kernels, s, p.activation, std::move(packed));
}

std::int64_t macs(const PrepareArgs& args) {
  const DenseSizes s = sizes_of(args.in_dims(0), args.out_dims(0));
  return macs_of(args.out_dims(0).count(), s.k);
}

constexpr std::string_view kSamples[] = {
    "(x: f32[3,7]) -> (y) { w: f32[7,19] = {random 1} y = mote.Gemm(x, w) }",
    "(x: f32[2,5,33]) -> (y) {\n"
    "  w: f32[40,33] = {random 2} b: f32[40] = {random 3}\n"
    "  y = mote.Gemm(x, w, b) {transB=1, activation=\"Clamp\", activation_a=0.0,\n"
    "                          activation_b=inf} }",
    "(x: f32[130,8], r: f32[130,300]) -> (y) {\n"
    "  w: f32[8,300] = {random 4} y = mote.Gemm(x, w, _, r) {activation=\"Tanh\"} }",
    "(x: f32[9], r: f32[4]) -> (y) {\n"
    "  w: f32[9,4] = {random 5} b: f32[4] = {random 6} y = mote.Gemm(x, w, b, r) }",
    "(x: f32[2,3], w: f32[3,2], b: f32[2]) -> (y) { y = mote.Gemm(x, w, b) }",
    "(x: f32[0,3]) -> (y) { w: f32[3,2] = {random 7} y = mote.Gemm(x, w) }",
};

}  // namespace

extern const OpDef kOp_mote_Gemm;
constinit const OpDef kOp_mote_Gemm = {
    .name = "Gemm",
    .domain = "mote",
    .min_inputs = 2,
    .max_inputs = 4,
    .parse = parse,
    .infer = infer,
    .reference = reference,
    .prepare = prepare,
    .macs = macs,
};

extern const OpDoc kDoc_mote_Gemm;
constinit const OpDoc kDoc_mote_Gemm = {
    .name = "Gemm",
    .domain = "mote",
    .doc =
        "The product of the rows of `x` and a matrix `w`; then bias, residual sum and "
        "activation.",
    .samples = kSamples,
};

}  // namespace mote
