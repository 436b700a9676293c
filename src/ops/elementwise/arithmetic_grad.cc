// The gradients of Add, Sub, Mul, Div and Sum, summed over what was broadcast.
#include "ops/gradient/backward.h"

namespace mote {
namespace {

void add(Backward& b) {
  for (std::size_t i = 0; i < 2; ++i) b.give_summed(i, [&] { return b.grad(); });
}

void sub(Backward& b) {
  b.give_summed(0, [&] { return b.grad(); });
  b.give_summed(1, [&] { return b.neg(b.grad()); });
}

void mul(Backward& b) {
  b.give_summed(0, [&] { return b.mul(b.grad(), b.in(1)); });
  b.give_summed(1, [&] { return b.mul(b.grad(), b.in(0)); });
}

// Of the divisor: -y / divisor.
void div(Backward& b) {
  b.give_summed(0, [&] { return b.div(b.grad(), b.in(1)); });
  b.give_summed(1, [&] { return b.mul(b.grad(), b.neg(b.div(b.out(0), b.in(1)))); });
}

void sum(Backward& b) {
  const std::size_t inputs = b.node().declared_inputs().size();
  for (std::size_t i = 0; i < inputs; ++i) b.give_summed(i, [&] { return b.grad(); });
}

#define MOTE_BROADCASTS(Op)                                        \
  "(a: f64[2,3], b: f64[2,3]) -> (y) { y = " #Op "(a, b) }",       \
      "(a: f64[2,3,2], b: f64[3,1]) -> (y) { y = " #Op "(a, b) }", \
      "(a: f64[1], b: f64[2,1,3]) -> (y) { y = " #Op "(a, b) }",   \
      "(a: f64[], b: f64[2]) -> (y) { y = " #Op "(a, b) }",        \
      "(a: f64[3]) -> (y) { y = " #Op "(a, a) }"
constexpr std::string_view kAddSamples[] = {MOTE_BROADCASTS(Add)};
constexpr std::string_view kSubSamples[] = {MOTE_BROADCASTS(Sub)};
constexpr std::string_view kMulSamples[] = {MOTE_BROADCASTS(Mul)};
constexpr std::string_view kDivSamples[] = {MOTE_BROADCASTS(Div)};
constexpr std::string_view kSumSamples[] = {
    MOTE_BROADCASTS(Sum), "(a: f64[2,1], b: f64[3], c: f64[1,3]) -> (y) { y = Sum(a, b, c) }"};
#undef MOTE_BROADCASTS

}  // namespace

extern const OpGrad kGrad_Add;
constinit const OpGrad kGrad_Add = {.name = "Add", .rule = add, .samples = kAddSamples};
extern const OpGrad kGrad_Sub;
constinit const OpGrad kGrad_Sub = {.name = "Sub", .rule = sub, .samples = kSubSamples};
extern const OpGrad kGrad_Mul;
constinit const OpGrad kGrad_Mul = {.name = "Mul", .rule = mul, .samples = kMulSamples};
extern const OpGrad kGrad_Div;
constinit const OpGrad kGrad_Div = {.name = "Div", .rule = div, .samples = kDivSamples};
extern const OpGrad kGrad_Sum;
constinit const OpGrad kGrad_Sum = {.name = "Sum", .rule = sum, .samples = kSumSamples};

}  // namespace mote
