// Gelu, BiasGelu, FastGelu, GemmFastGelu, QuickGelu, BiasSplitGelu.
#include "ops/microsoft/composite.h"

namespace mote {
namespace {

Attributes tanh_form() { return {{"approximate", std::string("tanh")}}; }

ValueId add_if(Decomposition& d, ValueId x, std::size_t bias) {
  return d.has(bias) ? d.add("Add", {x, d.in(bias)}) : x;
}

Status gelu(Decomposition& d) {
  d.yield(0, d.add("Gelu", {d.in(0)}));
  return d.status();
}

Status bias_gelu(Decomposition& d) {
  d.yield(0, d.add("Gelu", {add_if(d, d.in(0), 1)}));
  return d.status();
}

Status fast_gelu(Decomposition& d) {
  d.yield(0, d.add("Gelu", {add_if(d, d.in(0), 1)}, tanh_form()));
  return d.status();
}

Status gemm_fast_gelu(Decomposition& d) {
  const ValueId product = d.add("MatMul", {d.in(0), d.in(1)});
  d.yield(0, d.add("Gelu", {add_if(d, product, 2)}, tanh_form()));
  return d.status();
}

// The left half times the Gelu of the right one.
Status bias_split_gelu(Decomposition& d) {
  const auto halves = d.add_many(2, "Split", {add_if(d, d.in(0), 1)},
                                 {{"axis", std::int64_t{-1}}, {"num_outputs", std::int64_t{2}}});
  d.yield(0, d.add("Mul", {halves[0], d.add("Gelu", {halves[1]})}));
  return d.status();
}

struct QuickGeluParams : OpParams {
  float alpha = 1.702F;
};

Result<std::unique_ptr<const OpParams>> parse_quick_gelu(const Attributes& attributes) {
  auto p = std::make_unique<QuickGeluParams>();
  AttributeReader r(attributes);
  p->alpha = r.real("alpha", 1.702F);
  MOTE_TRY(r.finish());
  return p;
}

Status quick_gelu(Decomposition& d) {
  d.yield(0, d.add("Swish", {d.in(0)}, {{"alpha", d.params<QuickGeluParams>().alpha}}));
  return d.status();
}

constexpr std::string_view kGelu[] = {
    "(x: f32[2,3]) -> (y) { y = com.microsoft.Gelu(x) }",
};
constexpr std::string_view kBiasGelu[] = {
    "(x: f32[2,3], b: f32[3]) -> (y) { y = com.microsoft.BiasGelu(x, b) }",
};
constexpr std::string_view kFastGelu[] = {
    "(x: f32[2,3]) -> (y) { y = com.microsoft.FastGelu(x) }",
    "(x: f16[2,3], b: f16[3]) -> (y) { y = com.microsoft.FastGelu(x, b) }",
};
constexpr std::string_view kGemmFastGelu[] = {
    "(x: f32[2,3,4], w: f32[4,5], b: f32[5]) -> (y) { y = com.microsoft.GemmFastGelu(x, w, b) }",
};
constexpr std::string_view kQuickGelu[] = {
    "(x: f32[2,3]) -> (y) { y = com.microsoft.QuickGelu(x) }",
    "(x: f64[2,3]) -> (y) { y = com.microsoft.QuickGelu(x) {alpha=0.5} }",
};
constexpr std::string_view kBiasSplitGelu[] = {
    "(x: f32[2,3,6], b: f32[6]) -> (y) { y = com.microsoft.BiasSplitGelu(x, b) }",
};

}  // namespace

MOTE_MICROSOFT_OP(Gelu, (composite<gelu>("Gelu", {1, 1})), "ONNX's Gelu.", kGelu)
MOTE_MICROSOFT_OP(BiasGelu, (composite<bias_gelu>("BiasGelu", {2, 2})), "Gelu(`A` + `B`).",
                  kBiasGelu)
MOTE_MICROSOFT_OP(FastGelu, (composite<fast_gelu>("FastGelu", {1, 2})),
                  "Gelu(`X` + `bias`) by way of tanh.", kFastGelu)
MOTE_MICROSOFT_OP(GemmFastGelu, (composite<gemm_fast_gelu>("GemmFastGelu", {2, 3})),
                  "Gelu(`X`·`W` + `bias`) by way of tanh.", kGemmFastGelu)
MOTE_MICROSOFT_OP(QuickGelu, (composite<quick_gelu>("QuickGelu", {1, 1}, parse_quick_gelu)),
                  "`X`·sigmoid(`alpha`·`X`).", kQuickGelu)
MOTE_MICROSOFT_OP(
    BiasSplitGelu, (composite<bias_split_gelu>("BiasSplitGelu", {2, 2})),
    "`X` + `bias` cut in two along the last dimension: the left half times the Gelu of "
    "the right.",
    kBiasSplitGelu)

}  // namespace mote
