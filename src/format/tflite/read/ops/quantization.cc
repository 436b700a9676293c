// Between integers and the numbers that they stand for.
#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "format/tflite/read/op_reader.h"
#include "ir/dtype.h"

namespace mote::tfl {
namespace {

// From floats, or from one grid to another.
void quantize(OpReader& op) {
  const Permutation order = op.common_order();
  op.yield(0, op.real(0, order), order);
}

// To floats: of f16 as well.
void dequantize(OpReader& op) {
  const Permutation order = op.common_order();
  op.yield(0, op.cast(op.real(0, order), op.out(0).dtype), order);
}

// Floats on the grid of an asymmetric quantization, whose range is moved so that zero is on it.
void fake_quant(OpReader& op) {
  const auto* o = op.options<fb::FakeQuantOptions>();
  if (o == nullptr) return op.fail(no_options());
  const float low = o->narrow_range() ? 1 : 0;
  const auto high = static_cast<float>((1 << std::clamp(o->num_bits(), 1, 16)) - 1);
  const float scale = (o->max() - o->min()) / (high - low);
  if (!(scale > 0) || !std::isfinite(scale)) {
    return op.fail({Code::kInvalidArgument, cat("a range of [", o->min(), ", ", o->max(), "]")});
  }
  const float zero_point = std::clamp(std::round(low - o->min() / scale), low, high);
  const float least = (low - zero_point) * scale;
  const ValueId x = op.clip(op.real(0), least, (high - zero_point) * scale);
  // Halves are rounded up.
  const ValueId steps = op.add("Div", {op.add("Sub", {x, op.f32(least)}), op.f32(scale)});
  const ValueId rounded = op.add("Floor", {op.add("Add", {steps, op.f32(0.5F)})});
  op.yield(0, op.add("Add", {op.add("Mul", {rounded, op.f32(scale)}), op.f32(least)}));
}

// Its constant was made dense when it was read.
void densify(OpReader& op) { op.yield_stored(0, op.stored(0)); }

void cast(OpReader& op) {
  const DType from = op.in(0).dtype, to = op.out(0).dtype;
  if (from == DType::kC64 || to == DType::kC64 || to == DType::kUndefined) {
    return op.unsupported(cat("from ", name(from), " to ", name(to)));
  }
  ValueId x = op.stored(0);
  // Short integers saturate, where ONNX leaves it open what becomes of larger numbers.
  if (is_float(from) && is_integer(to) && bit_width(to) <= 16) {
    const double steps = std::exp2(bit_width(to));
    const double low = is_signed_integer(to) ? -steps / 2 : 0;
    x = op.clip(x, low, low + steps - 1);
  }
  op.yield_stored(0, op.cast(x, to));
}

void bitcast(OpReader& op) {
  const DType from = op.in(0).dtype, to = op.out(0).dtype;
  if (from == to) return op.yield_stored(0, op.stored(0));
  if (bit_width(from) != bit_width(to)) {
    return op.unsupported(cat("from ", name(from), " to ", name(to), ", of another width"));
  }
  op.yield_stored(0,
                  op.add("BitCast", {op.stored(0)}, {{"to", std::int64_t{static_cast<int>(to)}}}));
}

constexpr Mapping kMappings[] = {
    {fb::BuiltinOperator_QUANTIZE, quantize},
    {fb::BuiltinOperator_DEQUANTIZE, dequantize},
    {fb::BuiltinOperator_FAKE_QUANT, fake_quant},
    {fb::BuiltinOperator_DENSIFY, densify},
    {fb::BuiltinOperator_CAST, cast},
    {fb::BuiltinOperator_BITCAST, bitcast},
};

}  // namespace

extern const Mappings kQuantizing;
constinit const Mappings kQuantizing{kMappings};

}  // namespace mote::tfl
