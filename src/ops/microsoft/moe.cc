// MoE: a mixture of experts, each a small network of two or three products, of which every token
// takes the best few.
#include "base/text.h"
#include "ops/microsoft/composite.h"

namespace mote {
namespace {

struct MoeParams : OpParams {
  std::string activation;  // relu, gelu, silu or identity
  std::int64_t k = 1;
  bool normalize = false;  // weights of the chosen experts sum to 1
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<MoeParams>();
  AttributeReader r(attributes);
  p->activation = r.text("activation_type", "relu");
  p->k = r.integer("k", 1);
  p->normalize = r.integer("normalize_routing_weights", 0) != 0;
  const bool sparse_mixer = r.integer("use_sparse_mixer", 0) != 0;
  (void)r.real("activation_alpha", 1.0F);  // of swiglu
  (void)r.real("activation_beta", 0.0F);
  (void)r.integer("swiglu_fusion", 0);
  (void)r.real("swiglu_limit", 0.0F);
  (void)r.integer("swiglu_limit_after_activation", 0);
  MOTE_TRY(r.finish());
  if (p->k < 1) return Error{Code::kInvalidArgument, cat("k ", p->k, " is not positive")};
  if (sparse_mixer) return Error{Code::kUnsupported, "use_sparse_mixer is not done by this build"};
  for (const std::string_view known : {"relu", "gelu", "silu", "identity"}) {
    if (p->activation == known) return p;
  }
  return Error{Code::kUnsupported,
               cat("activation_type '", p->activation, "' is not one of this build")};
}

enum Input : std::size_t { kInput, kRouter, kFc1, kFc1Bias, kFc2, kFc2Bias, kFc3, kFc3Bias };

ValueId activated(Decomposition& d, const MoeParams& p, ValueId x) {
  if (p.activation == "relu") return d.add("Relu", {x});
  if (p.activation == "gelu") {
    return d.add("Gelu", {x}, {{"approximate", std::string("tanh")}});
  }
  return p.activation == "silu" ? d.add("Swish", {x}) : x;
}

// x: [T, in] or [E, T, in]; weights: [E, out, in]. [E, T, out].
ValueId layer(Decomposition& d, ValueId x, std::size_t weights, std::size_t bias) {
  const ValueId turned =
      d.add("Transpose", {d.in(weights)}, {{"perm", std::vector<std::int64_t>{0, 2, 1}}});
  const ValueId y = d.add("MatMul", {x, turned});
  if (!d.has(bias)) return y;
  return d.add("Add", {y, d.add("Unsqueeze", {d.in(bias), d.integers({1})})});
}

// How much each expert counts for each token: [T, E], zeros where it was not chosen.
ValueId routing(Decomposition& d, const MoeParams& p) {
  const ValueId shares = d.add("Softmax", {d.in(kRouter)}, {{"axis", std::int64_t{-1}}});
  const auto best =
      d.add_many(2, "TopK", {shares, d.integers({p.k})}, {{"axis", std::int64_t{-1}}});
  ValueId weights = best[0];
  if (p.normalize) {
    const ValueId sum = d.add("ReduceSum", {weights, d.integers({-1})});
    weights = d.add("Div", {weights, sum});
  }
  const ValueId zeros = d.add("Mul", {shares, d.scalar_like(shares, 0)});
  return d.add("ScatterElements", {zeros, best[1], weights}, {{"axis", std::int64_t{-1}}});
}

// Every expert computes every token: right, if not as cheap as it could be.
Status moe(Decomposition& d) {
  const auto& p = d.params<MoeParams>();
  const auto fc1 = d.type(d.in(kFc1)).dims();
  const auto input = d.type(d.in(kInput)).dims();
  if (!fc1 || !input) {
    d.fail({Code::kUnsupported, "needs inputs whose sizes are known"});
    return d.status();
  }
  if (fc1->rank() != 3 || input->rank() < 2) {
    d.fail({Code::kInvalidArgument, "input has rank below 2, or fc1_experts_weights not 3"});
    return d.status();
  }
  const std::int64_t hidden = (*input)[input->rank() - 1];
  const ValueId tokens = d.add("Reshape", {d.in(kInput), d.integers({-1, hidden})});
  ValueId x = activated(d, p, layer(d, tokens, kFc1, kFc1Bias));
  if (d.has(kFc3)) x = d.add("Mul", {x, layer(d, tokens, kFc3, kFc3Bias)});
  x = layer(d, x, kFc2, kFc2Bias);
  const ValueId weights =
      d.add("Transpose", {routing(d, p)}, {{"perm", std::vector<std::int64_t>{1, 0}}});
  const ValueId weighed = d.add("Mul", {x, d.add("Unsqueeze", {weights, d.integers({2})})});
  const ValueId sum =
      d.add("ReduceSum", {weighed, d.integers({0})}, {{"keepdims", std::int64_t{0}}});
  d.yield(
      0, d.add("Reshape", {sum, d.add("Shape", {d.in(kInput)})}, {{"allowzero", std::int64_t{1}}}));
  return d.status();
}

constexpr std::string_view kSamples[] = {
    "(x: f32[2,3,4], r: f32[6,3], a: f32[3,5,4], b: f32[3,5], c: f32[3,4,5], e: f32[3,4]) -> (y) "
    "{\n"
    "  y = com.microsoft.MoE(x, r, a, b, c, e) {k=2, normalize_routing_weights=1} }",
    "(x: f32[6,4], r: f32[6,3], a: f32[3,5,4], c: f32[3,4,5], g: f32[3,5,4]) -> (y) {\n"
    "  y = com.microsoft.MoE(x, r, a, _, c, _, g) {activation_type=\"silu\"} }",
};

}  // namespace

MOTE_MICROSOFT_OP(
    MoE, (composite<moe>("MoE", {3, 8}, parse)),
    "The `k` experts that `router_probs` prefer for each token, weighed by its softmax.", kSamples)

}  // namespace mote
