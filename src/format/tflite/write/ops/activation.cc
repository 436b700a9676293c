// Elementwise operators of one input, and Softmax.
#include <cmath>
#include <limits>

#include "format/tflite/write/op_writer.h"

namespace mote::tfl::write {
namespace {

template <fb::BuiltinOperator code>
void unary(OpWriter& op) {
  const Order order = op.order_of(0);
  op.emit(code, {op.tensor(0, order)}, order);
}

void leaky_relu(OpWriter& op) {
  const Order order = op.order_of(0);
  fb::LeakyReluOptionsT o;
  o.alpha = op.real("alpha", 0.01F);
  op.emit(fb::BuiltinOperator_LEAKY_RELU, {op.tensor(0, order)}, order, options(std::move(o)));
}

void prelu(OpWriter& op) {
  const Order order = op.common_order(op.rank(op.out()));
  op.emit(fb::BuiltinOperator_PRELU, {op.tensor(0, order), op.aligned(1, order)}, order);
}

void gelu(OpWriter& op) {
  const Order order = op.order_of(0);
  fb::GeluOptionsT o;
  o.approximate = op.text("approximate", "none") == "tanh";
  op.emit(fb::BuiltinOperator_GELU, {op.tensor(0, order)}, order, options(std::move(o)));
}

void elu(OpWriter& op) {
  if (op.real("alpha", 1.0F) != 1.0F) return op.unsupported("an alpha other than 1");
  unary<fb::BuiltinOperator_ELU>(op);
}

// Bounds for which there is an operator; otherwise the greater and the lesser of numbers.
void clip(OpWriter& op) {
  const Order order = op.order_of(0);
  const auto low = op.number_of(1), high = op.number_of(2);
  const bool is_f32 = op.type(op.in(0)).dtype == DType::kF32;
  if (is_f32 && low == 0 && high == 6) return unary<fb::BuiltinOperator_RELU6>(op);
  if (is_f32 && low == 0 && !op.has(2)) return unary<fb::BuiltinOperator_RELU>(op);
  if (is_f32 && low == -1 && high == 1) return unary<fb::BuiltinOperator_RELU_N1_TO_1>(op);
  std::int32_t x = op.tensor(0, order);
  if (op.has(1) && op.has(2)) {
    x = op.before(
        fb::BuiltinOperator_MAXIMUM, {x, op.plain(1)},
        {"clipped", op.type(op.in(0)).dtype, in_order(sizes_of(op.shape(op.in(0))), order)});
  }
  if (op.has(2)) return op.emit(fb::BuiltinOperator_MINIMUM, {x, op.plain(2)}, order);
  if (op.has(1)) return op.emit(fb::BuiltinOperator_MAXIMUM, {x, op.plain(1)}, order);
  op.places().view(op.out(), op.in(0), as_is(op.rank(op.in(0))));
}

// Along the last axis.
Order with_last(OpWriter& op, int axis) {
  Order order = op.order_of(0);
  std::erase(order, axis);
  order.push_back(axis);
  return order;
}

void softmax(OpWriter& op) {
  const Order order = with_last(op, op.axis(-1, op.in(0)));
  fb::SoftmaxOptionsT o;
  o.beta = 1;
  op.emit(fb::BuiltinOperator_SOFTMAX, {op.tensor(0, order)}, order, options(std::move(o)));
}

void log_softmax(OpWriter& op) {
  const Order order = with_last(op, op.axis(-1, op.in(0)));
  op.emit(fb::BuiltinOperator_LOG_SOFTMAX, {op.tensor(0, order)}, order);
}

// Other bounds have no kernel of integers.
bool has_activation(OpWriter& op) {
  const auto low = op.number_of(1), high = op.number_of(2);
  return (low == 0 && (high == 6 || !op.has(2))) || (low == -1 && high == 1);
}

constexpr Mapping kMappings[] = {
    {"Relu", unary<fb::BuiltinOperator_RELU>, kF32, Integers::kOwn},
    {"Clip", clip, kNumbers | kBytes | kS16, Integers::kOwn, Fuses::kNothing, has_activation},
    {"LeakyRelu", leaky_relu, kF32, Integers::kOwn},
    {"PRelu", prelu, kF32},
    {"HardSwish", unary<fb::BuiltinOperator_HARD_SWISH>, kF32, Integers::kOwn, Fuses::kNothing,
     [](OpWriter& op) { return op.result_dtype() != DType::kS16; }},
    {"Elu", elu, kF32},
    {"Gelu", gelu, kF32},
    {"Sigmoid", unary<fb::BuiltinOperator_LOGISTIC>, kF32, Integers::kUnit},
    {"Tanh", unary<fb::BuiltinOperator_TANH>, kF32, Integers::kTwoUnits},
    {"Softmax", softmax, kF32, Integers::kUnit},
    {"LogSoftmax", log_softmax, kF32},
    {"Exp", unary<fb::BuiltinOperator_EXP>, kF32},
    {"Log", unary<fb::BuiltinOperator_LOG>, kF32},
    {"Sqrt", unary<fb::BuiltinOperator_SQRT>, kF32},
    {"Abs", unary<fb::BuiltinOperator_ABS>, types({DType::kF32, DType::kS32})},
    {"Neg", unary<fb::BuiltinOperator_NEG>, kNumbers},
    {"Ceil", unary<fb::BuiltinOperator_CEIL>, kF32},
    {"Floor", unary<fb::BuiltinOperator_FLOOR>, kF32},
    {"Round", unary<fb::BuiltinOperator_ROUND>, kF32},
    {"Sin", unary<fb::BuiltinOperator_SIN>, kF32},
    {"Cos", unary<fb::BuiltinOperator_COS>, kF32},
    {"Sign", unary<fb::BuiltinOperator_SIGN>, types({DType::kF32, DType::kS32})},
    {"Not", unary<fb::BuiltinOperator_LOGICAL_NOT>, kBool},
};

}  // namespace

extern const Mappings kWriteActivations;
constinit const Mappings kWriteActivations{kMappings};

}  // namespace mote::tfl::write
