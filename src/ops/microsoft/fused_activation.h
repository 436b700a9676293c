// The activation that a fused operator applies to its result.
#pragma once
#include <string>
#include <vector>

#include "ops/decomposition.h"

namespace mote {

struct FusedActivation {
  std::string op_type;             // empty: none
  Attributes attributes;           // of op_type
  std::vector<float> bounds = {};  // of Clip: least and greatest
};

// A fused operator's attributes: those whose names begin with "activation", and the others.
struct FusedAttributes {
  Attributes activation, rest;
};
FusedAttributes split_attributes(const Attributes& attributes);

// name: as an ONNX operator, "" for none; params: what it needs, in the order of its attributes
// (Clip: min, max). Those that are missing are the operator's defaults.
// Errors: kInvalidArgument: a parameter that Clip lacks or that the operator has not; kUnsupported:
// another name.
Result<FusedActivation> fused_activation(std::string_view name, std::span<const float> params);

ValueId apply(Decomposition& d, const FusedActivation& activation, ValueId x);

}  // namespace mote
