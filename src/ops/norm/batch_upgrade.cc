#include "ops/norm/batch_upgrade.h"

#include "base/result.h"

namespace mote {
namespace {

// The outputs from `first` on are taken away. Requires: nobody reads them.
void drop_outputs(const UpgradeArgs& args, std::size_t first) {
  auto& outputs = args.node().outputs;
  for (std::size_t i = first; i < outputs.size(); ++i) {
    if (outputs[i] != ValueId::kNone) args.graph.value(outputs[i]).producer = NodeId::kNone;
  }
  outputs.resize(std::min(outputs.size(), first));
}

bool reads_outputs(const UpgradeArgs& args, std::size_t first) {
  const auto& outputs = args.node().outputs;
  for (std::size_t i = first; i < outputs.size(); ++i) {
    if (outputs[i] != ValueId::kNone && !args.graph.unused(outputs[i])) return true;
  }
  return false;
}

// Integer attribute `name`, which goes.
std::int64_t take(const UpgradeArgs& args, std::string_view name, std::int64_t fallback) {
  Attributes& attributes = args.node().attributes;
  const AttributeValue* value = attributes.find(name);
  const auto* number = value != nullptr ? std::get_if<std::int64_t>(value) : nullptr;
  const std::int64_t taken = number != nullptr ? *number : fallback;
  attributes.erase(name);
  return taken;
}

Result<ValueId> reshaped(const UpgradeArgs& args, ValueId value,
                         std::initializer_list<std::int64_t> shape) {
  const Tensor sizes = Tensor::of<std::int64_t>({std::ssize(shape)}, shape);
  return args.add_before("Reshape", {value, args.add_constant("shape", sizes)}, {});
}

// The node itself becomes the Reshape of `value` to the shape of `like`.
Status become_reshape(const UpgradeArgs& args, ValueId value, ValueId like) {
  MOTE_ASSIGN(const ValueId shape, args.add_before("Shape", {like}, {}));
  Node& node = args.node();
  for (int i = 0; i < std::ssize(node.inputs); ++i) {
    args.graph.set_input(args.id, i, ValueId::kNone);
  }
  node.inputs.resize(2, ValueId::kNone);
  args.graph.set_input(args.id, 0, value);
  args.graph.set_input(args.id, 1, shape);
  node.op_type = "Reshape";
  node.attributes = {{"allowzero", std::int64_t{1}}};
  return {};
}

}  // namespace

Status batch_norm_without_is_test(const UpgradeArgs& args) {
  if (take(args, "is_test", 0) != 0 && !reads_outputs(args, 1)) drop_outputs(args, 1);
  return {};
}

Status batch_norm_without_spatial(const UpgradeArgs& args) {
  if (take(args, "spatial", 1) != 0 || args.type(0).rank() == 2) return {};
  if (reads_outputs(args, 1)) {
    return Error{Code::kUnsupported, "training with `spatial` 0"};
  }
  drop_outputs(args, 1);
  const ValueId x = args.input(0);
  std::vector<ValueId> inputs;
  MOTE_ASSIGN(const ValueId flat, reshaped(args, x, {0, -1}));
  inputs.push_back(flat);
  for (std::size_t i = 1; i < 5; ++i) {
    MOTE_ASSIGN(const ValueId list, reshaped(args, args.input(i), {-1}));
    inputs.push_back(list);
  }
  MOTE_ASSIGN(const ValueId y,
              args.add_before("BatchNormalization", std::move(inputs), args.node().attributes));
  return become_reshape(args, y, x);
}

Status batch_norm_with_training_mode(const UpgradeArgs& args) {
  if (reads_outputs(args, 3)) {
    return Error{Code::kUnsupported, "the outputs saved_mean and saved_var"};
  }
  drop_outputs(args, 3);
  if (reads_outputs(args, 1)) {
    args.node().attributes.set("training_mode", std::int64_t{1});
  } else {
    drop_outputs(args, 1);
  }
  return {};
}

}  // namespace mote
