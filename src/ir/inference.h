// Propagation of types, and of small values that shapes depend on, through a graph.
#pragma once
#include <span>
#include <unordered_map>

#include "ir/op_def.h"

namespace mote {

// Merges into the type of `value` what follows for it. Sizes that were declared otherwise give way.
// Errors: kInvalidArgument: another kind or element type.
Status refine(Value& value, const Type& inferred);

// Forgets the types of what nodes of ours make: declared ones may have been stated for other
// sizes. infer_types() finds them anew.
void forget_declared_types(Graph& graph);

// Infers nodes one after the other, remembering the values it learns: Shape → Gather → Concat →
// Reshape gives a known shape although nothing ran.
class TypeInference {
 public:
  // Works on `graph`, which outlives it.
  explicit TypeInference(Graph& graph, int depth = 0) : graph_(graph), depth_(depth) {}

  // What is known of value `id`: type, and value if it is a constant or was learnt. kNone gives an
  // absent input.
  InputInfo known(ValueId id) const;
  // The value alone; null unless it is known. Valid until the next inference.
  const Tensor* value(ValueId id) const;
  // States the value of `id`, which stays no constant of the graph.
  void learn(ValueId id, Tensor value);

  // Merges what node `id` implies into its outputs' types. Requires: nodes before it are inferred.
  // A node that is not bound leaves its outputs as declared.
  // Errors: kInvalidArgument, naming the node.
  Status infer(NodeId id);
  // All nodes in order.
  Status infer_all();

 private:
  Status infer_bound(const Node& node);
  void evaluate_small(const Node& node, std::span<const InputInfo> in,
                      std::span<InputInfo> out) const;

  Graph& graph_;
  int depth_;
  std::unordered_map<std::int32_t, Tensor> values_;
};

// op.infer with args.subgraphs supplied. `depth`: of the graph that the node is in.
Status infer_outputs(const OpDef& op, InferArgs args, int depth = 0);

// Errors: as TypeInference; kUnsupported: subgraphs nested deeper than 32.
Status infer_types(Graph& graph);

}  // namespace mote
