// OnnxOp: the versions of one ONNX operator and how a node of an older one becomes the newest.
#pragma once
#include <span>
#include <string_view>

#include "ir/graph.h"
#include "ir/op_def.h"

namespace mote {

struct UpgradeArgs {
  Graph& graph;  // types of the node's inputs are inferred as far as known
  NodeId id;     // nodes added by add_before() stand before it
  const OpSet& ops;

  Node& node() const { return graph.node(id); }
  // Number of declared inputs that are there (trailing absent ones not counted).
  std::size_t input_count() const;
  ValueId input(std::size_t i) const;  // kNone if absent
  // Unknown if it is absent.
  TensorType type(std::size_t i) const;

  // A constant named after the node, e.g. for an attribute that became an input.
  ValueId add_constant(std::string_view role, Tensor tensor) const;
  // A node of newest version before this one; types of its output are inferred. Errors: as bind.
  Result<ValueId> add_before(std::string_view op_type, std::vector<ValueId> inputs,
                             Attributes attributes) const;
  // Sets declared input i, growing the list with absent inputs where needed.
  void set_input(std::size_t i, ValueId value) const;
  // Moves attribute `name` (int or ints) to input i as an s64 tensor, 1-D (ints) or scalar; does
  // nothing where it is absent.
  Status attribute_to_input(std::string_view name, std::size_t i) const;

 private:
  std::string name_of(std::string_view role) const;  // after the node, or its first output
};

// To version `version`: applied to nodes of any earlier one, in ascending order.
struct OnnxUpgrade {
  int version;
  Status (*apply)(const UpgradeArgs&);
  bool takes_subgraphs = false;  // the node may capture values
};

struct OnnxOp {
  std::string_view name;
  std::string_view domain = "";
  std::span<const int> versions;  // each opset that changed the operator, ascending
  std::span<const OnnxUpgrade> upgrades = {};

  int newest() const { return versions.back(); }
};

// -- upgrades that several operators share

// Opset 6 removed the attribute `consumed_inputs`.
Status drop_consumed_inputs(const UpgradeArgs& args);
// Opset 7 replaced the attributes `broadcast` and `axis` by multidirectional broadcasting.
Status upgrade_legacy_broadcast(const UpgradeArgs& args);

}  // namespace mote
