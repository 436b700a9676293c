#include "runtime/dynamic_run.h"

#include "base/result.h"
#include "base/text.h"
#include "ir/inference.h"
#include "ops/decomposition.h"

namespace mote {
namespace {

// Infers subgraphs and nodes as TypeInference does, with every value known.
class DynamicRun {
 public:
  DynamicRun(Graph graph, const PlanOptions& options, Workers& workers, const StopToken& stop)
      : graph_(std::move(graph)), options_(options), workers_(workers), stop_(stop) {
    readers_.resize(graph_.value_count());
    values_.resize(graph_.value_count());
    owners_.resize(graph_.value_count(), ValueId::kNone);
    sharers_.resize(graph_.value_count());
  }

  Result<std::vector<Tensor>> run(std::span<const Tensor> inputs) {
    count_readers();
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      values_[static_cast<std::size_t>(graph_.inputs[i])] = inputs[i];
    }
    for (const NodeId id : graph_.node_ids()) {
      MOTE_TRY(stop_.check());
      if (Status s = run_node(id); !s) {
        return std::move(s).error().with_context(describe(graph_, graph_.node(id)));
      }
    }
    MOTE_TRY(stop_.check());
    std::vector<Tensor> outputs;
    for (const GraphOutput& output : graph_.outputs) outputs.push_back(value(output.value));
    return outputs;
  }

 private:
  const Tensor& value(ValueId id) const {
    const Tensor& constant = graph_.value(id).constant;
    return constant ? constant : values_[static_cast<std::size_t>(id)];
  }

  void count_readers() {
    for (std::size_t i = 0; i < readers_.size(); ++i) {
      const auto id = static_cast<ValueId>(i);
      readers_[i] = graph_.value(id).uses.size() + (graph_.is_output(id) ? 1 : 0);
    }
  }

  InputInfo info(ValueId id) const {
    InputInfo i;
    if (id == ValueId::kNone) return i;
    i.present = true;
    i.constant = value(id);
    i.type = TensorType(i.constant.dtype(), i.constant.dims());
    return i;
  }

  Status run_node(NodeId id) {
    const Node& node = graph_.node(id);
    if (node.op == nullptr) {
      return Error{Code::kUnsupported, cat("operator ", node.op_type, " is not one of this build")};
    }
    std::vector<InputInfo> in;
    for (const ValueId v : node.inputs) in.push_back(info(v));
    std::vector<InputInfo> out(node.outputs.size());
    MOTE_TRY(infer_node(*node.op, node, in, out));
    std::vector<Tensor> results;
    if (node.op->view) {
      results.push_back(in[0].constant.reshaped(*out[0].type.tensor.dims()));
    } else {
      MOTE_ASSIGN(results, compute(node, in, out));
    }
    for (std::size_t i = 0; i < out.size(); ++i) {
      const ValueId y = node.outputs[i];
      if (y != ValueId::kNone) {
        keep(y, node.op->view ? owner(node.inputs[0]) : y, std::move(results[i]));
      } else if (!node.op->view) {
        alive_bytes_ -= results[i].bytes();
      }
    }
    for (const ValueId v : node.inputs) release(v);
    return {};
  }

  // Errors: kUnsupported: even the inputs' values do not tell the outputs' sizes.
  Status infer_node(const OpDef& op, const Node& node, std::span<const InputInfo> in,
                    std::vector<InputInfo>& out) {
    const auto declared = node.declared_inputs().size();
    MOTE_TRY(infer_outputs(op, {.op_params = node.params.get(),
                                .in = in.first(declared),
                                .captured = in.subspan(declared),
                                .output_count = out.size(),
                                .out = out}));
    for (const InputInfo& o : out) {
      if (o.type.kind == Type::Kind::kTensor && o.type.tensor.dims()) continue;
      return Error{Code::kUnsupported, cat("gives a value of type ", to_string(o.type),
                                           ", whose size this build cannot know beforehand")};
    }
    return {};
  }

