// Subgraph of a .tflite file → nodes of a Graph.
#pragma once
#include <map>
#include <span>
#include <string>
#include <vector>

#include "format/tflite/read/read_context.h"
#include "format/tflite/read/tensors.h"

namespace mote::tfl {

// What callers call tensors: a name or several, in their order.
using TensorNames = std::multimap<int, std::string>;

class SubgraphReader {
 public:
  // Its nodes go to the end of `graph`, which has the inference `inference`.
  // Errors: kCorrupt: no such subgraph, or tensors that cannot be; kUnsupported: too deep.
  static Result<SubgraphReader> open(ReadContext& context, std::int64_t index, Graph& graph,
                                     TypeInference& inference, int depth);

  std::span<const std::int32_t> inputs() const { return values_of(subgraph_->inputs()); }
  std::span<const std::int32_t> outputs() const { return values_of(subgraph_->outputs()); }

  // Its inputs are new inputs of the graph, each tensor one, by its first name if it has any.
  Status declare_inputs(const TensorNames& names);
  // Its inputs are these values, as they are stored. Errors: kCorrupt: another number.
  Status bind_inputs(std::span<const ValueId> values);
  // Adds the nodes of all operators. Errors: of the first that cannot be, unless problems are
  // collected.
  Status read_operators();
  // As they are stored. Errors: kInvalidArgument: one that nothing makes.
  Result<std::vector<ValueId>> output_values();

  ReadContext& context() { return *context_; }
  Graph& graph() { return *graph_; }
  TypeInference& inference() { return *inference_; }
  Tensors& tensors() { return tensors_; }
  int depth() const { return depth_; }
  // Tensors that are handles: of a variable or a table, by the name that all subgraphs share.
  std::map<int, std::string>& handles() { return handles_; }
  // Tensors of complex numbers, which nodes take as f32[..., 2]: the real and the imaginary parts.
  std::map<int, ValueId>& spectra() { return spectra_; }

 private:
  SubgraphReader(ReadContext& context, std::int64_t index, const fb::SubGraph* subgraph,
                 Graph& graph, TypeInference& inference, int depth, Tensors tensors)
      : context_(&context),
        index_(index),
        subgraph_(subgraph),
        graph_(&graph),
        inference_(&inference),
        depth_(depth),
        tensors_(std::move(tensors)) {}

  Status check_tensors(std::span<const std::int32_t> tensors, bool optional) const;
  Status read_operator(const fb::Operator& op);
  // What is left of an error of `op`.
  Status excuse(const fb::Operator& op, Error error, Obstacle where);
  // A node that stands for what cannot be mapped.
  Status add_unmapped(const fb::Operator& op, const std::string& op_type, bool sound);

  ReadContext* context_;
  std::int64_t index_;
  const fb::SubGraph* subgraph_;
  Graph* graph_;
  TypeInference* inference_;
  int depth_;
  Tensors tensors_;
  std::map<int, std::string> handles_;
  std::map<int, ValueId> spectra_;
};

// The number was a byte once; the greater of the two fields is it.
fb::BuiltinOperator code_of(const fb::OperatorCode& code);

// Names each node as its first output, which no other has: ONNX Runtime wants names to be unique.
void name_nodes(Graph& graph);

// "CONV_2D", or the code of a custom operator.
std::string operator_name(const fb::OperatorCode& code);

}  // namespace mote::tfl
