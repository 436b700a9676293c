#include "ir/inference.h"

#include <algorithm>

#include "base/result.h"
#include "base/text.h"
#include "ir/evaluate.h"
#include "ir/uses.h"

namespace mote {
namespace {

constexpr int kMaxDepth = 32;
// Values up to this size are computed during inference: shapes, indices, scalars.
constexpr std::uint64_t kSmallBytes = 8192;

// Infers copies of subgraphs under what their node knows.
class Nested final : public SubgraphInference {
 public:
  explicit Nested(int depth) : depth_(depth) {}

  Result<std::vector<InputInfo>> infer(const Graph& subgraph, std::span<const InputInfo> inputs,
                                       std::span<const InputInfo> captured) const override {
    if (depth_ >= kMaxDepth) {
      return Error{Code::kUnsupported, cat("subgraphs are nested deeper than ", kMaxDepth)};
    }
    if (inputs.size() != subgraph.inputs.size()) {
      return Error{Code::kInvalidArgument,
                   cat("graph '", subgraph.name, "' has ", subgraph.inputs.size(),
                       " inputs, is given ", inputs.size())};
    }
    Graph graph = subgraph;
    forget_declared_types(graph);
    TypeInference inference(graph, depth_ + 1);
    const auto bring = [&](ValueId id, const InputInfo& info) -> Status {
      MOTE_TRY(refine(graph.value(id), info.type));
      inference.learn(id, info.constant);
      return {};
    };
    for (std::size_t i = 0; i < inputs.size(); ++i) MOTE_TRY(bring(graph.inputs[i], inputs[i]));
    for (const Capture& c : graph.captures) {
      MOTE_TRY(bring(c.inner, captured[static_cast<std::size_t>(c.index)]));
    }
    MOTE_TRY(inference.infer_all());
    std::vector<InputInfo> out;
    for (const GraphOutput& output : graph.outputs) out.push_back(inference.known(output.value));
    return out;
  }

 private:
  int depth_;
};

// Of types that contradict each other: whether only sizes do.
bool differ_in_sizes(const Type& a, const Type& b) {
  if (a.kind != b.kind || a.key != b.key) return false;
  if (a.kind == Type::Kind::kTensor) return a.tensor.dtype == b.tensor.dtype;
  return a.element && b.element && differ_in_sizes(*a.element, *b.element);
}

void note_dtypes(Uses& uses, std::span<const InputInfo> values) {
  for (const InputInfo& value : values) {
    for (const Type* t = &value.type; t != nullptr; t = t->element.get()) {
      if (t->key != DType::kUndefined) uses.dtypes.insert(t->key);
      if (t->tensor.dtype != DType::kUndefined) uses.dtypes.insert(t->tensor.dtype);
    }
  }
}

}  // namespace

// Exporters state wrong sizes often enough: what follows from the inputs wins. Element types are
// another matter.
Status refine(Value& value, const Type& inferred) {
  auto merged = merge(value.type, inferred);
  if (merged) {
    value.type = *std::move(merged);
    return {};
  }
  if (!differ_in_sizes(value.type, inferred)) {
    return std::move(merged).error().with_context(cat("output '", value.name, "'"));
  }
  value.type = inferred;
  return {};
}

void forget_declared_types(Graph& graph) {
  for (std::size_t i = 0; i < graph.value_count(); ++i) {
    Value& v = graph.value(static_cast<ValueId>(i));
    if (v.producer != NodeId::kNone && graph.node(v.producer).op != nullptr) v.type = {};
  }
}

InputInfo TypeInference::known(ValueId id) const {
  InputInfo info;
  if (id == ValueId::kNone) return info;
  const Value& value = graph_.value(id);
  info.type = value.type;
  info.constant = value.constant;
  info.present = true;
  if (const auto it = values_.find(static_cast<std::int32_t>(id)); it != values_.end()) {
    info.constant = it->second;
  }
  return info;
}

const Tensor* TypeInference::value(ValueId id) const {
  if (id == ValueId::kNone) return nullptr;
  const auto it = values_.find(static_cast<std::int32_t>(id));
  const Tensor& tensor = it != values_.end() ? it->second : graph_.value(id).constant;
  return tensor ? &tensor : nullptr;
}

void TypeInference::learn(ValueId id, Tensor value) {
  if (value) values_.insert_or_assign(static_cast<std::int32_t>(id), std::move(value));
}

// Only where everything is known and small, and so is the work; a reference that fails will fail
// again, with its message, when the model runs.
void TypeInference::evaluate_small(const Node& node, std::span<const InputInfo> in,
                                   std::span<InputInfo> out) const {
  const auto small = [](const InputInfo& i) {
    return !i.present || (i.constant && i.constant.dtype() != DType::kString &&
                          i.constant.bytes() <= kSmallBytes);
  };
  const bool all_known = !in.empty() && std::ranges::all_of(in, small);
  if (!all_known || node.op->costs_product() || node.op->unbounded || node.op->impure ||
      node.captured > 0 || node.op->reference == nullptr)
    return;
  // Texts may be longer than any budget.
  const auto texts = [](const InputInfo& o) { return o.type.tensor.dtype == DType::kString; };
  if (std::ranges::any_of(out, texts)) return;
  auto values = evaluate(*node.op, node.params.get(), in, out, kSmallBytes);
  if (!values) return;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (!out[i].constant) out[i].constant = std::move((*values)[i]);
  }
}

Status TypeInference::infer_bound(const Node& node) {
  std::vector<InputInfo> in;
  in.reserve(node.inputs.size());
  for (const ValueId v : node.inputs) in.push_back(known(v));
  const std::span<const InputInfo> all(in);
  const auto declared = node.declared_inputs().size();
  std::vector<InputInfo> out(node.outputs.size());
  const InferArgs args{.op_params = node.params.get(),
                       .in = all.first(declared),
                       .captured = all.subspan(declared),
                       .output_count = out.size(),
                       .out = out};
  MOTE_TRY(infer_outputs(*node.op, args, depth_));
  if (Uses* uses = collected_uses()) {
    note_dtypes(*uses, in);
    note_dtypes(*uses, out);
  }
  evaluate_small(node, all.first(declared), out);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const ValueId v = node.outputs[i];
    if (v == ValueId::kNone) continue;
    Value& value = graph_.value(v);
    if (out[i].type.tensor.rank() > kMaxRank) {
      return Error{Code::kUnsupported, cat("output '", value.name, "' has rank ",
                                           out[i].type.tensor.rank(), ", over ", kMaxRank)};
    }
    MOTE_TRY(refine(value, out[i].type));
    learn(v, std::move(out[i].constant));
  }
  return {};
}

Status TypeInference::infer(NodeId id) {
  const Node& node = graph_.node(id);
  if (node.op == nullptr || node.op->infer == nullptr) return {};
  if (Status s = infer_bound(node); !s) {
    return std::move(s).error().with_context(describe(graph_, node));
  }
  return {};
}

Status TypeInference::infer_all() {
  for (NodeId id = graph_.first_node(); id != NodeId::kNone; id = graph_.next_node(id)) {
    MOTE_TRY(infer(id));
  }
  return {};
}

Status infer_outputs(const OpDef& op, InferArgs args, int depth) {
  const Nested nested(depth);
  args.subgraphs = &nested;
  return op.infer(args);
}

Status infer_types(Graph& graph) { return TypeInference(graph).infer_all(); }

}  // namespace mote