  Result<std::vector<Tensor>> compute(const Node& node, std::span<const InputInfo> in,
                                      std::span<const InputInfo> out) {
    std::vector<Tensor> results;
    std::vector<TensorView> in_views;
    std::vector<MutTensorView> out_views;
    for (const InputInfo& i : in) in_views.push_back(i.present ? i.constant.view() : TensorView());
    for (const InputInfo& o : out) {
      MOTE_ASSIGN(Tensor t, allocate(o.type.tensor.dtype, *o.type.tensor.dims()));
      out_views.push_back(t.mut());
      results.push_back(std::move(t));
    }
    PlanOptions left = options_;
    left.memory_budget_bytes -= std::min(left.memory_budget_bytes, alive_bytes_);
    MOTE_ASSIGN(const auto step, prepare_step(node, in, out, left));
    const auto scratch_size = static_cast<std::int64_t>(step->scratch_bytes());
    MOTE_ASSIGN(Tensor scratch, allocate(DType::kU8, {scratch_size}));
    alive_bytes_ -= scratch.bytes();
    MOTE_TRY(step->run({.in = in_views,
                        .out = out_views,
                        .scratch = static_cast<std::byte*>(scratch.mut().data),
                        .workers = workers_,
                        .stop = stop_}));
    return results;
  }

  Result<Tensor> allocate(DType dtype, const Dims& dims) {
    MOTE_ASSIGN(const std::uint64_t bytes, byte_size(dtype, dims));
    if (bytes >
        options_.memory_budget_bytes - std::min(alive_bytes_, options_.memory_budget_bytes)) {
      return Error{
          Code::kResourceExhausted,
          cat("a tensor of ", human_bytes(bytes), " beside ", human_bytes(alive_bytes_),
              " is over the memory budget of ", human_bytes(options_.memory_budget_bytes))};
    }
    alive_bytes_ += bytes;
    return Tensor::zeros(dtype, dims);
  }

  // The value whose memory `id` lies in; kNone: memory from outside.
  ValueId& owner(ValueId id) { return owners_[static_cast<std::size_t>(id)]; }
  int& sharers(ValueId id) { return sharers_[static_cast<std::size_t>(id)]; }

  void keep(ValueId id, ValueId in_memory_of, Tensor tensor) {
    owner(id) = in_memory_of;
    if (in_memory_of != ValueId::kNone) ++sharers(in_memory_of);
    values_[static_cast<std::size_t>(id)] = std::move(tensor);
    if (readers_[static_cast<std::size_t>(id)] == 0) drop(id);
  }

  void release(ValueId id) {
    if (id != ValueId::kNone && --readers_[static_cast<std::size_t>(id)] == 0) drop(id);
  }

  void drop(ValueId id) {
    Tensor& tensor = values_[static_cast<std::size_t>(id)];
    const bool last = owner(id) != ValueId::kNone && --sharers(owner(id)) == 0;
    if (last) alive_bytes_ -= tensor.bytes();
    tensor = Tensor();
  }

  Graph graph_;
  const PlanOptions& options_;
  Workers& workers_;
  const StopToken& stop_;
  std::vector<std::size_t> readers_;  // reads that are still to come, by value id
  std::vector<Tensor> values_;
  std::vector<ValueId> owners_;    // by value id; views have that of what they show
  std::vector<int> sharers_;       // values that live in an owner's memory, by the owner's id
  std::uint64_t alive_bytes_ = 0;  // of owners with sharers
};

}  // namespace

Result<std::vector<Tensor>> run_dynamic(const Graph& graph, std::span<const Tensor> inputs,
                                        const PlanOptions& options, Workers& workers,
                                        const StopToken& stop) {
  Graph g = graph;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    g.value(g.inputs[i]).type = TensorType(inputs[i].dtype(), inputs[i].dims());
  }
  MOTE_TRY(decompose_all(g));
  return DynamicRun(std::move(g), options, workers, stop).run(inputs);
}

}  // namespace mote
