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

fb::TensorType cast_type(DType dtype) {
  switch (dtype) {
    case DType::kF32:
      return fb::TensorType_FLOAT32;
    case DType::kU8:
      return fb::TensorType_UINT8;
    case DType::kS8:
      return fb::TensorType_INT8;
    case DType::kU16:
      return fb::TensorType_UINT16;
    case DType::kS16:
      return fb::TensorType_INT16;
    case DType::kU32:
      return fb::TensorType_UINT32;
    case DType::kS32:
      return fb::TensorType_INT32;
    case DType::kBool:
      return fb::TensorType_BOOL;
    default:
      return fb::TensorType_INT64;
  }
}

void cast(OpWriter& op) {
  const DType from = op.type(op.in(0)).dtype;
  const DType to = op.type(op.out()).dtype;
  const Order order = op.order_of(0);
  if (from == DType::kF16 && to == DType::kF32) return op.places().dequantized(op.out(), op.in(0));
  if (from == to) return op.places().view(op.out(), op.in(0), as_is(op.rank(op.in(0))));
  if (from == DType::kU64 || to == DType::kU64) return op.unsupported("a cast of u64");
  // The integers themselves, whatever they stand for.
  auto x = op.places().tensor(op.in(0), order, Elements::kStored);
  if (!x) return op.fail(std::move(x).error());
  fb::CastOptionsT o;
  o.in_data_type = cast_type(from);
  if (from == DType::kF32 && (types({to}) & (kBytes | kS16)) != 0) {
    // What does not fit wraps, as it does with s32 between.
    fb::CastOptionsT wide;
    wide.in_data_type = cast_type(from);
    wide.out_data_type = o.in_data_type = cast_type(DType::kS32);
    const Shape sizes = in_order(op.shape(op.in(0)), order);
    x = op.before(fb::BuiltinOperator_CAST, {*x}, op.spec("/wide", DType::kS32, sizes),
                  options(std::move(wide)));
  }
  o.out_data_type = cast_type(to);
  op.emit(fb::BuiltinOperator_CAST, {*x}, order, options(std::move(o)));
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
