// ComplexMul, ComplexMulConj, IsAllFinite: functions of numbers.
#include "base/text.h"
#include "ops/microsoft/composite.h"

namespace mote {
namespace {

// Real and imaginary part of numbers whose parts are the last dimension.
std::vector<ValueId> parts_of(Decomposition& d, ValueId x) {
  return d.add_many(2, "Split", {x},
                    {{"axis", std::int64_t{-1}}, {"num_outputs", std::int64_t{2}}});
}

template <bool kConjugate>
Status complex_mul(Decomposition& d) {
  const auto a = parts_of(d, d.in(0));
  const auto b = parts_of(d, d.in(1));
  const auto mul = [&](ValueId x, ValueId y) { return d.add("Mul", {x, y}); };
  const std::string_view plus = kConjugate ? "Sub" : "Add", minus = kConjugate ? "Add" : "Sub";
  const ValueId real = d.add(minus, {mul(a[0], b[0]), mul(a[1], b[1])});
  const ValueId imaginary = d.add(plus, {mul(a[1], b[0]), mul(a[0], b[1])});
  d.yield(0, d.add("Concat", {real, imaginary}, {{"axis", std::int64_t{-1}}}));
  return d.status();
}

struct FiniteParams : OpParams {
  bool inf = true, nan = true;
};

Result<std::unique_ptr<const OpParams>> parse_finite(const Attributes& attributes) {
  auto p = std::make_unique<FiniteParams>();
  AttributeReader r(attributes);
  p->nan = r.integer("isinf_only", 0) == 0;
  p->inf = r.integer("isnan_only", 0) == 0;
  MOTE_TRY(r.finish());
  if (p->inf || p->nan) return p;
  return Error{Code::kInvalidArgument, "isinf_only and isnan_only exclude each other"};
}

// Whether any element of x is one.
ValueId any_of(Decomposition& d, ValueId x, std::string_view predicate) {
  const ValueId found = cast_to(d, d.add(predicate, {x}), DType::kU8);
  const ValueId flat = d.add("Reshape", {found, d.integers({-1})});
  // A zero more, lest there be nothing to reduce.
  const ValueId more = d.add("Concat", {flat, d.constant(Tensor::of<std::uint8_t>({1}, {0}))},
                             {{"axis", std::int64_t{0}}});
  const ValueId any = d.add("ReduceMax", {more}, {{"keepdims", std::int64_t{0}}});
  return cast_to(d, any, DType::kBool);
}

Status is_all_finite(Decomposition& d) {
  const auto& p = d.params<FiniteParams>();
  ValueId any = ValueId::kNone;
  const auto join = [&](ValueId x) { any = any == ValueId::kNone ? x : d.add("Or", {any, x}); };
  for (std::size_t i = 0; i < d.node().declared_inputs().size(); ++i) {
    if (p.inf) join(any_of(d, d.in(i), "IsInf"));
    if (p.nan) join(any_of(d, d.in(i), "IsNaN"));
  }
  d.yield(0, d.add("Not", {any}));
  return d.status();
}

constexpr std::string_view kComplexMul[] = {
    "(a: f32[2,3,2], b: f32[2,3,2]) -> (y) { y = com.microsoft.ComplexMul(a, b) }",
};
constexpr std::string_view kComplexMulConj[] = {
    "(a: f32[2,3,2], b: f32[3,2]) -> (y) { y = com.microsoft.ComplexMulConj(a, b) }",
};
constexpr std::string_view kIsAllFinite[] = {
    "(a: f32[2,3], b: f32[2]) -> (y) { y = com.microsoft.IsAllFinite(a, b) }",
    "(a: f16[0]) -> (y) { y = com.microsoft.IsAllFinite(a) {isnan_only=1} }",
};

}  // namespace

MOTE_MICROSOFT_OP(ComplexMul, (composite<complex_mul<false>>("ComplexMul", {2, 2})),
                  "The product of complex numbers whose parts are the last dimension.", kComplexMul)
MOTE_MICROSOFT_OP(ComplexMulConj, (composite<complex_mul<true>>("ComplexMulConj", {2, 2})),
                  "ComplexMul with the conjugate of `B`.", kComplexMulConj)
MOTE_MICROSOFT_OP(IsAllFinite, (composite<is_all_finite>("IsAllFinite", {1, -1}, parse_finite)),
                  "Whether no element of any input is infinite or NaN.", kIsAllFinite)

}  // namespace mote
