// Functions of single elements, and of the elements of two tensors that broadcast.
#include "format/tflite/read/ops/mover.h"
#include "ir/dtype.h"

namespace mote::tfl {
namespace {

using Order = Permutation;

// -- of one

template <const char* kOp>
void unary(OpReader& op) {
  const Order order = op.common_order();
  op.yield(0, op.add(kOp, {op.real(0, order)}), order);
}

constexpr char kAbs[] = "Abs", kNeg[] = "Neg", kSqrt[] = "Sqrt", kExp[] = "Exp", kLog[] = "Log",
               kSin[] = "Sin", kCos[] = "Cos", kFloor[] = "Floor", kCeil[] = "Ceil",
               kRound[] = "Round", kSign[] = "Sign", kNot[] = "Not";

void rsqrt(OpReader& op) {
  const Order order = op.common_order();
  op.yield(0, op.add("Reciprocal", {op.add("Sqrt", {op.real(0, order)})}), order);
}

void square(OpReader& op) {
  const Order order = op.common_order();
  const ValueId x = op.real(0, order);
  op.yield(0, op.add("Mul", {x, x}), order);
}

// -- of two

template <class Options>
fb::ActivationFunctionType activation_of(OpReader& op) {
  const auto* o = op.options<Options>();
  return o == nullptr ? fb::ActivationFunctionType_NONE : o->fused_activation_function();
}

template <const char* kOp>
void binary(OpReader& op) {
  const Order order = op.common_order();
  op.yield(0, op.add(kOp, {op.aligned(0, order), op.aligned(1, order)}), order);
}

template <const char* kOp, class Options>
void arithmetic(OpReader& op) {
  const Order order = op.common_order();
  const ValueId value = op.add(kOp, {op.aligned(0, order), op.aligned(1, order)});
  op.yield(0, value, order, activation_of<Options>(op));
}

constexpr char kAdd[] = "Add", kSub[] = "Sub", kMul[] = "Mul", kDiv[] = "Div", kMax[] = "Max",
               kMin[] = "Min", kPow[] = "Pow", kAnd[] = "And", kOr[] = "Or", kEqual[] = "Equal",
               kLess[] = "Less", kLessOrEqual[] = "LessOrEqual", kGreater[] = "Greater",
               kGreaterOrEqual[] = "GreaterOrEqual";

void not_equal(OpReader& op) {
  const Order order = op.common_order();
  const ValueId equal = op.add("Equal", {op.aligned(0, order), op.aligned(1, order)});
  op.yield(0, op.add("Not", {equal}), order);
}

void squared_difference(OpReader& op) {
  const Order order = op.common_order();
  const ValueId d = op.add("Sub", {op.aligned(0, order), op.aligned(1, order)});
  op.yield(0, op.add("Mul", {d, d}), order);
}

void add_n(OpReader& op) {
  std::vector<ValueId> terms;
  for (std::size_t i = 0; i < op.input_count(); ++i) terms.push_back(op.real(i));
  ValueId sum = terms.empty() ? ValueId::kNone : terms[0];
  for (std::size_t i = 1; i < terms.size(); ++i) sum = op.add("Add", {sum, terms[i]});
  op.yield(0, sum);
}

// The remainder with the divisor's sign.
ValueId floor_mod(OpReader& op, ValueId x, ValueId y) {
  if (is_integer(op.dtype(x))) return op.add("Mod", {x, y});
  const ValueId zero = op.scalar_like(x, 0);
  const ValueId rest = op.add("Mod", {x, y}, {{"fmod", std::int64_t{1}}});
  const ValueId differ = op.add("Xor", {op.add("Less", {rest, zero}), op.add("Less", {y, zero})});
  const ValueId some = op.add("Not", {op.add("Equal", {rest, zero})});
  return op.add("Where", {op.add("And", {differ, some}), op.add("Add", {rest, y}), rest});
}

void read_floor_mod(OpReader& op) { op.yield(0, floor_mod(op, op.real(0), op.real(1))); }

void floor_div(OpReader& op) {
  const ValueId x = op.real(0), y = op.real(1);
  const DType dtype = op.dtype(x);
  if (!is_integer(dtype)) {  // a quotient of floats may be rounded up to a whole number
    const ValueId quotient = op.add("Div", {op.cast(x, DType::kF64), op.cast(y, DType::kF64)});
    return op.yield(0, op.cast(op.add("Floor", {quotient}), dtype));
  }
  // Exact, so that it does not matter which way Div rounds.
  op.yield(0, op.add("Div", {op.add("Sub", {x, floor_mod(op, x, y)}), y}));
}

// The angle of (x, y), by the quotient of the smaller by the larger, which is at most 1.
void atan2(OpReader& op) {
  constexpr double kPi = 3.14159265358979323846;
  const ValueId y = op.real(0), x = op.real(1);
  const ValueId ay = op.add("Abs", {y}), ax = op.add("Abs", {x});
  const ValueId zero = op.scalar_like(x, 0);
  const ValueId large = op.add("Max", {ay, ax}), small = op.add("Min", {ay, ax});
  const ValueId none = op.add("Equal", {large, zero});
  const ValueId quotient =
      op.add("Div", {small, op.add("Where", {none, op.scalar_like(x, 1), large})});
  const ValueId both_infinite = op.add("Equal", {small, large});
  ValueId angle =
      op.add("Atan", {op.add("Where", {op.add("And", {both_infinite, op.add("Not", {none})}),
                                       op.scalar_like(x, 1), quotient})});
  const auto minus = [&](double from, ValueId v) {
    return op.add("Sub", {op.scalar_like(x, from), v});
  };
  angle = op.add("Where", {op.add("Greater", {ay, ax}), minus(kPi / 2, angle), angle});
  // 1 / -0 tells the sign of a zero.
  const auto negative = [&](ValueId v) {
    const ValueId sign =
        op.add("Where", {op.add("Equal", {v, zero}), op.add("Reciprocal", {v}), v});
    return op.add("Less", {sign, zero});
  };
  angle = op.add("Where", {negative(x), minus(kPi, angle), angle});
  op.yield(0, op.add("Where", {negative(y), op.add("Neg", {angle}), angle}));
}

// -- bits and choices

void bitwise_and(OpReader& op) {
  const ValueId x = op.stored(0);
  op.yield_stored(0, op.add(op.dtype(x) == DType::kBool ? "And" : "BitwiseAnd", {x, op.stored(1)}));
}

void left_shift(OpReader& op) {
  const Attributes attributes{{"direction", std::string("LEFT")}};
  op.yield_stored(0, op.add("BitShift", {op.stored(0), op.stored(1)}, attributes));
}

void bitwise_xor(OpReader& op) {
  const ValueId x = op.stored(0);
  op.yield_stored(0, op.add(op.dtype(x) == DType::kBool ? "Xor" : "BitwiseXor", {x, op.stored(1)}));
}

// By division, rounded down, as negative numbers are shifted.
void right_shift(OpReader& op) {
  const ValueId x = op.stored(0);
  const DType dtype = op.dtype(x);
  const ValueId wide = op.cast(x, DType::kS64);
  const ValueId bits = op.cast(op.stored(1), DType::kS64);
  const ValueId divisor = op.add("Pow", {op.s64(2), bits});
  const ValueId rest = op.add("Mod", {wide, divisor});
  const ValueId shifted = op.add("Div", {op.add("Sub", {wide, rest}), divisor});
  op.yield_stored(0, op.cast(shifted, dtype));
}

void select(OpReader& op) {
  Mover m(op, 1, 2);
  const ValueId x = m.in(1), y = m.in(2);
  ValueId condition = op.stored(0);
  const int rank = op.rank(x);
  // A condition of rank 1 chooses rows.
  if (op.rank(condition) == 1 && rank > 1) {
    std::vector<std::int64_t> axes;
    for (int axis = 1; axis < rank; ++axis) axes.push_back(axis);
    condition = op.add("Unsqueeze", {condition, op.integers(std::move(axes))});
  }
  m.yield(0, op.add("Where", {condition, x, y}));
}

void select_v2(OpReader& op) {
  Mover m(op, 1, 2);
  m.yield(0, op.add("Where", {op.stored(0), m.in(1), m.in(2)}));
}

constexpr Mapping kMappings[] = {
    {fb::BuiltinOperator_ABS, unary<kAbs>},
    {fb::BuiltinOperator_NEG, unary<kNeg>},
    {fb::BuiltinOperator_SQRT, unary<kSqrt>},
    {fb::BuiltinOperator_RSQRT, rsqrt},
    {fb::BuiltinOperator_EXP, unary<kExp>},
    {fb::BuiltinOperator_LOG, unary<kLog>},
    {fb::BuiltinOperator_SIN, unary<kSin>},
    {fb::BuiltinOperator_COS, unary<kCos>},
    {fb::BuiltinOperator_FLOOR, unary<kFloor>},
    {fb::BuiltinOperator_CEIL, unary<kCeil>},
    {fb::BuiltinOperator_ROUND, unary<kRound>},
    {fb::BuiltinOperator_SIGN, unary<kSign>},
    {fb::BuiltinOperator_LOGICAL_NOT, unary<kNot>},
    {fb::BuiltinOperator_SQUARE, square},
    {fb::BuiltinOperator_ADD, arithmetic<kAdd, fb::AddOptions>},
    {fb::BuiltinOperator_SUB, arithmetic<kSub, fb::SubOptions>},
    {fb::BuiltinOperator_MUL, arithmetic<kMul, fb::MulOptions>},
    {fb::BuiltinOperator_DIV, arithmetic<kDiv, fb::DivOptions>},
    {fb::BuiltinOperator_MAXIMUM, binary<kMax>},
    {fb::BuiltinOperator_MINIMUM, binary<kMin>},
    {fb::BuiltinOperator_POW, binary<kPow>},
    {fb::BuiltinOperator_ADD_N, add_n},
    {fb::BuiltinOperator_SQUARED_DIFFERENCE, squared_difference},
    {fb::BuiltinOperator_FLOOR_DIV, floor_div},
    {fb::BuiltinOperator_FLOOR_MOD, read_floor_mod},
    {fb::BuiltinOperator_ATAN2, atan2},
    {fb::BuiltinOperator_LOGICAL_AND, binary<kAnd>},
    {fb::BuiltinOperator_LOGICAL_OR, binary<kOr>},
    {fb::BuiltinOperator_EQUAL, binary<kEqual>},
    {fb::BuiltinOperator_NOT_EQUAL, not_equal},
    {fb::BuiltinOperator_LESS, binary<kLess>},
    {fb::BuiltinOperator_LESS_EQUAL, binary<kLessOrEqual>},
    {fb::BuiltinOperator_GREATER, binary<kGreater>},
    {fb::BuiltinOperator_GREATER_EQUAL, binary<kGreaterOrEqual>},
    {fb::BuiltinOperator_BITWISE_XOR, bitwise_xor},
    {fb::BuiltinOperator_RIGHT_SHIFT, right_shift},
    {fb::BuiltinOperator_STABLEHLO_ADD, binary<kAdd>},
    {fb::BuiltinOperator_STABLEHLO_MULTIPLY, binary<kMul>},
    {fb::BuiltinOperator_STABLEHLO_MAXIMUM, binary<kMax>},
    {fb::BuiltinOperator_STABLEHLO_MINIMUM, binary<kMin>},
    {fb::BuiltinOperator_STABLEHLO_AND, bitwise_and},
    {fb::BuiltinOperator_STABLEHLO_SHIFT_LEFT, left_shift},
    {fb::BuiltinOperator_SELECT, select},
    {fb::BuiltinOperator_SELECT_V2, select_v2},
};

}  // namespace

extern const Mappings kElementwise;
constinit const Mappings kElementwise{kMappings};

}  // namespace mote::tfl
