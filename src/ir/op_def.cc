#include "ir/op_def.h"

#include <algorithm>
#include <tuple>

#include "base/result.h"
#include "base/text.h"
#include "ir/uses.h"

namespace mote {
namespace {

std::string range_text(int min, int max, std::string_view what) {
  if (max < 0) return cat("at least ", min, " ", what);
  if (min == max) return cat(min, " ", what);
  return cat(min, " to ", max, " ", what);
}

Status check_count(std::size_t count, int min, int max, std::string_view what) {
  const auto n = static_cast<int>(count);
  if (n >= min && (max < 0 || n <= max)) return {};
  return Error{Code::kInvalidArgument,
               cat("has ", n, " ", what, ", takes ", range_text(min, max, what))};
}

}  // namespace

const OpDef* OpSet::find(std::string_view domain, std::string_view name) const {
  const auto key = [](const OpDef* op) { return std::tuple(op->domain, op->name); };
  const auto it = std::ranges::lower_bound(ops_, std::tuple(domain, name), {}, key);
  if (it == ops_.end() || key(*it) != std::tuple(domain, name)) return nullptr;
  if (Uses* uses = collected_uses()) uses->operators.insert(qualified_name(domain, name));
  return *it;
}

std::string operator_of(const Node& node) { return qualified_name(node.domain, node.op_type); }

std::string label_of(const Graph& graph, const Node& node) {
  if (!node.name.empty()) return node.name;
  for (const ValueId out : node.outputs) {
    if (out != ValueId::kNone) return graph.value(out).name;
  }
  return "";
}

std::string describe(const Graph& graph, const Node& node) {
  const std::string type = operator_of(node);
  if (!node.name.empty()) return cat("node '", node.name, "' (", type, ")");
  for (const ValueId out : node.outputs) {
    if (out != ValueId::kNone) return cat("node (", type, ") -> '", graph.value(out).name, "'");
  }
  return cat("node (", type, ")");
}

Result<Tensor> PrepareArgs::room_for_packed(std::int64_t count, DType dtype) const {
  MOTE_ASSIGN(const std::uint64_t bytes, byte_size(dtype, {count}));
  if (bytes > packed_budget_bytes) {
    return Error{Code::kResourceExhausted,
                 cat("packed weights take ", human_bytes(bytes), ", more than the ",
                     human_bytes(packed_budget_bytes), " that are left of the memory budget")};
  }
  return Tensor::zeros(dtype, {count});
}

std::int64_t macs_of(std::int64_t outputs, std::int64_t terms) {
  constexpr std::int64_t kMost = std::int64_t{1} << 53;
  std::int64_t macs = 0;
  return __builtin_mul_overflow(outputs, terms, &macs) ? kMost : std::min(macs, kMost);
}

Status bind(Node& node, const OpSet& ops) {
  node.op = ops.find(node.domain, node.op_type);
  node.params.reset();
  if (node.op == nullptr) return {};
  const OpDef& op = *node.op;
  MOTE_TRY(check_count(node.declared_inputs().size(), op.min_inputs, op.max_inputs, "inputs"));
  MOTE_TRY(check_count(node.outputs.size(), op.min_outputs, op.max_outputs, "outputs"));
  for (int i = 0; i < op.min_inputs; ++i) {
    if (node.inputs[static_cast<std::size_t>(i)] == ValueId::kNone) {
      return Error{Code::kInvalidArgument, cat("input ", i, " is missing")};
    }
  }
  if (op.parse == nullptr) return AttributeReader(node.attributes).finish();
  MOTE_ASSIGN(node.params, op.parse(node.attributes));
  return {};
}

}  // namespace mote
