#include <algorithm>
#include <tuple>

#include "ir/uses.h"
#include "ops/ops.h"

namespace mote {

#define MOTE_OP(symbol) extern const OnnxOp kOnnx_##symbol;
#include "ops/onnx_list.inc"
#undef MOTE_OP

std::span<const OnnxOp* const> all_onnx_ops() {
  static constexpr const OnnxOp* kAll[] = {
#define MOTE_OP(symbol) &kOnnx_##symbol,
#include "ops/onnx_list.inc"
#undef MOTE_OP
      nullptr,  // a build may have none
  };
  return std::span(kAll).first(std::size(kAll) - 1);
}

const OnnxOp* find_onnx_op(std::string_view domain, std::string_view name) {
  const auto key = [](const OnnxOp* op) { return std::tuple(op->domain, op->name); };
  const auto all = all_onnx_ops();
  const auto it = std::ranges::lower_bound(all, std::tuple(domain, name), {}, key);
  if (it == all.end() || key(*it) != std::tuple(domain, name)) return nullptr;
  if (Uses* uses = collected_uses()) uses->onnx_operators.insert(qualified_name(domain, name));
  return *it;
}

}  // namespace mote
