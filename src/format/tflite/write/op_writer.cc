#include "format/tflite/write/op_writer.h"

#include "base/text.h"
#include "ir/dtype.h"
#include "ir/stated.h"
#include "ops/support/convert.h"

namespace mote::tfl::write {
OpWriter::OpWriter(const WriteContext& context, const Graph& graph, Places& places,
                   SubgraphSpec& subgraph, NodeId node, const Mapping& mapping)
    : context_(context), graph_(graph), places_(places), subgraph_(subgraph), id_(node) {
  decide(mapping);
}

ValueId OpWriter::in(std::size_t i) const {
  const auto inputs = node().declared_inputs();
  return i < inputs.size() ? inputs[i] : ValueId::kNone;
}

Shape OpWriter::shape(ValueId value) {
  const TensorType& t = type(value);
  if (!t.shape) unsupported(cat("the rank of '", graph_.value(value).name, "' is not known"));
  return t.shape.value_or(Shape());
}

Dims OpWriter::dims(ValueId value) {
  const auto known = type(value).dims();
  if (!known) {
    unsupported(cat("the size of '", graph_.value(value).name,
                    "' is open: give the model's inputs fixed sizes"));
  }
  return known.value_or(Dims());
}

std::int64_t OpWriter::integer(std::string_view attribute, std::int64_t fallback) const {
  return stated_or(node().attributes, attribute, fallback);
}
float OpWriter::real(std::string_view attribute, float fallback) const {
  return stated_or(node().attributes, attribute, fallback);
}
std::string OpWriter::text(std::string_view attribute, std::string_view fallback) const {
  return stated_or(node().attributes, attribute, std::string(fallback));
}
std::vector<std::int64_t> OpWriter::integers(std::string_view attribute,
                                             std::vector<std::int64_t> fallback) const {
  return stated_or(node().attributes, attribute, std::move(fallback));
}

int OpWriter::axis(std::int64_t fallback, ValueId value) {
  const std::int64_t a = integer("axis", fallback);
  const int r = rank(value);
  return static_cast<int>(a < 0 ? a + r : a);
}

std::optional<std::vector<std::int64_t>> OpWriter::integers_of(std::size_t i) {
  if (!has(i)) return std::nullopt;
  const Tensor& tensor = graph_.value(in(i)).constant;
  if (!tensor || !is_convertible(tensor.dtype())) {
    unsupported(cat("its input '", graph_.value(in(i)).name, "' must be a constant"));
    return std::vector<std::int64_t>();
  }
  std::vector<std::int64_t> values(static_cast<std::size_t>(tensor.count()));
  convert_range(tensor.view(), 0, {DType::kS64, {tensor.count()}, values.data()}, 0,
                tensor.count());
  return values;
}

std::optional<double> OpWriter::number_of(std::size_t i) {
  if (!has(i)) return std::nullopt;
  const Tensor& tensor = graph_.value(in(i)).constant;
  if (!tensor || tensor.count() != 1 || !is_convertible(tensor.dtype())) return std::nullopt;
  double number = 0;
  convert_range(tensor.view(), 0, {DType::kF64, {}, &number}, 0, 1);
  return number;
}

Order OpWriter::common_order(int rank) {
  std::optional<Order> common;
  for (const ValueId v : node().declared_inputs()) {
    if (v == ValueId::kNone || places_.is_constant(v)) continue;
    const auto count = type(v).dims();
    if (count && count->count() == 1) continue;
    Order order = places_.order_of(v);
    if (static_cast<int>(order.size()) != rank) return as_is(rank);
    if (!common) common = std::move(order);
  }
  return common.value_or(as_is(rank));
}

std::int32_t OpWriter::tensor(ValueId value, const Order& order) {
  if (!status_ || value == ValueId::kNone) return kAbsent;
  auto made = places_.tensor(value, order, elements_);
  if (made) return *made;
  fail(std::move(made).error());
  return kAbsent;
}

std::int32_t OpWriter::tensor(std::size_t i, const Order& order) { return tensor(in(i), order); }

std::int32_t OpWriter::plain(std::size_t i) {
  return has(i) ? tensor(i, as_is(rank(in(i)))) : kAbsent;
}

std::int32_t OpWriter::flat(std::size_t i) {
  if (!status_) return kAbsent;
  auto made = places_.flat(in(i), elements_);
  if (made) return *made;
  fail(std::move(made).error());
  return kAbsent;
}

std::int32_t OpWriter::aligned(std::size_t i, const Order& order) {
  const Shape own = shape(in(i));
  if (own.size() == order.size()) return tensor(i, order);
  const bool lone = std::ranges::all_of(own, [](const Dim& d) { return d.size() == 1; });
  if (lone || is_as_is(order)) return plain(i);
  const std::size_t missing = order.size() - own.size();
  Shape full(missing, Dim(1));
  full.insert(full.end(), own.begin(), own.end());
  // The axes that it has, with those that it lacks where they fall.
  TensorSpec made = spec("/aligned", type(in(i)).dtype, {});
  const std::int32_t from = plain(i);
  if (!status_) return kAbsent;
  made.dtype = subgraph_.tensor(from).dtype;
  made.grid = subgraph_.tensor(from).grid;
  made.shape = sizes_of(full);
  if (const Tensor& constant = subgraph_.tensor(from).constant) {
    Dims dims;
    for (const Dim& d : full) dims.push_back(d.size());
    auto moved = reordered(constant.reshaped(dims), order);
    if (!moved) {
      fail(std::move(moved).error());
      return kAbsent;
    }
    made.shape = in_order(made.shape, order);
    made.constant = std::move(*moved);
    return subgraph_.add(std::move(made));
  }
  const std::int32_t whole =
      before(fb::BuiltinOperator_RESHAPE, {from, shape_constant(full)}, made);
  made.shape = in_order(made.shape, order);
  const std::vector<std::int64_t> axes(order.begin(), order.end());
  return before(fb::BuiltinOperator_TRANSPOSE, {whole, s32(axes)}, std::move(made));
}

std::int32_t OpWriter::as_s32(std::size_t i) {
  if (!status_ || !has(i)) return kAbsent;
  if (const Tensor& known = graph_.value(in(i)).constant) {
    auto made = Tensor::zeros(DType::kS32, known.dims());
    if (!made || !is_convertible(known.dtype())) {
      unsupported("a list that is no list of integers");
      return kAbsent;
    }
    convert_range(known.view(), 0, made->mut(), 0, known.count());
    return constant(std::move(*made));
  }
  return cast(plain(i), DType::kS32);
}

std::int32_t OpWriter::cast(std::int32_t tensor, DType to) {
  if (!status_ || subgraph_.tensor(tensor).dtype == to) return tensor;
  const TensorSpec& from = subgraph_.tensor(tensor);
  TensorSpec spec{from.name + "/" + std::string(name(to)), to, from.shape};
  auto how = options(cast_options(from.dtype, to));
  return before(fb::BuiltinOperator_CAST, {tensor}, std::move(spec), std::move(how));
}

fb::CastOptionsT cast_options(DType from, DType to) {
  fb::CastOptionsT o;
  o.in_data_type = tensor_type(from).value_or(fb::TensorType_FLOAT32);
  o.out_data_type = tensor_type(to).value_or(fb::TensorType_FLOAT32);
  return o;
}

std::int32_t OpWriter::constant(Tensor tensor) {
  return places_.constant(std::move(tensor), graph_.value(ending_.value).name + "/constant");
}

std::int32_t OpWriter::s32(std::span<const std::int64_t> values) {
  const std::vector<std::int32_t> narrow(values.begin(), values.end());
  return constant(
      Tensor::of<std::int32_t>({static_cast<std::int64_t>(narrow.size())}, std::span(narrow)));
}
std::int32_t OpWriter::s32(std::int64_t value) {
  return constant(Tensor::scalar(static_cast<std::int32_t>(value)));
}
std::int32_t OpWriter::f32(float value) { return constant(Tensor::scalar(value)); }

std::int32_t OpWriter::shape_constant(const Shape& shape) {
  std::vector<std::int64_t> sizes;
  for (const Dim& dim : shape) sizes.push_back(dim.size());
  if (std::ranges::count(sizes, -1) > 1) {
    unsupported("two of its sizes are open: give the model's inputs fixed sizes");
  }
  return s32(sizes);
}

TensorSpec OpWriter::spec(std::string_view suffix, DType dtype, const Shape& shape) const {
  return {graph_.value(ending_.value).name + std::string(suffix), dtype, sizes_of(shape)};
}

std::int32_t OpWriter::result(const Order& order, std::size_t i) {
  if (!status_) return kAbsent;
  return places_.give(i == 0 ? ending_.value : out(i), order, elements_);
}

void OpWriter::add(OperatorSpec op) {
  if (status_) subgraph_.operators.push_back(std::move(op));
}

void OpWriter::emit(fb::BuiltinOperator code, std::vector<std::int32_t> inputs, const Order& order,
                    fb::BuiltinOptionsUnion options) {
  const std::int32_t made = result(order);
  add({code, std::move(inputs), {made}, std::move(options)});
}

void OpWriter::emit_many(fb::BuiltinOperator code, std::vector<std::int32_t> inputs,
                         const Order& order, fb::BuiltinOptionsUnion options) {
  std::vector<std::int32_t> outputs;
  for (std::size_t i = 0; status_ && i < node().outputs.size(); ++i) {
    outputs.push_back(out(i) == ValueId::kNone ? places_.between(in(0), order, "/unread")
                                               : result(order, i));
  }
  add({code, std::move(inputs), std::move(outputs), std::move(options)});
}

std::int32_t OpWriter::before(fb::BuiltinOperator code, std::vector<std::int32_t> inputs,
                              TensorSpec output, fb::BuiltinOptionsUnion options) {
  if (!status_) return kAbsent;
  const std::int32_t made = subgraph_.add(std::move(output));
  add({code, std::move(inputs), {made}, std::move(options)});
  return made;
}

void OpWriter::fail(Error error) {
  if (status_) status_ = std::move(error);
}

}  // namespace mote::tfl::write
