// The tensors of one subgraph as values of a Graph, each in the forms that its readers ask for.
#pragma once
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "format/tflite/read/permutation.h"
#include "format/tflite/read/read_context.h"
#include "ir/inference.h"
#include "ops/node_writer.h"

namespace mote::tfl {

// The elements of a tensor can be had as they are stored, or as the real numbers that they stand
// for (which are the same unless it is quantized), with their axes in any order. Each form is made
// once, when it is first asked for: a chain of convolutions stays channels-first throughout. A
// constant of lower rank than an order has is read as broadcasting reads it. Methods that add nodes
// put errors into `status` and then return kNone.
class Tensors {
 public:
  // Errors: those of read_tensor_def.
  static Result<Tensors> read(ReadContext& context, const fb::SubGraph& subgraph, Graph& graph,
                              TypeInference& inference);

  const TensorDef& def(int tensor) const { return defs_[static_cast<std::size_t>(tensor)]; }
  int count() const { return static_cast<int>(defs_.size()); }
  bool contains(int tensor) const { return tensor >= 0 && tensor < count(); }

  ValueId stored(int tensor, const Permutation& perm, Status& status);
  ValueId real(int tensor, const Permutation& perm, Status& status);
  // As it is stored, as s64.
  ValueId stored_s64(int tensor, Status& status);
  // It can be had in this order without moving elements of what is computed: it was made so, is a
  // constant, or has one element.
  bool has_order(int tensor, const Permutation& perm);
  // A node made it in this order.
  bool was_made_in(int tensor, const Permutation& perm);
  // Something made it, or it is a constant. Errors: those of read_constant.
  Result<bool> is_known(int tensor);

  // From here on nodes belong to another operator of the file.
  void begin_operator() { first_fresh_ = graph_->value_count(); }
  // What makes it, which gets the tensor's name if the operator at hand made it.
  void set_stored(int tensor, const Permutation& perm, ValueId value);
  // The same from real numbers, quantized as the tensor is.
  void set_real(int tensor, const Permutation& perm, ValueId value, Status& status);

  // What a variable is from here on, and at the begin of the next run.
  void set_variable(int tensor, ValueId value, Status& status);

  NodeWriter writer(std::string name) {
    return {*graph_, *inference_, NodeId::kNone, std::move(name)};
  }

 private:
  struct Form {
    Permutation perm;
    ValueId stored = ValueId::kNone;
    ValueId real = ValueId::kNone;
    ValueId s64 = ValueId::kNone;  // of what is stored
  };

  // Constants, once for all that quantize or dequantize the tensor. zero_point may be none.
  struct Scales {
    ValueId scale = ValueId::kNone;
    ValueId zero_point = ValueId::kNone;
  };

  Tensors(ReadContext& context, Graph& graph, TypeInference& inference)
      : context_(&context), graph_(&graph), inference_(&inference) {}

  Form* find(int tensor, const Permutation& perm);
  Form& form(int tensor, const Permutation& perm);
  Status declare_variable(int tensor);
  // Errors: those of is_known; kUnsupported, kInvalidArgument: nothing made it.
  Status require(int tensor);
  // Adds the form in which the file has a constant. False: it is none.
  Result<bool> load_constant(int tensor);
  Result<ValueId> make_stored(int tensor, const Permutation& perm);
  Result<ValueId> make_s64(int tensor, ValueId value);
  Result<ValueId> make_real(int tensor, const Permutation& perm);
  Result<Scales> scales(int tensor);
  Result<ValueId> dequantize(int tensor, const Permutation& perm, ValueId q);
  Result<ValueId> dequantize_blocks(int tensor, ValueId q);
  // What another tensor has for each block. `what`: for errors.
  Result<ValueId> of_blocks(NodeWriter& w, int source, std::string_view what, DType to);
  Result<ValueId> quantize(int tensor, const Permutation& perm, ValueId value);
  std::string name_of(int tensor, const Permutation& perm) const;
  void give_name(ValueId value, int tensor, const Permutation& perm);

  ReadContext* context_;
  Graph* graph_;
  TypeInference* inference_;
  std::string subgraph_key_;  // tells the variables of subgraphs apart
  std::vector<TensorDef> defs_;
  std::vector<std::vector<Form>> forms_;  // of each tensor
  std::vector<Scales> scales_;
  std::size_t first_fresh_ = 0;
  std::unordered_set<ValueId> named_;  // values that have a tensor's name
};

// Zeros as the tensor stores them, of the sizes that open ones have at first.
// Errors: kResourceExhausted; kCorrupt.
Result<Tensor> zero_state(const TensorDef& def, Budget& budget);

// Scale and zero point as QuantizeLinear and DequantizeLinear take them, one for all or for each
// index of the axis. Errors: kUnsupported: zero points that elements of `dtype` cannot have.
struct QuantizationConstants {
  Tensor scale, zero_point;
};
Result<QuantizationConstants> constants_of(const Quantization& quantization, DType dtype);

}  // namespace mote::tfl
