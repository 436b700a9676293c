// Operators that take elements by index, and those that give indices.
#include "format/tflite/write/op_writer.h"
#include "ops/support/convert.h"

namespace mote::tfl::write {
namespace {

// Indices may count from the end in ONNX, not here. `sizes`: of what each of the last axis counts,
// or one for all.
std::int32_t counted_from_begin(OpWriter& op, std::size_t i, const Shape& sizes) {
  const auto open = [](const Dim& d) { return !d.known(); };
  const bool some_open = std::ranges::any_of(sizes, open);
  if (const Tensor& known = op.graph().value(op.in(i)).constant) {
    auto made = Tensor::zeros(DType::kS32, known.dims());
    if (!made) {
      op.fail(std::move(made).error());
      return kAbsent;
    }
    convert_range(known.view(), 0, made->mut(), 0, known.count());
    auto* index = static_cast<std::int32_t*>(made->mut().data);
    for (std::int64_t n = 0; n < known.count(); ++n) {
      if (index[n] >= 0) continue;
      if (some_open) op.unsupported("an index from the end of an axis whose size is open");
      const auto at = static_cast<std::size_t>(n) % sizes.size();
      index[n] += static_cast<std::int32_t>(sizes[at].size());
    }
    return op.constant(std::move(*made));
  }
  if (some_open) return op.plain(i);
  std::vector<std::int64_t> wide;
  for (const Dim& d : sizes) wide.push_back(d.size());
  const auto count = static_cast<std::int64_t>(wide.size());
  const DType dtype = op.type(op.in(i)).dtype;
  const Tensor row = Tensor::of<std::int64_t>({count}, std::span<const std::int64_t>(wide));
  return op.before(fb::BuiltinOperator_FLOOR_MOD,
                   {op.plain(i), dtype == DType::kS64 ? op.constant(row) : op.s32(wide)},
                   op.spec("/index", dtype, op.shape(op.in(i))));
}

// Of the first axes of input `of`, as many as index tuples have entries.
Shape counted_axes(OpWriter& op, ValueId of, ValueId indices) {
  const Shape tuples = op.shape(indices), shape = op.shape(of);
  if (tuples.empty() || !tuples.back().known()) {
    op.unsupported("index tuples of open length");
    return {};
  }
  const auto count = std::min(static_cast<std::size_t>(tuples.back().size()), shape.size());
  return Shape(shape.begin(), shape.begin() + static_cast<std::ptrdiff_t>(count));
}

void gather(OpWriter& op) {
  const int axis = op.axis(0, op.in(0));
  fb::GatherOptionsT o;
  o.axis = axis;
  const std::int32_t data = op.plain(0);
  op.emit(fb::BuiltinOperator_GATHER,
          {data, counted_from_begin(op, 1, {op.shape(op.in(0))[static_cast<std::size_t>(axis)]})},
          as_is(op.rank(op.out())), options(std::move(o)));
}

void gather_nd(OpWriter& op) {
  if (op.integer("batch_dims", 0) != 0) return op.unsupported("batch_dims");
  const Shape sizes = counted_axes(op, op.in(0), op.in(1));
  if (!op.status()) return;
  const std::int32_t data = op.plain(0);
  op.emit(fb::BuiltinOperator_GATHER_ND, {data, counted_from_begin(op, 1, sizes)},
          as_is(op.rank(op.out())));
}

// Among zeros, as lowering leaves it; what falls on one place adds up.
void scatter_nd(OpWriter& op) {
  const std::string reduction = op.text("reduction", "none");
  if (reduction != "none" && reduction != "add") {
    return op.unsupported("its reduction " + reduction);
  }
  const Dims made = op.dims(op.out());
  const Shape sizes = counted_axes(op, op.in(0), op.in(1));
  if (!op.status()) return;
  const std::int32_t index = op.cast(counted_from_begin(op, 1, sizes), DType::kS32);
  op.emit(fb::BuiltinOperator_SCATTER_ND,
          {index, op.plain(2), op.s32(std::span<const std::int64_t>(made))},
          as_is(op.rank(op.out())));
}

// Equal numbers: the last index, in ONNX by request.
template <class Options>
void arg(OpWriter& op, fb::BuiltinOperator code) {
  if (op.integer("select_last_index", 0) != 0) return op.unsupported("select_last_index");
  const int axis = op.axis(0, op.in(0));
  Order order = op.order_of(0);
  Options o;
  o.output_type = fb::TensorType_INT64;
  const std::int32_t x = op.tensor(0, order);
  const std::int32_t at = op.s32(position_of(order, axis));
  const bool keeps = op.integer("keepdims", 1) != 0;
  Order rest;
  for (const int a : order) {
    if (a != axis) rest.push_back(a > axis ? a - 1 : a);
  }
  if (!keeps) return op.emit(code, {x, at}, rest, options(std::move(o)));
  Shape left = in_order(op.shape(op.out()), order);
  const Shape whole = left;
  left.erase(left.begin() + position_of(order, axis));
  const std::int32_t found =
      op.before(code, {x, at}, op.spec("/index", DType::kS64, left), options(std::move(o)));
  op.emit(fb::BuiltinOperator_RESHAPE, {found, op.shape_constant(whole)}, order);
}

void arg_max(OpWriter& op) { arg<fb::ArgMaxOptionsT>(op, fb::BuiltinOperator_ARG_MAX); }
void arg_min(OpWriter& op) { arg<fb::ArgMinOptionsT>(op, fb::BuiltinOperator_ARG_MIN); }

// Indices are s32 here, s64 in ONNX.
void top_k(OpWriter& op) {
  const int axis = op.axis(-1, op.in(0));
  const bool plain = op.integer("largest", 1) != 0 && axis == op.rank(op.in(0)) - 1;
  if (!plain) return op.unsupported("the least, or along another axis than the last");
  const auto k = op.integers_of(1);
  if (!op.status() || k->size() != 1) return;
  const Order order = as_is(op.rank(op.in(0)));
  const std::int32_t x = op.plain(0);
  const std::int32_t count = op.s32((*k)[0]);
  const bool wants_indices = op.node().outputs.size() > 1 && op.out(1) != ValueId::kNone;
  const bool wants_values = op.out(0) != ValueId::kNone;
  const Shape made = op.shape(wants_values ? op.out(0) : op.out(1));
  const std::int32_t values =
      wants_values ? op.result(order)
                   : op.add_tensor(op.spec("/values", op.type(op.in(0)).dtype, made));
  const std::int32_t indices = op.add_tensor(op.spec("/indices", DType::kS32, made));
  op.add({fb::BuiltinOperator_TOPK_V2, {x, count}, {values, indices}});
  if (!wants_indices) return;
  op.add({fb::BuiltinOperator_CAST,
          {indices},
          {op.result(order, 1)},
          options(cast_options(DType::kS32, DType::kS64))});
}

void cum_sum(OpWriter& op) {
  const auto axis = op.integers_of(1);
  if (!op.status() || axis->size() != 1) return;
  fb::CumsumOptionsT o;
  o.exclusive = op.integer("exclusive", 0) != 0;
  o.reverse = op.integer("reverse", 0) != 0;
  op.emit(fb::BuiltinOperator_CUMSUM, {op.plain(0), op.s32((*axis)[0])}, as_is(op.rank(op.out())),
          options(std::move(o)));
}

// A row of indices for each that is not zero here, a column in ONNX.
void non_zero(OpWriter& op) {
  if (op.rank(op.in(0)) == 0) return op.unsupported("a scalar");
  op.emit(fb::BuiltinOperator_WHERE, {op.plain(0)}, {1, 0});
}

constexpr Mapping kMappings[] = {
    {"Gather", gather, kAnyElements, Integers::kMoves},
    {"GatherND", gather_nd, kAnyElements},
    {"ScatterND", scatter_nd, kAnyElements},
    {"ArgMax", arg_max, kBytes | types({DType::kF32, DType::kS32})},
    {"ArgMin", arg_min, kBytes | types({DType::kF32, DType::kS32})},
    {"TopK", top_k, kNumbers | kBytes | kS16},
    {"CumSum", cum_sum, kNumbers},
    {"NonZero", non_zero, kNumbers | kBytes | kBool},
};

}  // namespace

extern const Mappings kWriteIndexing;
constinit const Mappings kWriteIndexing{kMappings};

}  // namespace mote::tfl::write
