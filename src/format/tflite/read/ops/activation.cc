// Activations, and functions over the last axis.
#include "format/tflite/read/op_reader.h"

namespace mote::tfl {
namespace {

template <fb::ActivationFunctionType kActivation>
void fused(OpReader& op) {
  const Permutation order = op.common_order();
  op.yield(0, op.real(0, order), order, kActivation);
}

void relu_0_to_1(OpReader& op) {
  const Permutation order = op.common_order();
  op.yield(0, op.clip(op.real(0, order), 0, 1), order);
}

void named(OpReader& op, std::string_view op_type, Attributes attributes = {}) {
  const Permutation order = op.common_order();
  op.yield(0, op.add(op_type, {op.real(0, order)}, std::move(attributes)), order);
}

void logistic(OpReader& op) { named(op, "Sigmoid"); }
void hard_swish(OpReader& op) { named(op, "HardSwish"); }
void elu(OpReader& op) { named(op, "Elu"); }

void gelu(OpReader& op) {
  const auto* o = op.options<fb::GeluOptions>();
  const bool approximate = o != nullptr && o->approximate();
  named(op, "Gelu", {{"approximate", std::string(approximate ? "tanh" : "none")}});
}

void leaky_relu(OpReader& op) {
  const auto* o = op.options<fb::LeakyReluOptions>();
  if (o == nullptr) return op.fail(no_options());
  named(op, "LeakyRelu", {{"alpha", o->alpha()}});
}

void prelu(OpReader& op) {
  const Permutation order = op.common_order();
  op.yield(0, op.add("PRelu", {op.aligned(0, order), op.aligned(1, order)}), order);
}

void softmax(OpReader& op) {
  const auto* o = op.options<fb::SoftmaxOptions>();
  if (o == nullptr) return op.fail(no_options());
  ValueId x = op.real(0);
  if (o->beta() != 1) x = op.add("Mul", {x, op.scalar_like(x, o->beta())});
  op.yield(0, op.add("Softmax", {x}, {{"axis", std::int64_t{-1}}}));
}

void log_softmax(OpReader& op) {
  op.yield(0, op.add("LogSoftmax", {op.real(0)}, {{"axis", std::int64_t{-1}}}));
}

// x / max(|x|, 1e-6), with |x| the Euclidean length along the last axis.
void l2_normalization(OpReader& op) {
  constexpr double kLeast = 1e-6;
  const auto* o = op.options<fb::L2NormOptions>();
  const ValueId x = op.real(0);
  const ValueId length = op.add("ReduceL2", {x, op.integers({-1})});
  const ValueId y = op.add("Div", {x, op.add("Max", {length, op.scalar_like(x, kLeast)})});
  op.yield(0, y, {},
           o == nullptr ? fb::ActivationFunctionType_NONE : o->fused_activation_function());
}

void local_response_normalization(OpReader& op) {
  const auto* o = op.options<fb::LocalResponseNormalizationOptions>();
  if (o == nullptr) return op.fail(no_options());
  const Permutation order = channels_first(4);
  const std::int64_t size = 2 * std::int64_t{o->radius()} + 1;
  // ONNX divides alpha by the size of the window.
  const Attributes attributes{{"size", size},
                              {"bias", o->bias()},
                              {"alpha", o->alpha() * static_cast<float>(size)},
                              {"beta", o->beta()}};
  op.yield(0, op.add("LRN", {op.real(0, order)}, attributes), order);
}

constexpr Mapping kMappings[] = {
    {fb::BuiltinOperator_RELU, fused<fb::ActivationFunctionType_RELU>},
    {fb::BuiltinOperator_RELU6, fused<fb::ActivationFunctionType_RELU6>},
    {fb::BuiltinOperator_RELU_N1_TO_1, fused<fb::ActivationFunctionType_RELU_N1_TO_1>},
    {fb::BuiltinOperator_RELU_0_TO_1, relu_0_to_1},
    {fb::BuiltinOperator_TANH, fused<fb::ActivationFunctionType_TANH>},
    {fb::BuiltinOperator_LOGISTIC, logistic},
    {fb::BuiltinOperator_HARD_SWISH, hard_swish},
    {fb::BuiltinOperator_ELU, elu},
    {fb::BuiltinOperator_GELU, gelu},
    {fb::BuiltinOperator_LEAKY_RELU, leaky_relu},
    {fb::BuiltinOperator_PRELU, prelu},
    {fb::BuiltinOperator_SOFTMAX, softmax},
    {fb::BuiltinOperator_LOG_SOFTMAX, log_softmax},
    {fb::BuiltinOperator_L2_NORMALIZATION, l2_normalization},
    {fb::BuiltinOperator_LOCAL_RESPONSE_NORMALIZATION, local_response_normalization},
};

}  // namespace

extern const Mappings kActivations;
constinit const Mappings kActivations{kMappings};

}  // namespace mote::tfl
