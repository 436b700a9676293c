#include "ops/recurrent/activation.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>

#include "base/text.h"

namespace mote {
namespace {

using Kind = RecurrentActivation::Kind;

struct Named {
  std::string_view name;
  RecurrentActivation f;
};

// Affine and ScaledTanh have no defaults in ONNX; ours leave their argument unscaled.
constexpr Named kActivations[] = {
    {"Relu", {Kind::kRelu}},
    {"Tanh", {Kind::kTanh}},
    {"Sigmoid", {Kind::kSigmoid}},
    {"Affine", {Kind::kAffine, 1.0F, 0.0F}},
    {"LeakyRelu", {Kind::kLeakyRelu, 0.01F}},
    {"ThresholdedRelu", {Kind::kThresholdedRelu, 1.0F}},
    {"ScaledTanh", {Kind::kScaledTanh, 1.0F, 1.0F}},
    {"HardSigmoid", {Kind::kHardSigmoid, 0.2F, 0.5F}},
    {"Elu", {Kind::kElu, 1.0F}},
    {"Softsign", {Kind::kSoftsign}},
    {"Softplus", {Kind::kSoftplus}},
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// What the unary kernels compute of it, if they do.
struct Call {
  UnaryF32 f;
  float a = 0.0F;
  float b = 0.0F;
};

std::optional<Call> kernel_of(const RecurrentActivation& f) {
  switch (f.kind) {
    case Kind::kRelu:
      return Call{UnaryF32::kClamp, 0.0F, std::numeric_limits<float>::infinity()};
    case Kind::kTanh:
      return Call{UnaryF32::kTanh};
    case Kind::kSigmoid:
      return Call{UnaryF32::kSigmoid};
    case Kind::kLeakyRelu:
      return Call{UnaryF32::kLeakyRelu, f.alpha};
    case Kind::kHardSigmoid:
      return Call{UnaryF32::kHardSigmoid, f.alpha, f.beta};
    case Kind::kElu:
      return Call{UnaryF32::kElu, f.alpha};
    default:
      return std::nullopt;
  }
}

}  // namespace

bool RecurrentActivation::has_alpha() const {
  return has_beta() || kind == Kind::kLeakyRelu || kind == Kind::kThresholdedRelu ||
         kind == Kind::kElu;
}

bool RecurrentActivation::has_beta() const {
  return kind == Kind::kAffine || kind == Kind::kScaledTanh || kind == Kind::kHardSigmoid;
}

Result<RecurrentActivation> activation_named(std::string_view name) {
  std::string names;
  for (const Named& known : kActivations) {
    if (std::ranges::equal(name, known.name, {}, lower, lower)) return known.f;
    names += cat(names.empty() ? "" : ", ", known.name);
  }
  return Error{Code::kInvalidArgument, cat("activation '", name, "' is none of ", names)};
}

void apply_f32(const KernelTable& kernels, const RecurrentActivation& f, float* y, std::int64_t n) {
  if (const auto call = kernel_of(f)) return kernels.unary_f32(call->f, call->a, call->b, y, y, n);
  for (std::int64_t i = 0; i < n; ++i) y[i] = f(y[i]);
}

}  // namespace mote
