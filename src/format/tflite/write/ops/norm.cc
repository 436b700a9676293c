// Normalization across channels.
#include "format/tflite/write/op_writer.h"

namespace mote::tfl::write {
namespace {

// Over `size` neighbours: as many on both sides, their squares summed, not averaged.
void lrn(OpWriter& op) {
  const std::int64_t size = op.integer("size", 1);
  if (op.rank(op.in(0)) != 4) return op.unsupported("other than two axes");
  if (size % 2 == 0) return op.unsupported("an even number of neighbours");
  fb::LocalResponseNormalizationOptionsT o;
  o.radius = static_cast<int>(size / 2);
  o.alpha = op.real("alpha", 0.0001F) / static_cast<float>(size);
  o.beta = op.real("beta", 0.75F);
  o.bias = op.real("bias", 1.0F);
  const Order order = channels_last(4);
  op.emit(fb::BuiltinOperator_LOCAL_RESPONSE_NORMALIZATION, {op.tensor(0, order)}, order,
          options(std::move(o)));
}

constexpr Mapping kMappings[] = {{"LRN", lrn, kF32}};

}  // namespace

extern const Mappings kWriteNorms;
constinit const Mappings kWriteNorms{kMappings};

}  // namespace mote::tfl::write
