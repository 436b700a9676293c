// OpDef: everything that runs of one operator. Its ONNX versions (OnnxOp) and its documentation and
// samples (OpDoc) stand beside it in the same file; the linker drops what a program does not list.
#pragma once
#include <initializer_list>
#include <limits>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "ir/compute.h"
#include "ir/graph.h"
#include "ir/step.h"

namespace mote {

class Decomposition;
struct KernelTable;

// Base of an operator's own struct of parsed attributes.
struct OpParams {
  virtual ~OpParams() = default;
};

// What inference knows of one input.
struct InputInfo {
  Type type;
  Tensor constant;       // undefined unless the value is known
  bool present = false;  // false: an optional input that is absent

  const TensorType& tensor() const { return type.tensor; }
};

// Infers the outputs of a graph that an operator holds, given its inputs. Known values pass in.
class SubgraphInference {
 public:
  virtual ~SubgraphInference() = default;
  // inputs: as graph.inputs. captured: the node's captured inputs.
  virtual Result<std::vector<InputInfo>> infer(const Graph& graph,
                                               std::span<const InputInfo> inputs,
                                               std::span<const InputInfo> captured) const = 0;
};

struct InferArgs {
  const OpParams* op_params = nullptr;
  std::span<const InputInfo> in;  // declared inputs; absent ones at the end are cut off
  std::span<const InputInfo> captured;
  std::size_t output_count = 0;  // as the node declares
  const SubgraphInference* subgraphs = nullptr;
  std::vector<InputInfo>& out;  // output_count entries; set what is known

  template <class P>
  const P& params() const {
    return static_cast<const P&>(*op_params);
  }
  bool has(std::size_t i) const { return i < in.size() && in[i].present; }
  const TensorType& type(std::size_t i) const { return in[i].type.tensor; }
  // Null unless input i is there and its value is known.
  const Tensor* constant(std::size_t i) const {
    return has(i) && in[i].constant ? &in[i].constant : nullptr;
  }
  void set(std::size_t i, TensorType t) const {
    if (i < out.size()) out[i].type = std::move(t);
  }
};

// A subgraph planned for concrete sizes.
class SubPlan {
 public:
  virtual ~SubPlan() = default;
  virtual std::size_t arena_bytes() const = 0;
  virtual std::size_t packed_bytes() const = 0;
  // in: the subgraph's inputs, then the node's captured values. arena: arena_bytes(), aligned to
  // 64.
  virtual Status run(std::span<const TensorView> in, std::span<const TensorView> captured,
                     std::span<const MutTensorView> out, std::byte* arena, Workers& workers,
                     const StopToken& stop) const = 0;
};

class SubgraphPlanner {
 public:
  virtual ~SubgraphPlanner() = default;
  // A null pointer: a size within is known only while it runs.
  virtual Result<std::unique_ptr<SubPlan>> plan(const Graph& graph,
                                                std::span<const InputInfo> inputs,
                                                std::span<const InputInfo> captured) const = 0;
};

// What steps of a plan were made from constants, kept beside the plan for the next start.
class DerivedTensors {
 public:
  virtual ~DerivedTensors() = default;
  // What an earlier preparation of the same plan derived at this point; undefined: derive it.
  // Errors: kCorrupt: something else was derived there.
  virtual Result<Tensor> find(DType dtype, std::int64_t count) = 0;
  // It was derived from the node's inputs `from`.
  virtual void keep(std::span<const int> from, const Tensor& derived) = 0;
};

struct PrepareArgs {
  const OpParams* op_params = nullptr;
  std::span<const InputInfo> in;  // as InferArgs; every type has all its sizes
  std::span<const InputInfo> captured;
  std::span<const InputInfo> out;
  const KernelTable& kernels;
  const SubgraphPlanner* subgraphs = nullptr;
  // What packed weights may take.
  std::uint64_t packed_budget_bytes = std::numeric_limits<std::uint64_t>::max();

  DerivedTensors* derived = nullptr;  // null: everything is derived
  Workers* workers = nullptr;         // to derive with; null: the caller alone

  // Zeroed room for `count` elements of packed weights. Errors: kResourceExhausted.
  Result<Tensor> room_for_packed(std::int64_t count, DType dtype = DType::kF32) const;

  // A vector of packed weights, or whatever else follows from the elements of the constants `from`:
  // zeros that fill(MutTensorView, Workers&) writes, unless an earlier preparation did. What
  // preparing learns of elements of constants that the step does not read, it learns by this: they
  // may be absent (zeros) when the plan comes from a cache.
  // Errors: kResourceExhausted; kCorrupt; those of fill, which returns a Status.
  template <class Fill>
  Result<Tensor> derive(std::initializer_list<int> from, std::int64_t count, DType dtype,
                        const Fill& fill) const {
    auto found = derived != nullptr ? derived->find(dtype, count) : Result<Tensor>(Tensor());
    if (!found || *found) return found;
    auto made = room_for_packed(count, dtype);
    if (!made) return made;
    const Status filled = with_workers([&](Workers& w) { return fill(made->mut(), w); });
    if (!filled) return filled.error();
    if (derived != nullptr) derived->keep({from.begin(), from.size()}, *made);
    return made;
  }

