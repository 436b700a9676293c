// Shapes as values, and tensors made from them.
#include <algorithm>

#include "base/text.h"
#include "format/tflite/read/ops/mover.h"

namespace mote::tfl {
namespace {

void shape(OpReader& op) {
  op.yield_stored(0, op.cast(op.add("Shape", {op.stored(0)}), op.out(0).dtype));
}

void rank(OpReader& op) {
  const int r = op.rank_of(0);
  op.yield_stored(0, op.constant(Tensor::scalar<std::int32_t>(r)));
}

void fill(OpReader& op) {
  Mover m(op, 1);
  m.yield(0, op.add("Expand", {m.in(1), op.as_s64(0)}));
}

void zeros_like(OpReader& op) {
  const ValueId x = op.real(0);
  op.yield(0, op.add("Expand", {op.scalar_like(x, 0), op.add("Shape", {x})}));
}

void range(OpReader& op) { op.yield(0, op.add("Range", {op.real(0), op.real(1), op.real(2)})); }

void broadcast_to(OpReader& op) {
  Mover m(op);
  m.yield(0, op.add("Expand", {m.in(0), op.as_s64(1)}));
}

// Of two shapes the one that tensors of both broadcast to.
void broadcast_args(OpReader& op) {
  ValueId a = op.as_s64(0), b = op.as_s64(1);
  const auto dims_a = op.type(a).dims(), dims_b = op.type(b).dims();
  if (!op.status()) return;
  if (!dims_a || !dims_b || dims_a->rank() != 1 || dims_b->rank() != 1) {
    return op.unsupported("shapes of unknown rank");
  }
  const std::int64_t count = std::max((*dims_a)[0], (*dims_b)[0]);
  if (count > kMaxRank) return op.unsupported(cat("a shape of rank ", count));
  const auto widen = [&](ValueId v, std::int64_t has) {
    if (has == count) return v;
    std::vector<std::int64_t> ones(static_cast<std::size_t>(count - has), 1);
    return op.add("Concat", {op.integers(std::move(ones)), v}, {{"axis", std::int64_t{0}}});
  };
  a = widen(a, (*dims_a)[0]);
  b = widen(b, (*dims_b)[0]);
  const ValueId both = op.add("Where", {op.add("Equal", {a, op.s64(1)}), b, a});
  op.yield_stored(0, op.cast(both, op.out(0).dtype));
}

// -- random numbers, drawn anew in each run

void random(OpReader& op, std::string_view op_type) {
  const auto* o = op.options<fb::RandomOptions>();
  const ValueId like = op.add("Expand", {op.f32(0), op.as_s64(0)});
  Attributes attributes;
  if (o != nullptr && (o->seed() != 0 || o->seed2() != 0)) {
    attributes.set("seed", static_cast<float>(o->seed() ^ o->seed2()));
  }
  op.yield(0, op.add(op_type, {like}, std::move(attributes)));
}

void random_uniform(OpReader& op) { random(op, "RandomUniformLike"); }
void random_standard_normal(OpReader& op) { random(op, "RandomNormalLike"); }

void multinomial(OpReader& op) {
  const auto* o = op.options<fb::RandomOptions>();
  const DType to = op.out(0).dtype;
  Attributes attributes{{"sample_size", op.integer_of(1)},
                        {"dtype", std::int64_t{static_cast<int>(to)}}};
  if (o != nullptr && (o->seed() != 0 || o->seed2() != 0)) {
    attributes.set("seed", static_cast<float>(o->seed() ^ o->seed2()));
  }
  op.yield_stored(0, op.add("Multinomial", {op.real(0)}, std::move(attributes)));
}

// -- diagonals

// bool[rows,columns]: whether row and column are the same.
ValueId diagonal_mask(OpReader& op, std::int64_t rows, std::int64_t columns) {
  const auto range = [&](std::int64_t count) {
    return op.add("Range", {op.s64(0), op.s64(count), op.s64(1)});
  };
  return op.add("Equal", {op.reshape(range(rows), {rows, 1}), range(columns)});
}

// x[..., n] → [..., n, n]
void matrix_diag(OpReader& op) {
  const ValueId x = op.stored(0);
  const auto dims = op.type(x).dims();
  if (!op.status()) return;
  if (!dims || dims->rank() < 1) return op.unsupported("a vector of unknown size");
  const std::int64_t n = (*dims)[dims->rank() - 1];
  const ValueId column = op.add("Unsqueeze", {x, op.integers({-1})});
  op.yield_stored(0, op.add("Where", {diagonal_mask(op, n, n), column, op.scalar_like(x, 0)}));
}

// x[..., m, n] with d[..., min(m, n)] on its diagonal.
void matrix_set_diag(OpReader& op) {
  const ValueId x = op.stored(0), d = op.stored(1);
  const auto dims = op.type(x).dims();
  if (!op.status()) return;
  if (!dims || dims->rank() < 2) return op.unsupported("a matrix of unknown size");
  const std::int64_t m = (*dims)[dims->rank() - 2], n = (*dims)[dims->rank() - 1];
  // As a column it repeats over the rows' elements; one that is short is the row's.
  const ValueId values = op.add("Unsqueeze", {d, op.integers({m <= n ? -1 : -2})});
  op.yield_stored(0, op.add("Where", {diagonal_mask(op, m, n), values, x}));
}

constexpr Mapping kMappings[] = {
    {fb::BuiltinOperator_SHAPE, shape},
    {fb::BuiltinOperator_RANK, rank},
    {fb::BuiltinOperator_FILL, fill},
    {fb::BuiltinOperator_ZEROS_LIKE, zeros_like},
    {fb::BuiltinOperator_RANGE, range},
    {fb::BuiltinOperator_BROADCAST_TO, broadcast_to},
    {fb::BuiltinOperator_BROADCAST_ARGS, broadcast_args},
    {fb::BuiltinOperator_RANDOM_UNIFORM, random_uniform},
    {fb::BuiltinOperator_RANDOM_STANDARD_NORMAL, random_standard_normal},
    {fb::BuiltinOperator_MULTINOMIAL, multinomial},
    {fb::BuiltinOperator_MATRIX_DIAG, matrix_diag},
    {fb::BuiltinOperator_MATRIX_SET_DIAG, matrix_set_diag},
};

}  // namespace

extern const Mappings kShapes;
constinit const Mappings kShapes{kMappings};

}  // namespace mote::tfl
