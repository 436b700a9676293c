#include "ops/ops.h"

namespace mote {

#define MOTE_OP(symbol) extern const OpDoc kDoc_##symbol;
#include "ops/op_list.inc"
#undef MOTE_OP

std::span<const OpDoc* const> all_op_docs() {
  static constexpr const OpDoc* kAll[] = {
#define MOTE_OP(symbol) &kDoc_##symbol,
#include "ops/op_list.inc"
#undef MOTE_OP
  };
  return kAll;
}

}  // namespace mote
