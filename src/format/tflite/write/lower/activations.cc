// Activations and functions as arithmetic. Formulas are those of ONNX's text.
#include <array>
#include <cmath>
#include <numbers>

#include "format/tflite/write/lower/lowering.h"

namespace mote::tfl::write {
namespace {

Status hard_sigmoid(Decomposition& d) {
  Formula f(d);
  const double alpha = real_of(d.node(), "alpha", 0.2F), beta = real_of(d.node(), "beta", 0.5F);
  d.yield(0, f.clip(f.add(f.mul(d.in(0), alpha), beta), 0, 1));
  return d.status();
}

// max(0, x) + min(0, alpha * (exp(x / width) - 1)), the sum times gamma.
Status exponential_unit(Decomposition& d, double alpha, double width, double gamma) {
  Formula f(d);
  const ValueId x = d.in(0);
  const ValueId low = d.add("Min", {x, d.scalar_like(x, 0)});
  const ValueId curve = f.add(f.of("Exp", f.mul(low, 1 / width)), -1);
  d.yield(0, f.mul(f.add(f.of("Relu", x), f.mul(curve, alpha)), gamma));
  return d.status();
}

Status selu(Decomposition& d) {
  return exponential_unit(d, real_of(d.node(), "alpha", 1.67326319F), 1,
                          real_of(d.node(), "gamma", 1.05070102F));
}
Status celu(Decomposition& d) {
  const double alpha = real_of(d.node(), "alpha", 1);
  return exponential_unit(d, alpha, alpha, 1);
}
Status elu(Decomposition& d) { return exponential_unit(d, real_of(d.node(), "alpha", 1), 1, 1); }

// log(1 + exp(x)), without an exponential that overflows.
ValueId softplus_of(Decomposition& d, ValueId x) {
  Formula f(d);
  const ValueId tail = f.of("Exp", f.of("Neg", f.of("Abs", x)));
  return f.add(f.of("Relu", x), f.of("Log", f.add(tail, 1)));
}
Status softplus(Decomposition& d) {
  d.yield(0, softplus_of(d, d.in(0)));
  return d.status();
}
Status mish(Decomposition& d) {
  Formula f(d);
  d.yield(0, f.mul(d.in(0), f.of("Tanh", softplus_of(d, d.in(0)))));
  return d.status();
}
Status softsign(Decomposition& d) {
  Formula f(d);
  d.yield(0, f.div(d.in(0), f.add(f.of("Abs", d.in(0)), 1)));
  return d.status();
}
Status swish(Decomposition& d) {
  Formula f(d);
  const double alpha = real_of(d.node(), "alpha", 1);
  const ValueId x = alpha == 1 ? d.in(0) : f.mul(d.in(0), alpha);
  d.yield(0, f.mul(d.in(0), f.of("Sigmoid", x)));
  return d.status();
}
Status thresholded_relu(Decomposition& d) {
  const ValueId x = d.in(0);
  const ValueId bound = d.scalar_like(x, real_of(d.node(), "alpha", 1));
  d.yield(0, d.add("Where", {d.add("Greater", {x, bound}), x, d.scalar_like(x, 0)}));
  return d.status();
}

Status shrink(Decomposition& d) {
  Formula f(d);
  const ValueId x = d.in(0);
  const double lambd = real_of(d.node(), "lambd", 0.5F), bias = real_of(d.node(), "bias", 0);
  const ValueId zero = d.scalar_like(x, 0);
  const ValueId above = d.add("Greater", {x, d.scalar_like(x, lambd)});
  const ValueId below = d.add("Less", {x, d.scalar_like(x, -lambd)});
  const ValueId low = d.add("Where", {below, f.add(x, bias), zero});
  d.yield(0, d.add("Where", {above, f.add(x, -bias), low}));
  return d.status();
}

// 1 - poly(t) * exp(-x^2), t = 1 / (1 + p |x|), with x's sign: Abramowitz and Stegun, Handbook of
// Mathematical Functions, 7.1.26; the error is at most 1.5e-7.
Status erf(Decomposition& d) {
  Formula f(d);
  constexpr double kP = 0.3275911;
  constexpr std::array kTerms = {1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592};
  const ValueId x = d.in(0);
  const ValueId size = f.of("Abs", x);
  const ValueId t = f.div(1, f.add(f.mul(size, kP), 1));
  ValueId sum = f.mul(t, kTerms[0]);
  for (std::size_t i = 1; i < kTerms.size(); ++i) sum = f.mul(f.add(sum, kTerms[i]), t);
  const ValueId curve = f.mul(sum, f.of("Exp", f.of("Neg", f.mul(x, x))));
  d.yield(0, f.mul(f.of("Sign", x), f.sub(1, curve)));
  return d.status();
}

Status reciprocal(Decomposition& d) {
  d.yield(0, Formula(d).div(1, d.in(0)));
  return d.status();
}
Status tan(Decomposition& d) {
  Formula f(d);
  d.yield(0, f.div(f.of("Sin", d.in(0)), f.of("Cos", d.in(0))));
  return d.status();
}

// (exp(x) + sign * exp(-x)) / 2
Status hyperbolic(Decomposition& d, double sign) {
  Formula f(d);
  const ValueId up = f.of("Exp", d.in(0)), down = f.of("Exp", f.of("Neg", d.in(0)));
  d.yield(0, f.mul(f.add(up, f.mul(down, sign)), 0.5));
  return d.status();
}
Status cosh(Decomposition& d) { return hyperbolic(d, 1); }
Status sinh(Decomposition& d) { return hyperbolic(d, -1); }

// Of integers, which have no such kernels.
Status relu_of_integers(Decomposition& d) {
  d.yield(0, d.add("Max", {d.in(0), d.scalar_like(d.in(0), 0)}));
  return d.status();
}
Status abs_of_integers(Decomposition& d) {
  const bool is_signed = d.dtype(d.in(0)) != DType::kU8;
  d.yield(0, is_signed ? d.add("Max", {d.in(0), d.add("Neg", {d.in(0)})})
                       : d.add("Identity", {d.in(0)}));
  return d.status();
}
bool is_no_float(const Graph& graph, const Node& node) {
  return graph.value(node.inputs[0]).type.tensor.dtype != DType::kF32;
}
bool is_no_s32(const Graph& graph, const Node& node) {
  return is_no_float(graph, node) && graph.value(node.inputs[0]).type.tensor.dtype != DType::kS32;
}

bool has_own_alpha(const Graph&, const Node& node) { return real_of(node, "alpha", 1) != 1; }

constexpr Lowering kLowerings[] = {
    {"Relu", relu_of_integers, is_no_float},
    {"Abs", abs_of_integers, is_no_s32},
    {"HardSigmoid", hard_sigmoid},
    {"Selu", selu},
    {"Celu", celu},
    {"Elu", elu, has_own_alpha},
    {"Softplus", softplus},
    {"Mish", mish},
    {"Softsign", softsign},
    {"Swish", swish},
    {"ThresholdedRelu", thresholded_relu},
    {"Shrink", shrink},
    {"Erf", erf},
    {"Reciprocal", reciprocal},
    {"Tan", tan},
    {"Cosh", cosh},
    {"Sinh", sinh},
};

}  // namespace

extern const Lowerings kLowerActivations;
constinit const Lowerings kLowerActivations{kLowerings};

}  // namespace mote::tfl::write
