// Decomposition: a composite operator as nodes of others. Such an operator needs no reference, no
// kernel and no inference of its own:
//
//   Status bias_gelu(Decomposition& d) {
//     d.yield(0, d.add("Gelu", {d.add("Add", {d.in(0), d.in(1)})}));
//     return d.status();
//   }
//   .infer = infer_decomposed<bias_gelu>, .decompose = bias_gelu,
#pragma once
#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ir/inference.h"
#include "ir/op_def.h"

namespace mote {

// Adds nodes of newest version before the composite node. The first failure stays; what is added
// after it is ignored, so that only status() need be looked at.
class Decomposition {
 public:
  // inference: of `graph`, with the nodes before `node` inferred.
  Decomposition(Graph& graph, NodeId node, TypeInference& inference)
      : graph_(graph), id_(node), inference_(inference), results_(output_count(), ValueId::kNone) {}

  template <class P>
  const P& params() const {
    return static_cast<const P&>(*node().params);
  }
  const Node& node() const { return graph_.node(id_); }
  bool has(std::size_t i) const { return in(i) != ValueId::kNone; }
  // Declared input i; kNone if it is absent.
  ValueId in(std::size_t i) const;
  std::size_t output_count() const { return node().outputs.size(); }
  // The node asks for output i.
  bool wants(std::size_t i) const {
    return i < output_count() && node().outputs[i] != ValueId::kNone;
  }
  // As inferred; unknown of kNone.
  TensorType type(ValueId value) const;
  DType dtype(ValueId value) const { return type(value).dtype; }
  // Fails with kUnsupported where the rank is not known; then 0.
  int rank(ValueId value);
  // Its value, if it is known. Valid until the next node is added.
  const Tensor* constant(ValueId value) const;

  ValueId add(std::string_view op_type, std::vector<ValueId> inputs, Attributes attributes = {},
              std::string_view domain = "");
  // A node of `outputs` outputs.
  std::vector<ValueId> add_many(std::size_t outputs, std::string_view op_type,
                                std::vector<ValueId> inputs, Attributes attributes = {},
                                std::string_view domain = "");
  // The nodes of a graph that the composite holds. inputs: as its inputs. The values of its
  // outputs.
  std::vector<ValueId> add_graph(const Graph& inner, std::span<const ValueId> inputs);
  ValueId constant(Tensor tensor);
  // s64[n], as shapes, axes and the like are given.
  ValueId integers(std::vector<std::int64_t> values);
  // A scalar of the dtype of `like`, a float or integer type.
  ValueId scalar_like(ValueId like, double value);

  // Output i of the composite is `value`.
  void yield(std::size_t i, ValueId value);
  void fail(Error error);
  Status status() const { return status_; }

  // The values that were yielded, kNone where none was.
  std::span<const ValueId> results() const { return results_; }

 private:
  Graph& graph_;
  NodeId id_;
  TypeInference& inference_;
  std::vector<ValueId> results_;
  Status status_;
};

// Inference of an operator that decomposes: that of its nodes.
Status infer_by_decomposing(Status (*decompose)(Decomposition&), const InferArgs& args);
template <Status (*decompose)(Decomposition&)>
Status infer_decomposed(const InferArgs& args) {
  return infer_by_decomposing(decompose, args);
}

// Whether composites may stay of which too little is known as yet (they say kUnsupported).
enum class Undecomposed : std::uint8_t { kStay, kAreErrors };

// Puts the nodes of composites in their places and infers types. Errors: as the composites'.
Status decompose_all(Graph& graph, Undecomposed undecomposed = Undecomposed::kStay);

}  // namespace mote
