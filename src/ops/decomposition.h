// Decomposition: a composite operator as nodes of others. Such an operator needs no reference, no
// kernel and no inference of its own:
//
//   Status bias_gelu(Decomposition& d) {
//     d.yield(0, d.add("Gelu", {d.add("Add", {d.in(0), d.in(1)})}));
//     return d.status();
//   }
//   .infer = infer_decomposed<bias_gelu>, .decompose = bias_gelu,
#pragma once
#include <span>

#include "ops/node_writer.h"

namespace mote {

class Decomposition : public NodeWriter {
 public:
  // inference: of `graph`, with the nodes before `node` inferred.
  Decomposition(Graph& graph, NodeId node, TypeInference& inference)
      : NodeWriter(graph, inference, node, graph.node(node).name),
        id_(node),
        results_(output_count(), ValueId::kNone) {}

  template <class P>
  const P& params() const {
    return static_cast<const P&>(*node().params);
  }
  NodeId id() const { return id_; }
  const Node& node() const { return graph_.node(id_); }
  bool has(std::size_t i) const { return in(i) != ValueId::kNone; }
  // Declared input i; kNone if it is absent.
  ValueId in(std::size_t i) const;
  std::size_t output_count() const { return node().outputs.size(); }
  // The node asks for output i.
  bool wants(std::size_t i) const {
    return i < output_count() && node().outputs[i] != ValueId::kNone;
  }
  // The nodes of a graph that the composite holds. inputs: as its inputs. The values of its
  // outputs.
  std::vector<ValueId> add_graph(const Graph& inner, std::span<const ValueId> inputs);

  // Output i of the composite is `value`.
  void yield(std::size_t i, ValueId value);

  // The values that were yielded, kNone where none was.
  std::span<const ValueId> results() const { return results_; }

 private:
  NodeId id_;
  std::vector<ValueId> results_;
};

// Inference of an operator that decomposes: that of its nodes.
Status infer_by_decomposing(Status (*decompose)(Decomposition&), const InferArgs& args);
template <Status (*decompose)(Decomposition&)>
Status infer_decomposed(const InferArgs& args) {
  return infer_by_decomposing(decompose, args);
}

// Puts the nodes of one composite in its place: what its outputs are now, kNone where nobody wants
// one. Requires: the nodes before it are inferred. Errors: as the composite's, which then stays as
// it is.
Result<std::vector<ValueId>> decompose_node(Graph& graph, NodeId id, TypeInference& inference);
// The same by another function than the operator's own.
Result<std::vector<ValueId>> decompose_node(Graph& graph, NodeId id, TypeInference& inference,
                                            Status (*decompose)(Decomposition&));

// Whether composites may stay of which too little is known as yet (they say kUnsupported).
enum class Undecomposed : std::uint8_t { kStay, kAreErrors };

// Puts the nodes of composites in their places and infers types. Errors: as the composites'.
Status decompose_all(Graph& graph, Undecomposed undecomposed = Undecomposed::kStay);

}  // namespace mote
