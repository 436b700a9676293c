// Numbers and the integers that stand for them; element types.
#include "format/tflite/write/op_writer.h"
#include "ir/dtype.h"

namespace mote::tfl::write {
namespace {

// A view: integers are read as numbers where a kernel takes them.
void dequantize(OpWriter& op) {
  const auto stated = grid_stated_by(op.graph(), op.node());
  const Grid* grid = op.places().grid_of(op.in(0));
  if (!stated || grid == nullptr || !(*stated == *grid)) {
    return op.unsupported("a scale that is computed, or in blocks, or beside another");
  }
  op.places().dequantized(op.out(), op.in(0));
}

void quantize(OpWriter& op) {
  Places& places = op.places();
  const Grid* made = places.grid_of(op.out());
  const auto stated = grid_stated_by(op.graph(), op.node());
  if (!stated || made == nullptr || !(*stated == *made) || made->per_axis()) {
    return op.unsupported("a scale that is computed, in blocks or for each index of an axis");
  }
  const DType dtype = op.type(op.out()).dtype;
  const Grid* own = places.grid_of(op.in(0));
  if (own != nullptr && *own == *made && places.stored_dtype(op.in(0)) == dtype) {
    return places.same_integers(op.out(), op.in(0));
  }
  const Order order = op.order_of(0);
  const bool from_integers = own != nullptr && !own->per_axis() && !places.is_constant(op.in(0));
  auto from = places.tensor(op.in(0), order,
                            from_integers ? places.elements_of(op.in(0)) : Elements::kReal);
  if (!from) return op.fail(std::move(from).error());
  // Kernels of u8 give way to those of s8.
  if (dtype == DType::kU8) op.choose(Elements::kSigned);
  op.emit(fb::BuiltinOperator_QUANTIZE, {*from}, order);
}

void cast(OpWriter& op) {
  const DType from = op.type(op.in(0)).dtype;
  const DType to = op.type(op.out()).dtype;
  const Order order = op.order_of(0);
  if (from == DType::kF16 && to == DType::kF32) return op.places().dequantized(op.out(), op.in(0));
  if (from == to) return op.places().view(op.out(), op.in(0), as_is(op.rank(op.in(0))));
  // The integers themselves, whatever they stand for.
  auto x = op.places().tensor(op.in(0), order, Elements::kStored);
  if (!x) return op.fail(std::move(x).error());
  // What does not fit wraps, as it does with s32 between.
  const bool wraps = from == DType::kF32 && (types({to}) & (kBytes | kS16)) != 0;
  const std::int32_t wide = wraps ? op.cast(*x, DType::kS32) : *x;
  op.emit(fb::BuiltinOperator_CAST, {wide}, order,
          options(cast_options(wraps ? DType::kS32 : from, to)));
}

constexpr Mapping kMappings[] = {
    {"DequantizeLinear", dequantize, kAnyElements},
    {"QuantizeLinear", quantize, kF32},
    {"Cast", cast, kAnyElements},
};

}  // namespace

extern const Mappings kWriteQuantization;
constinit const Mappings kWriteQuantization{kMappings};

}  // namespace mote::tfl::write
