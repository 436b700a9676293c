// Elementwise operators of two and three inputs.
#include "format/tflite/write/op_writer.h"

namespace mote::tfl::write {
namespace {

int result_rank(OpWriter& op) { return op.rank(op.out()); }

template <class Options>
void with_activation(OpWriter& op, fb::BuiltinOperator code) {
  const Order order = op.common_order(result_rank(op));
  Options o;
  o.fused_activation_function = op.ending().activation;
  if constexpr (requires { o.pot_scale_int16; }) o.pot_scale_int16 = false;
  op.emit(code, {op.aligned(0, order), op.aligned(1, order)}, order, options(std::move(o)));
}

void add(OpWriter& op) { with_activation<fb::AddOptionsT>(op, fb::BuiltinOperator_ADD); }
void sub(OpWriter& op) { with_activation<fb::SubOptionsT>(op, fb::BuiltinOperator_SUB); }
void mul(OpWriter& op) { with_activation<fb::MulOptionsT>(op, fb::BuiltinOperator_MUL); }
void div(OpWriter& op) { with_activation<fb::DivOptionsT>(op, fb::BuiltinOperator_DIV); }

// Of 16 bits kernels take integers by powers of two, or not at all.
bool in_eight_bits(OpWriter& op) { return op.result_dtype() != DType::kS16; }

template <fb::BuiltinOperator code>
void binary(OpWriter& op) {
  const Order order = op.common_order(result_rank(op));
  op.emit(code, {op.aligned(0, order), op.aligned(1, order)}, order);
}

void mod(OpWriter& op) {
  if (op.integer("fmod", 0) != 0) return op.unsupported("a remainder with the dividend's sign");
  binary<fb::BuiltinOperator_FLOOR_MOD>(op);
}

void where(OpWriter& op) {
  const Order order = op.common_order(result_rank(op));
  op.emit(fb::BuiltinOperator_SELECT_V2,
          {op.aligned(0, order), op.aligned(1, order), op.aligned(2, order)}, order);
}

constexpr Mapping kMappings[] = {
    {"Add", add, kNumbers, Integers::kOwn, Fuses::kActivation},
    {"Sub", sub, kNumbers, Integers::kOwn, Fuses::kActivation, in_eight_bits},
    {"Mul", mul, kNumbers, Integers::kOwn, Fuses::kActivation, in_eight_bits},
    {"Div", div, types({DType::kF32, DType::kS32}), Integers::kNever, Fuses::kActivation},
    {"Pow", binary<fb::BuiltinOperator_POW>, types({DType::kF32, DType::kS32})},
    {"Max", binary<fb::BuiltinOperator_MAXIMUM>, kNumbers | kBytes | kS16},
    {"Min", binary<fb::BuiltinOperator_MINIMUM>, kNumbers | kBytes | kS16},
    {"Mod", mod, kNumbers},
    {"Equal", binary<fb::BuiltinOperator_EQUAL>, kNumbers | kBool},
    {"Less", binary<fb::BuiltinOperator_LESS>, kNumbers},
    {"LessOrEqual", binary<fb::BuiltinOperator_LESS_EQUAL>, kNumbers},
    {"Greater", binary<fb::BuiltinOperator_GREATER>, kNumbers},
    {"GreaterOrEqual", binary<fb::BuiltinOperator_GREATER_EQUAL>, kNumbers},
    {"And", binary<fb::BuiltinOperator_LOGICAL_AND>, kBool},
    {"Or", binary<fb::BuiltinOperator_LOGICAL_OR>, kBool},
    {"Xor", binary<fb::BuiltinOperator_NOT_EQUAL>, kBool},
    {"Where", where, kAnyElements},
};

}  // namespace

extern const Mappings kWriteArithmetic;
constinit const Mappings kWriteArithmetic{kMappings};

}  // namespace mote::tfl::write
