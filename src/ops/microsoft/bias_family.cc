// BiasAdd, BiasDropout, BiasSoftmax.
#include "base/text.h"
#include "ops/microsoft/composite.h"

namespace mote {
namespace {

Status bias_add(Decomposition& d) {
  d.yield(0, d.add("Add", {d.add("Add", {d.in(0), d.in(1)}), d.in(2)}));
  return d.status();
}

Result<std::unique_ptr<const OpParams>> parse_dropout(const Attributes& attributes) {
  AttributeReader r(attributes);
  (void)r.integer("seed", 0);  // of random numbers that only training draws
  MOTE_TRY(r.finish());
  return std::make_unique<OpParams>();
}

// As in inference: nothing is dropped.
Status bias_dropout(Decomposition& d) {
  const ValueId sum = d.add("Add", {d.in(0), d.in(1)});
  const std::vector<ValueId> kept = d.add_many(2, "Dropout", {sum, d.in(3), d.in(4)}, Attributes());
  d.yield(0, d.has(2) ? d.add("Add", {kept[0], d.in(2)}) : kept[0]);
  if (d.wants(1)) d.yield(1, kept[1]);
  return d.status();
}

struct BiasSoftmaxParams : OpParams {
  std::int64_t axis = 1;
  bool inner_broadcast = false;
};

Result<std::unique_ptr<const OpParams>> parse_softmax(const Attributes& attributes) {
  auto p = std::make_unique<BiasSoftmaxParams>();
  AttributeReader r(attributes);
  p->axis = r.integer("axis", 1);
  p->inner_broadcast = r.required_integer("is_inner_broadcast") != 0;
  MOTE_TRY(r.finish());
  return p;
}

// The dimensions from `axis` on are one for the softmax. The bias has sizes of 1 where it repeats,
// or lacks the outermost dimensions.
Status bias_softmax(Decomposition& d) {
  const auto& p = d.params<BiasSoftmaxParams>();
  const int rank = d.rank(d.in(0));
  if (!d.status()) return d.status();
  if (p.axis < -rank || p.axis >= rank) {
    d.fail({Code::kInvalidArgument,
            cat("axis ", p.axis, " is outside [", -rank, ", ", rank - 1, "]")});
    return d.status();
  }
  const ValueId sum = d.add("Add", {d.in(0), d.in(1)});
  const bool last = p.axis == -1 || p.axis == rank - 1;
  const ValueId rows = last ? sum : d.add("Flatten", {sum}, {{"axis", p.axis}});
  const ValueId y = d.add("Softmax", {rows}, {{"axis", std::int64_t{-1}}});
  d.yield(
      0, last ? y : d.add("Reshape", {y, d.add("Shape", {sum})}, {{"allowzero", std::int64_t{1}}}));
  return d.status();
}

constexpr std::string_view kBiasAdd[] = {
    "(x: f32[2,3,4], b: f32[4], s: f32[2,3,4]) -> (y) { y = com.microsoft.BiasAdd(x, b, s) }",
};
constexpr std::string_view kBiasDropout[] = {
    "(x: f32[2,3,4], b: f32[4], s: f32[2,3,4]) -> (y, m) {\n"
    "  y, m = com.microsoft.BiasDropout(x, b, s) {seed=3} }",
    "(x: f32[3,4], b: f32[4]) -> (y) {\n"
    "  r: f32[] = {0.5} y = com.microsoft.BiasDropout(x, b, _, r) }",
};
constexpr std::string_view kBiasSoftmax[] = {
    "(x: f32[2,3,4,5], b: f32[2,1,1,5]) -> (y) {\n"
    "  y = com.microsoft.BiasSoftmax(x, b) {axis=3, is_inner_broadcast=1} }",
    "(x: f32[2,3,4,5], b: f32[1,1,4,5]) -> (y) {\n"
    "  y = com.microsoft.BiasSoftmax(x, b) {axis=2, is_inner_broadcast=0} }",
};

}  // namespace

MOTE_MICROSOFT_OP(BiasAdd, (composite<bias_add>("BiasAdd", {3, 3})), "`X` + `bias` + `skip`.",
                  kBiasAdd)
MOTE_MICROSOFT_OP(BiasDropout, (composite<bias_dropout>("BiasDropout", {2, 5, 2}, parse_dropout)),
                  "Dropout(`data` + `bias`) + `residual`; in inference nothing is dropped.",
                  kBiasDropout)
MOTE_MICROSOFT_OP(BiasSoftmax, (composite<bias_softmax>("BiasSoftmax", {2, 2}, parse_softmax)),
                  "Softmax of `data` + `bias` over the dimensions from `axis` on.", kBiasSoftmax)

}  // namespace mote