  template <class P>
  const P& params() const {
    return static_cast<const P&>(*op_params);
  }
  bool has(std::size_t i) const { return i < in.size() && in[i].present; }
  Dims in_dims(std::size_t i) const { return *in[i].type.tensor.dims(); }
  Dims out_dims(std::size_t i) const { return *out[i].type.tensor.dims(); }
  DType in_dtype(std::size_t i) const { return in[i].type.tensor.dtype; }
  const Tensor* constant(std::size_t i) const {
    return has(i) && in[i].constant ? &in[i].constant : nullptr;
  }

 private:
  template <class F>
  Status with_workers(const F& f) const {
    if (workers != nullptr) return f(*workers);
    Workers alone(1);
    return f(alone);
  }
};

struct OpDef {
  std::string_view name;
  std::string_view domain = "";  // "" is ai.onnx; "mote" the execution dialect
  // Declared inputs and outputs; max < 0: any number.
  int min_inputs = 1;
  int max_inputs = 1;
  int min_outputs = 1;
  int max_outputs = 1;

  // Parses and checks attributes; null: the operator has none. Errors: kInvalidArgument.
  Result<std::unique_ptr<const OpParams>> (*parse)(const Attributes&) = nullptr;

  // Sets output types as far as inputs tell, and output constants where they are by-products
  // (Shape, Constant). Inputs may be of unknown dtype, rank or size; then outputs are too.
  // Errors: kInvalidArgument: inputs that can never be right.
  Status (*infer)(const InferArgs&) = nullptr;

  // Scalar, slow, obviously right, for every dtype that the operator takes. Allocates little
  // beside strings. Errors: bad index; kUnsupported dtype; kResourceExhausted.
  Status (*reference)(const OpParams*, const RunArgs&) = nullptr;

  // In place of a reference, where sizes or kinds of outputs hang on more than inference can tell,
  // or values are no tensors: makes its outputs as it runs. Nodes that have only this are dynamic.
  // Errors: as a reference's; kResourceExhausted.
  Status (*compute)(const OpParams*, const ComputeArgs&) = nullptr;

  // In place of all of these: the operator as a function of others (ops/decomposition.h), which
  // takes the node's place before planning.
  Status (*decompose)(Decomposition&) = nullptr;

  // A step with kernels; a null pointer: none for these types and sizes, use the reference.
  // Errors: kUnsupported; kResourceExhausted.
  Result<std::unique_ptr<Step>> (*prepare)(const PrepareArgs&) = nullptr;

  // Output 0 is input 0's bytes under other sizes: plans make no copy.
  bool view = false;
  // Not a function of its inputs alone (random numbers): never folded.
  bool impure = false;
  // Of constants it is computed only when the graph has been lowered: until then it says how they
  // are quantized.
  bool folds_late = false;

  // Multiply-accumulates, for inspection; null: none worth counting.
  std::int64_t (*macs)(const PrepareArgs&) = nullptr;
  // Each output may take in much of the input, as in a window: evaluating costs up to their
  // product.
  bool windowed = false;
  // Evaluating may cost more than sizes tell: never folded.
  bool unbounded = false;

  // The cost of evaluating is the product of the sizes, not their sum.
  bool costs_product() const { return macs != nullptr || windowed; }
};

// outputs * terms, at most 2^53, so that no sum of them overflows. Requires: neither is negative.
std::int64_t macs_of(std::int64_t outputs, std::int64_t terms);

// A set of operators to choose from, sorted by (domain, name).
class OpSet {
 public:
  explicit OpSet(std::span<const OpDef* const> sorted) : ops_(sorted) {}
  // Null if there is none.
  const OpDef* find(std::string_view domain, std::string_view name) const;
  std::span<const OpDef* const> all() const { return ops_; }

 private:
  std::span<const OpDef* const> ops_;
};

// "Conv", "ai.onnx.ml.Scaler"
std::string operator_of(const Node& node);
// The node's name, or that of its first output.
std::string label_of(const Graph& graph, const Node& node);

// "node 'conv1' (Conv)", or "node (Conv) -> y" if it has no name: how messages name a node.
std::string describe(const Graph& graph, const Node& node);

// Sets node.op and node.params from `ops` and node.attributes. A node whose operator is not in the
// set keeps op == nullptr. Errors: kInvalidArgument: attributes, or a number of inputs or outputs
// that the operator does not take.
Status bind(Node& node, const OpSet& ops);

}  // namespace mote
