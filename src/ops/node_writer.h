// NodeWriter: adds nodes to a graph one after the other, typed as they come. What decompositions
// and gradients are written with.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ir/inference.h"
#include "ir/op_def.h"

namespace mote {

// Adds nodes of newest version before one place. The first failure stays; what is added after it is
// ignored, so that only status() need be looked at.
class NodeWriter {
 public:
  // inference: of `graph`, with the nodes before `before` (kNone: the end) inferred.
  // name: what the names of nodes and values begin with; may be empty.
  NodeWriter(Graph& graph, TypeInference& inference, NodeId before, std::string name)
      : graph_(graph), inference_(inference), before_(before), name_(std::move(name)) {}

  Graph& graph() { return graph_; }
  TypeInference& inference() { return inference_; }

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
  ValueId constant(Tensor tensor);
  // s64[n], as shapes, axes and the like are given.
  ValueId integers(std::vector<std::int64_t> values);
  // A scalar of the dtype of `like`, a float or integer type.
  ValueId scalar_like(ValueId like, double value);

  void fail(Error error);
  const Status& status() const { return status_; }

 protected:
  Graph& graph_;
  TypeInference& inference_;

 private:
  NodeId before_;
  std::string name_;
  Status status_;
};

}  // namespace mote
