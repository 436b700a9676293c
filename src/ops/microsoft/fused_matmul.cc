// FusedMatMul, TransposeMatMul, FusedMatMulActivation, FusedGemm: products with transpositions, a
// factor and an activation.
#include <algorithm>
#include <numeric>

#include "base/text.h"
#include "ops/microsoft/composite.h"
#include "ops/microsoft/fused_activation.h"

namespace mote {
namespace {

struct Operand {
  bool trans = false;        // the last two dimensions change places
  bool trans_batch = false;  // before that, the first dimension moves to the second last place
};

struct MatMulParams : OpParams {
  float alpha = 1.0F;
  Operand a, b;
  FusedActivation activation;
};

// activation_alpha, _beta, _gamma in the order of the activation's attributes.
Result<FusedActivation> read_activation(AttributeReader& r) {
  std::vector<float> params;
  const std::string name = r.text("activation", "");
  for (const std::string_view attribute :
       {"activation_alpha", "activation_beta", "activation_gamma"}) {
    const float value = r.real(attribute, 0.0F);
    if (r.has(attribute)) params.push_back(value);
  }
  return fused_activation(name, params);
}

void read_product(AttributeReader& r, MatMulParams& p) {
  p.alpha = r.real("alpha", 1.0F);
  p.a.trans = r.integer("transA", 0) != 0;
  p.b.trans = r.integer("transB", 0) != 0;
  p.a.trans_batch = r.integer("transBatchA", 0) != 0;
  p.b.trans_batch = r.integer("transBatchB", 0) != 0;
}

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<MatMulParams>();
  AttributeReader r(attributes);
  read_product(r, *p);
  MOTE_TRY(r.finish());
  return p;
}

Result<std::unique_ptr<const OpParams>> parse_with_activation(const Attributes& attributes) {
  auto p = std::make_unique<MatMulParams>();
  AttributeReader r(attributes);
  read_product(r, *p);
  MOTE_ASSIGN(p->activation, read_activation(r));
  (void)r.integer("activation_axis", -1);  // of Softmax, which is none of the activations
  MOTE_TRY(r.finish());
  return p;
}

ValueId arranged(Decomposition& d, ValueId x, const Operand& operand) {
  if (!operand.trans && !operand.trans_batch) return x;
  const int rank = d.rank(x);
  if (!d.status() || rank < 2) return x;
  std::vector<std::int64_t> perm(static_cast<std::size_t>(rank));
  std::iota(perm.begin(), perm.end(), 0);
  if (operand.trans_batch) std::rotate(perm.begin(), perm.begin() + 1, perm.end() - 1);
  if (operand.trans) std::swap(perm[perm.size() - 2], perm[perm.size() - 1]);
  return d.add("Transpose", {x}, {{"perm", std::move(perm)}});
}

Status fused_matmul(Decomposition& d) {
  const auto& p = d.params<MatMulParams>();
  const ValueId a = d.in(0), b = d.in(1);
  ValueId y = ValueId::kNone;
  if (d.rank(a) == 2 && d.rank(b) == 2) {
    y = d.add("Gemm", {a, b},
              {{"alpha", p.alpha},
               {"transA", std::int64_t{p.a.trans}},
               {"transB", std::int64_t{p.b.trans}}});
  } else {
    y = d.add("MatMul", {arranged(d, a, p.a), arranged(d, b, p.b)});
    if (p.alpha != 1.0F) {
      y = d.add("Mul", {y, d.scalar_like(y, static_cast<double>(p.alpha))});
    }
  }
  d.yield(0, apply(d, p.activation, y));
  return d.status();
}

struct FusedGemmParams : OpParams {
  Attributes gemm;
  FusedActivation activation;
};

Result<std::unique_ptr<const OpParams>> parse_gemm(const Attributes& attributes) {
  auto p = std::make_unique<FusedGemmParams>();
  FusedAttributes split = split_attributes(attributes);
  AttributeReader r(split.activation);
  MOTE_ASSIGN(p->activation, read_activation(r));
  MOTE_TRY(r.finish());
  MOTE_TRY(all_ops().find("", "Gemm")->parse(split.rest));
  p->gemm = std::move(split.rest);
  return p;
}

Status fused_gemm(Decomposition& d) {
  const auto& p = d.params<FusedGemmParams>();
  d.yield(0, apply(d, p.activation, d.add("Gemm", {d.in(0), d.in(1), d.in(2)}, p.gemm)));
  return d.status();
}

constexpr std::string_view kFusedMatMul[] = {
    "(x: f32[4,3], w: f32[5,4]) -> (y) {\n"
    "  y = com.microsoft.FusedMatMul(x, w) {alpha=0.5, transA=1, transB=1} }",
    "(x: f32[2,3,4,5], w: f32[3,6,5]) -> (y) {\n"
    "  y = com.microsoft.FusedMatMul(x, w) {alpha=2.0, transB=1} }",
    "(x: f32[3,2,5], w: f32[3,2,4]) -> (y) {\n"
    "  y = com.microsoft.FusedMatMul(x, w) {transA=1, transBatchA=1, transBatchB=1} }",
    "(x: f16[2,3,4], w: f16[4]) -> (y) { y = com.microsoft.FusedMatMul(x, w) {alpha=0.25} }",
};
constexpr std::string_view kTransposeMatMul[] = {
    "(x: f32[2,4,3], w: f32[2,4,5]) -> (y) {\n"
    "  y = com.microsoft.TransposeMatMul(x, w) {transA=1} }",
};
constexpr std::string_view kActivation[] = {
    "(x: f32[2,4,3], w: f32[3,5]) -> (y) {\n"
    "  y = com.microsoft.FusedMatMulActivation(x, w) {\n"
    "    activation=\"LeakyRelu\", activation_alpha=0.3} }",
};
constexpr std::string_view kFusedGemm[] = {
    "(x: f32[4,3], w: f32[5,3], c: f32[5]) -> (y) {\n"
    "  y = com.microsoft.FusedGemm(x, w, c) {alpha=0.5, transB=1, activation=\"Relu\"} }",
    "(x: f32[4,3], w: f32[3,5]) -> (y) {\n"
    "  y = com.microsoft.FusedGemm(x, w) {activation=\"LeakyRelu\", activation_alpha=0.2} }",
};

}  // namespace

MOTE_MICROSOFT_OP(
    FusedMatMul, (composite<fused_matmul>("FusedMatMul", {2, 2}, parse)),
    "`alpha`·`A`·`B`, either operand's last two dimensions exchanged; `transBatchA` and "
    "`transBatchB` first move the first dimension to the second last place.",
    kFusedMatMul)
MOTE_MICROSOFT_OP(TransposeMatMul, (composite<fused_matmul>("TransposeMatMul", {2, 2}, parse)),
                  "The older name of FusedMatMul.", kTransposeMatMul)
MOTE_MICROSOFT_OP(FusedMatMulActivation,
                  (composite<fused_matmul>("FusedMatMulActivation", {2, 2}, parse_with_activation)),
                  "`activation` of FusedMatMul.", kActivation)
MOTE_MICROSOFT_OP(FusedGemm, (composite<fused_gemm>("FusedGemm", {2, 3}, parse_gemm)),
                  "`activation` of Gemm.", kFusedGemm)

}  // namespace mote
