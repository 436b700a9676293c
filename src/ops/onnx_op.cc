#include "ops/onnx_op.h"

#include <algorithm>

#include "base/result.h"
#include "base/text.h"
#include "ir/inference.h"

namespace mote {

std::size_t UpgradeArgs::input_count() const {
  auto inputs = node().declared_inputs();
  while (!inputs.empty() && inputs.back() == ValueId::kNone)
    inputs = inputs.first(inputs.size() - 1);
  return inputs.size();
}

ValueId UpgradeArgs::input(std::size_t i) const {
  const auto inputs = node().declared_inputs();
  return i < inputs.size() ? inputs[i] : ValueId::kNone;
}

TensorType UpgradeArgs::type(std::size_t i) const {
  const ValueId value = input(i);
  return value != ValueId::kNone ? graph.value(value).type.tensor : TensorType();
}

std::string UpgradeArgs::name_of(std::string_view role) const {
  const Node& n = node();
  const bool named = n.name.empty() && !n.outputs.empty() && n.outputs[0] != ValueId::kNone;
  return cat(named ? graph.value(n.outputs[0]).name : n.name, "_", role);
}

ValueId UpgradeArgs::add_constant(std::string_view role, Tensor tensor) const {
  return graph.add_constant(name_of(role), std::move(tensor));
}

Result<ValueId> UpgradeArgs::add_before(std::string_view op_type, std::vector<ValueId> inputs,
                                        Attributes attributes) const {
  Node added;
  added.op_type = op_type;
  added.name = node().name.empty() ? std::string() : cat(node().name, "_", op_type);
  added.inputs = std::move(inputs);
  added.attributes = std::move(attributes);
  const ValueId out = graph.add_value(name_of(op_type));
  added.outputs = {out};
  MOTE_TRY(bind(added, ops));
  const NodeId added_id = graph.add_node(std::move(added), id);
  MOTE_TRY(TypeInference(graph).infer(added_id));
  return out;
}

void UpgradeArgs::set_input(std::size_t i, ValueId value) const {
  while (node().inputs.size() <= i) graph.append_input(id, ValueId::kNone);
  graph.set_input(id, static_cast<int>(i), value);
}

Status UpgradeArgs::attribute_to_input(std::string_view attribute, std::size_t i) const {
  const AttributeValue* value = node().attributes.find(attribute);
  if (value == nullptr) return {};
  Tensor tensor;
  if (const auto* one = std::get_if<std::int64_t>(value)) {
    tensor = Tensor::scalar(*one);
  } else if (const auto* many = std::get_if<std::vector<std::int64_t>>(value)) {
    tensor = Tensor::of<std::int64_t>({std::ssize(*many)}, *many);
  } else {
    return Error{Code::kInvalidArgument, cat("attribute '", attribute, "' is not integers")};
  }
  set_input(i, add_constant(attribute, std::move(tensor)));
  node().attributes.erase(attribute);
  return {};
}

Status drop_consumed_inputs(const UpgradeArgs& args) {
  args.node().attributes.erase("consumed_inputs");
  return {};
}

// With `axis`, input 1's dimensions match input 0's from `axis` on: sizes of 1 fill up behind them.
Status upgrade_legacy_broadcast(const UpgradeArgs& args) {
  Attributes& attributes = args.node().attributes;
  AttributeReader r(attributes);
  const bool broadcast = r.flag("broadcast", false);
  const std::int64_t axis = r.integer("axis", -1);
  const bool has_axis = r.has("axis");
  attributes.erase("broadcast");
  attributes.erase("axis");
  if (!broadcast || !has_axis || args.input_count() < 2) return {};
  const int rank_a = args.type(0).rank();
  const int rank_b = args.type(1).rank();
  if (rank_a < 0 || rank_b < 0) {
    return Error{Code::kUnsupported, "`axis` needs inputs whose ranks are known"};
  }
  const std::int64_t missing = rank_a - rank_b - (axis < 0 ? axis + rank_a : axis);
  if (missing < 0) {
    return Error{Code::kInvalidArgument,
                 cat("axis ", axis, " does not place rank ", rank_b, " within rank ", rank_a)};
  }
  if (missing == 0) return {};
  std::vector<std::int64_t> axes;
  for (std::int64_t i = 0; i < missing; ++i) axes.push_back(rank_b + i);
  const ValueId where = args.add_constant("axes", Tensor::of<std::int64_t>({missing}, axes));
  MOTE_ASSIGN(const ValueId b, args.add_before("Unsqueeze", {args.input(1), where}, {}));
  args.set_input(1, b);
  return {};
}

}  // namespace mote
