// Operators that give the same elements other sizes, and those that make tensors of sizes.
#include "format/tflite/write/op_writer.h"

namespace mote::tfl::write {
namespace {

void identity(OpWriter& op) { op.places().view(op.out(), op.in(0), as_is(op.rank(op.in(0)))); }

void transpose(OpWriter& op) {
  const int rank = op.rank(op.in(0));
  std::vector<std::int64_t> reversed;
  for (int i = rank; i-- > 0;) reversed.push_back(i);
  const auto perm = op.integers("perm", reversed);
  op.places().view(op.out(), op.in(0), Order(perm.begin(), perm.end()));
}

// True also if not all is known. A model may state what its own run would deny.
bool have_as_many(const TensorType& a, const TensorType& b) {
  const auto a_dims = a.dims(), b_dims = b.dims();
  if (!a_dims || !b_dims) return true;
  const auto a_count = byte_size(DType::kU8, *a_dims), b_count = byte_size(DType::kU8, *b_dims);
  return a_count && b_count && *a_count == *b_count;
}

// By the sizes that are known of the result, or by what the graph computes.
void reshape(OpWriter& op) {
  const Shape made = op.shape(op.out());
  if (!have_as_many(op.type(op.in(0)), op.type(op.out()))) {
    return op.unsupported("a result of more or fewer elements than its input");
  }
  const bool known = std::ranges::count_if(made, [](const Dim& d) { return !d.known(); }) <= 1;
  const std::int32_t from = op.flat(0);
  if (!known && op.has(1) && op.node().op_type == "Reshape" && !op.graph().is_constant(op.in(1))) {
    const std::int32_t sizes = op.as_s32(1);
    return op.emit(fb::BuiltinOperator_RESHAPE, {from, sizes}, as_is(op.rank(op.out())));
  }
  op.emit(fb::BuiltinOperator_RESHAPE, {from, op.shape_constant(made)}, as_is(op.rank(op.out())));
}

bool leaves_to_runtime(const Shape& shape) {
  return std::ranges::count_if(shape, [](const Dim& d) { return !d.known(); }) > 1;
}

// In whatever order the others are in.
void squeeze(OpWriter& op) {
  const int rank = op.rank(op.in(0));
  const int left = op.rank(op.out());
  if (!op.status()) return;
  const auto stated = op.integers_of(1);
  std::vector<bool> gone(static_cast<std::size_t>(rank), false);
  const Shape shape = op.shape(op.in(0));
  for (int i = 0; i < rank; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const auto names = [&](std::int64_t a) { return (a < 0 ? a + rank : a) == i; };
    gone[at] = stated ? std::ranges::any_of(*stated, names) : shape[at].size() == 1;
  }
  const Order order = op.order_of(0);
  Order rest;
  for (const int axis : order) {
    if (gone[static_cast<std::size_t>(axis)]) continue;
    rest.push_back(axis - static_cast<int>(std::count(gone.begin(), gone.begin() + axis, true)));
  }
  if (static_cast<int>(rest.size()) != left) return reshape(op);
  if (leaves_to_runtime(op.shape(op.out()))) {
    fb::SqueezeOptionsT o;
    for (int i = 0; i < rank; ++i) {
      if (gone[static_cast<std::size_t>(i)]) o.squeeze_dims.push_back(position_of(order, i));
    }
    return op.emit(fb::BuiltinOperator_SQUEEZE, {op.tensor(0, order)}, rest, options(std::move(o)));
  }
  const Shape made = in_order(op.shape(op.out()), rest);
  op.emit(fb::BuiltinOperator_RESHAPE, {op.tensor(0, order), op.shape_constant(made)}, rest);
}

// One after the other, from the first.
void expand_axes(OpWriter& op, const std::vector<bool>& fresh) {
  Shape sizes = op.shape(op.in(0));
  std::int32_t x = op.plain(0);
  const auto last = std::ranges::find(fresh.rbegin(), fresh.rend(), true).base() - 1;
  for (auto it = fresh.begin(); it != last; ++it) {
    if (!*it) continue;
    const auto at = it - fresh.begin();
    sizes.insert(sizes.begin() + at, Dim(1));
    TensorSpec spec = op.spec("/expanded", op.written(x).dtype, sizes);
    spec.grid = op.written(x).grid;
    x = op.before(fb::BuiltinOperator_EXPAND_DIMS, {x, op.s32(at)}, std::move(spec));
    if (!op.status()) return;
  }
  op.emit(fb::BuiltinOperator_EXPAND_DIMS, {x, op.s32(last - fresh.begin())},
          as_is(op.rank(op.out())));
}

// A new axis stands before the one that follows it.
void unsqueeze(OpWriter& op) {
  const int rank = op.rank(op.out());
  const auto stated = op.integers_of(1);
  if (!op.status() || !stated) return;
  std::vector<bool> fresh(static_cast<std::size_t>(rank), false);
  for (const std::int64_t a : *stated) fresh[static_cast<std::size_t>(a < 0 ? a + rank : a)] = true;
  if (leaves_to_runtime(op.shape(op.out())) && !stated->empty()) return expand_axes(op, fresh);
  std::vector<int> old;  // of each axis of the input, its number in the output
  for (int i = 0; i < rank; ++i) {
    if (!fresh[static_cast<std::size_t>(i)]) old.push_back(i);
  }
  const Order order = op.order_of(0);
  Order made;
  for (const int axis : order) made.push_back(old[static_cast<std::size_t>(axis)]);
  for (int i = rank; i-- > 0;) {
    if (!fresh[static_cast<std::size_t>(i)]) continue;
    made.insert(std::ranges::find(made, i + 1), i);
  }
  const Shape sizes = in_order(op.shape(op.out()), made);
  op.emit(fb::BuiltinOperator_RESHAPE, {op.tensor(0, order), op.shape_constant(sizes)}, made);
}

void shape_of(OpWriter& op) {
  const bool part = op.integer("start", 0) != 0 || op.node().attributes.find("end") != nullptr;
  if (part) return op.unsupported("a part of a shape");
  fb::ShapeOptionsT o;
  o.out_type = fb::TensorType_INT64;
  op.emit(fb::BuiltinOperator_SHAPE, {op.plain(0)}, as_is(1), options(o));
}

void constant_of_shape(OpWriter& op) {
  const AttributeValue* value = op.node().attributes.find("value");
  const auto* stated = value == nullptr ? nullptr : std::get_if<Tensor>(value);
  Tensor fill = stated == nullptr ? Tensor::scalar(0.0F) : stated->reshaped({});
  const std::int32_t sizes = op.plain(0);
  op.emit(fb::BuiltinOperator_FILL, {sizes, op.constant(std::move(fill))},
          as_is(op.rank(op.out())));
}

void expand(OpWriter& op) {
  const Order order = as_is(op.rank(op.out()));
  const auto made = op.type(op.out()).dims();
  const std::int32_t from = op.plain(0);
  if (!made && op.graph().is_constant(op.in(1))) {
    return op.unsupported("what it expands to has an open size");
  }
  const std::int32_t sizes = made ? op.s32(std::span<const std::int64_t>(*made)) : op.as_s32(1);
  op.emit(fb::BuiltinOperator_BROADCAST_TO, {from, sizes}, order);
}

// One element, without axes.
std::int32_t scalar(OpWriter& op, std::size_t i) {
  const std::int32_t x = op.plain(i);
  if (!op.status() || op.written(x).shape.empty()) return x;
  return op.before(fb::BuiltinOperator_RESHAPE, {x, op.shape_constant({})},
                   op.spec("/scalar", op.written(x).dtype, {}));
}

void range(OpWriter& op) {
  op.emit(fb::BuiltinOperator_RANGE, {scalar(op, 0), scalar(op, 1), scalar(op, 2)}, as_is(1));
}

constexpr Mapping kMappings[] = {
    {"Identity", identity, kAnyElements, Integers::kMoves},
    {"Transpose", transpose, kAnyElements, Integers::kMoves},
    {"Reshape", reshape, kAnyElements, Integers::kMoves},
    {"Flatten", reshape, kAnyElements, Integers::kMoves},
    {"Squeeze", squeeze, kAnyElements, Integers::kMoves},
    {"Unsqueeze", unsqueeze, kAnyElements, Integers::kMoves},
    {"Shape", shape_of, kAnyElements},
    {"ConstantOfShape", constant_of_shape, kAnyElements},
    {"Expand", expand, kAnyElements, Integers::kMoves},
    {"Range", range, kNumbers},
};

}  // namespace

extern const Mappings kWriteShapes;
constinit const Mappings kWriteShapes{kMappings};

}  // namespace mote::tfl::write
