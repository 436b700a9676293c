#include "format/tflite/ops/hybrid.h"

namespace mote::tfl {

ValueId add_product(OpReader& op, const HybridProduct& product, ValueId x, ValueId weights,
                    ValueId bias) {
  return op.add(product.op_type, {x, weights, bias}, product.attributes);
}

}  // namespace mote::tfl
