#include "lower/integers/rewriting.h"

#include <algorithm>

namespace mote {

bool IntegerRewrite::clamps() const {
  const IntegerRange whole = range_of(y.dtype);
  return range.low > whole.low || range.high < whole.high;
}

ValueId IntegerRewrite::scale(float value) const {
  return graph.add_constant("scale", Tensor::scalar(value));
}

ValueId IntegerRewrite::zero_point(DType dtype, std::int32_t value) const {
  if (dtype == DType::kS8) {
    return graph.add_constant("zero_point", Tensor::scalar(static_cast<std::int8_t>(value)));
  }
  return graph.add_constant("zero_point", Tensor::scalar(static_cast<std::uint8_t>(value)));
}

Result<ValueId> IntegerRewrite::lookup(ValueId x, DType to, const ByteTable& table) const {
  if (graph.is_constant(x)) {
    const Tensor& from = graph.value(x).constant;
    MOTE_ASSIGN(Tensor constant, Tensor::zeros(to, from.dims()));
    std::ranges::transform(std::span(from.view().as<std::uint8_t>(), from.bytes()),
                           constant.mut().as<std::uint8_t>(),
                           [&](std::uint8_t byte) { return table[byte]; });
    return graph.add_constant(name, std::move(constant));
  }
  MOTE_ASSIGN(Tensor entries, Tensor::zeros(to, {256}));
  std::ranges::copy(table, entries.mut().as<std::uint8_t>());
  return add.add("mote.Lookup", {x}, {{"table", std::move(entries)}}, name);
}

Result<QuantizedValue> IntegerRewrite::as_dtype(const QuantizedValue& x, DType to) const {
  if (x.dtype == to) return x;
  // u8 is 128 more than the s8 of the same distance from its zero point.
  ByteTable table;
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = static_cast<std::uint8_t>(i ^ 0x80);
  QuantizedValue moved = x;
  moved.dtype = to;
  moved.affine.zero_point += to == DType::kS8 ? -128 : 128;
  MOTE_ASSIGN(moved.q, lookup(x.q, to, table));
  return moved;
}

Result<ValueId> IntegerRewrite::reshaped(ValueId q, const Dims& dims) const {
  const ValueId shape = graph.add_constant("shape", Tensor::of<std::int64_t>({dims.rank()}, dims));
  return add.add("Reshape", {q, shape}, {{"allowzero", std::int64_t{1}}}, name);
}

Result<ValueId> IntegerRewrite::clamped(ValueId q) const {
  if (!clamps()) return q;
  ByteTable table;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const int element = y.dtype == DType::kS8 ? static_cast<std::int8_t>(i) : static_cast<int>(i);
    table[i] = static_cast<std::uint8_t>(std::clamp(element, range.low, range.high));
  }
  return lookup(q, y.dtype, table);
}

}  // namespace mote
