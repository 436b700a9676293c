#include "ops/exec/activation.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace mote {
namespace {

struct Named {
  std::string_view name;
  UnaryF32 function;
};

constexpr Named kNames[] = {
    {"", UnaryF32::kIdentity},
    {"Clamp", UnaryF32::kClamp},
    {"HardSigmoid", UnaryF32::kHardSigmoid},
    {"HardSwish", UnaryF32::kHardSwish},
    {"Sigmoid", UnaryF32::kSigmoid},
    {"Silu", UnaryF32::kSilu},
    {"Tanh", UnaryF32::kTanh},
    {"LeakyRelu", UnaryF32::kLeakyRelu},
    {"Gelu", UnaryF32::kGelu},
};

// NaN stays NaN.
double clamp(double x, double low, double high) {
  const double raised = x < low ? low : x;
  return raised > high ? high : raised;
}

double sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }

}  // namespace

Status read_activation(AttributeReader& r, EpilogueActivation& activation) {
  const std::string name = r.text("activation", "");
  activation.a = r.real("activation_a", 0.0F);
  activation.b = r.real("activation_b", 0.0F);
  const auto* it = std::ranges::find(kNames, name, &Named::name);
  if (it == std::end(kNames)) {
    return Error{Code::kInvalidArgument, cat("activation '", name, "' is not known")};
  }
  activation.function = it->function;
  return {};
}

double activate(const EpilogueActivation& activation, double x) {
  const auto a = static_cast<double>(activation.a);
  const auto b = static_cast<double>(activation.b);
  switch (activation.function) {
    case UnaryF32::kClamp:
      return clamp(x, a, b);
    case UnaryF32::kHardSigmoid:
      return clamp(a * x + b, 0.0, 1.0);
    case UnaryF32::kHardSwish:
      return x * clamp(x / 6.0 + 0.5, 0.0, 1.0);
    case UnaryF32::kSigmoid:
      return sigmoid(x);
    case UnaryF32::kSilu:
      return x * sigmoid(x);
    case UnaryF32::kTanh:
      return std::tanh(x);
    case UnaryF32::kLeakyRelu:
      return x < 0.0 ? a * x : x;
    case UnaryF32::kGelu:
      return 0.5 * x * (1.0 + std::erf(x / std::sqrt(2.0)));
    default:
      return x;
  }
}

}  // namespace mote
