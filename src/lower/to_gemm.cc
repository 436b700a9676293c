// Products by constant matrices, MatMul and Gemm, in the one form that takes in what follows them.
#include "passes/pass.h"
#include "passes/rewrite.h"

namespace mote {
namespace {

bool is_f32_matrix(const Graph& graph, ValueId id) {
  if (!graph.is_constant(id)) return false;
  const Tensor& t = graph.value(id).constant;
  return t.dtype() == DType::kF32 && t.dims().rank() == 2 && t.count() > 0;
}

bool has_input(const Node& node, std::size_t i) {
  return node.inputs.size() > i && node.inputs[i] != ValueId::kNone;
}

bool is_one(const Node& node, std::string_view attribute) {
  const AttributeValue* value = node.attributes.find(attribute);
  return value == nullptr || std::get<float>(*value) == 1.0F;
}

bool is_product(const Graph& graph, const Node& node) {
  if (!is_op(node, "MatMul") && !is_op(node, "Gemm")) return false;
  const TensorType& x = graph.value(node.inputs[0]).type.tensor;
  const bool typed = x.dtype == DType::kF32 && x.rank() > 0 && x.dims().has_value();
  if (!typed || !is_f32_matrix(graph, node.inputs[1])) return false;
  if (is_op(node, "MatMul")) return true;
  return is_one(node, "alpha") && is_one(node, "beta") && integer_of(node, "transA", 0) == 0;
}

// C of Gemm as a bias, if it is one; undefined otherwise.
Tensor bias_of(const Graph& graph, const Node& gemm, std::int64_t n) {
  if (!graph.is_constant(gemm.inputs[2])) return {};
  const Tensor& c = graph.value(gemm.inputs[2]).constant;
  const bool row = c.count() == n && c.dims().rank() > 0 && c.dims()[c.dims().rank() - 1] == n;
  return row ? c.reshaped({n}) : Tensor();
}

// mote.Gemm(x, w, bias, residual).
Result<bool> rewrite(Graph& graph, NodeId id, const PassContext& context) {
  const Node& node = graph.node(id);
  if (!is_product(graph, node)) return false;
  std::vector<ValueId> inputs{node.inputs[0], node.inputs[1]};
  const std::int64_t transposed = integer_of(node, "transB", 0) != 0 ? 1 : 0;
  const auto out = graph.value(node.outputs[0]).type.tensor.dims();
  if (!out) return false;
  if (has_input(node, 2)) {
    const ValueId c = node.inputs[2];
    const auto c_dims = graph.value(c).type.tensor.dims();
    if (Tensor bias = bias_of(graph, node, (*out)[1])) {
      inputs.push_back(graph.add_constant(graph.value(c).name + "_row", std::move(bias)));
    } else if (c_dims && *c_dims == *out) {
      inputs.insert(inputs.end(), {ValueId::kNone, c});
    } else {
      return false;
    }
  }
  const std::string name = graph.value(graph.node(id).outputs[0]).name;
  NodeAdder add(graph, context.ops, id);
  MOTE_ASSIGN(const ValueId y,
              add.add("mote.Gemm", std::move(inputs), {{"transB", transposed}}, name));
  replace_node(graph, id, y);
  return true;
}

Result<bool> run(Graph& graph, const PassContext& context) {
  bool changed = false;
  for (const NodeId id : graph.node_ids()) {
    MOTE_ASSIGN(const bool rewritten, rewrite(graph, id, context));
    changed |= rewritten;
  }
  return changed;
}

}  // namespace

extern const Pass kToGemm;
constinit const Pass kToGemm = {
    .name = "to_gemm",
    .doc = "Gives products by constant matrices room for bias, residual sum and activation.",
    .run = run,
};

}  // namespace mote
