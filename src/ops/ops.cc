#include "ops/ops.h"

namespace mote {

#define MOTE_OP(symbol) extern const OpDef kOp_##symbol;
#include "ops/op_list.inc"
#undef MOTE_OP

const OpSet& all_ops() {
  static constexpr const OpDef* kAll[] = {
#define MOTE_OP(symbol) &kOp_##symbol,
#include "ops/op_list.inc"
#undef MOTE_OP
      nullptr,  // a build may have none
  };
  static const OpSet set{std::span(kAll).first(std::size(kAll) - 1)};
  return set;
}

}  // namespace mote
