// Operators of the domain com.microsoft, which ONNX Runtime's tools put into models. Most are
// functions of ONNX's own.
#pragma once
#include "ops/decomposition.h"
#include "ops/ops.h"

namespace mote {

inline constexpr int kMicrosoftVersions[] = {1};

using ParseFunction = Result<std::unique_ptr<const OpParams>> (*)(const Attributes&);

struct Arity {
  int min_inputs, max_inputs;
  int max_outputs = 1;
};

template <Status (*decompose)(Decomposition&)>
constexpr OpDef composite(std::string_view name, Arity arity, ParseFunction parse = nullptr) {
  OpDef op;
  op.name = name;
  op.domain = "com.microsoft";
  op.min_inputs = arity.min_inputs;
  op.max_inputs = arity.max_inputs;
  op.max_outputs = arity.max_outputs;
  op.parse = parse;
  op.infer = infer_decomposed<decompose>;
  op.decompose = decompose;
  return op;
}

// Yields what is there for outputs that the node asks for.
inline void yield_all(Decomposition& d, std::span<const ValueId> values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (d.wants(i)) d.yield(i, values[i]);
  }
}

inline ValueId cast_to(Decomposition& d, ValueId x, DType dtype) {
  if (d.dtype(x) == dtype) return x;
  return d.add("Cast", {x}, {{"to", static_cast<std::int64_t>(dtype)}});
}

}  // namespace mote

// Defines the operator's constants at the end of its file. definition: an OpDef.
#define MOTE_MICROSOFT_OP(Op, definition, text, op_samples)                    \
  extern const OpDef kOp_com_microsoft_##Op;                                   \
  constinit const OpDef kOp_com_microsoft_##Op = definition;                   \
  extern const OnnxOp kOnnx_com_microsoft_##Op;                                \
  constinit const OnnxOp kOnnx_com_microsoft_##Op = {                          \
      .name = #Op, .domain = "com.microsoft", .versions = kMicrosoftVersions}; \
  extern const OpDoc kDoc_com_microsoft_##Op;                                  \
  constinit const OpDoc kDoc_com_microsoft_##Op = {                            \
      .name = #Op, .domain = "com.microsoft", .doc = text, .samples = op_samples};
