#include "ops/microsoft/fused_activation.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace mote {
namespace {

struct Known {
  std::string_view op_type;
  std::array<std::string_view, 2> attributes;  // of its parameters; "" for none
};

constexpr Known kKnown[] = {
    {"Relu", {}},
    {"Tanh", {}},
    {"Sigmoid", {}},
    {"Softplus", {}},
    {"Softsign", {}},
    {"LeakyRelu", {"alpha", ""}},
    {"ThresholdedRelu", {"alpha", ""}},
    {"Elu", {"alpha", ""}},
    {"HardSigmoid", {"alpha", "beta"}},
    {"Selu", {"alpha", "gamma"}},
    {"Celu", {"alpha", ""}},
    {"Gelu", {}},
    {"HardSwish", {}},
};

}  // namespace

FusedAttributes split_attributes(const Attributes& attributes) {
  FusedAttributes split;
  for (const Attribute& a : attributes) {
    (a.name.starts_with("activation") ? split.activation : split.rest).append(a);
  }
  return split;
}

Result<FusedActivation> fused_activation(std::string_view name, std::span<const float> params) {
  FusedActivation activation;
  if (name.empty()) return activation;
  activation.op_type = name;
  if (name == "Clip") {
    if (params.size() != 2) {
      return Error{Code::kInvalidArgument,
                   cat("activation Clip has ", params.size(), " parameters, not 2")};
    }
    activation.bounds.assign(params.begin(), params.end());
    return activation;
  }
  const auto* known = std::ranges::find(kKnown, name, &Known::op_type);
  if (known == std::end(kKnown)) {
    return Error{Code::kUnsupported, cat("activation ", name, " is not one of this build")};
  }
  for (std::size_t i = 0; i < params.size(); ++i) {
    if (i >= known->attributes.size() || known->attributes[i].empty()) {
      return Error{Code::kInvalidArgument,
                   cat("activation ", name, " has ", params.size(), " parameters, takes ", i)};
    }
    activation.attributes.set(known->attributes[i], params[i]);
  }
  return activation;
}

ValueId apply(Decomposition& d, const FusedActivation& activation, ValueId x) {
  if (activation.op_type.empty()) return x;
  std::vector<ValueId> inputs{x};
  for (const float bound : activation.bounds) inputs.push_back(d.scalar_like(x, bound));
  return d.add(activation.op_type, std::move(inputs), activation.attributes);
}

}  // namespace mote
