// A batch normalization that no convolution took in becomes a product and a sum for each channel,
// which work in any layout.
#include <cmath>

#include "passes/pass.h"
#include "passes/rewrite.h"

namespace mote {
namespace {

struct Affine {
  Tensor scale, shift;  // [C, 1...]: as they broadcast to [N, C, D...]
};

bool is_constant_inference(const Graph& graph, const Node& node) {
  if (!is_op(node, "BatchNormalization") || integer_of(node, "training_mode", 0) != 0) return false;
  const TensorType& x = graph.value(node.inputs[0]).type.tensor;
  if (x.dtype != DType::kF32 || (x.rank() != 3 && x.rank() != 4)) return false;
  for (std::size_t i = 1; i < 5; ++i) {
    if (!graph.is_constant(node.inputs[i])) return false;
    if (graph.value(node.inputs[i]).constant.dtype() != DType::kF32) return false;
  }
  return true;
}

Result<Affine> affine_of(const Graph& graph, const Node& node) {
  const auto input = [&](std::size_t i) {
    return graph.value(node.inputs[i]).constant.values<float>();
  };
  const auto* epsilon = node.attributes.find("epsilon");
  const double e = epsilon != nullptr ? static_cast<double>(std::get<float>(*epsilon))
                                      : static_cast<double>(1e-5F);
  Dims dims{std::ssize(input(1))};
  while (dims.rank() + 1 < graph.value(node.inputs[0]).type.tensor.rank()) dims.push_back(1);
  Affine a;
  MOTE_ASSIGN(a.scale, Tensor::zeros(DType::kF32, dims));
  MOTE_ASSIGN(a.shift, Tensor::zeros(DType::kF32, dims));
  const auto scale = input(1), shift = input(2), mean = input(3), variance = input(4);
  for (std::size_t c = 0; c < scale.size(); ++c) {
    const double s =
        static_cast<double>(scale[c]) / std::sqrt(static_cast<double>(variance[c]) + e);
    a.scale.mut().as<float>()[c] = static_cast<float>(s);
    a.shift.mut().as<float>()[c] =
        static_cast<float>(static_cast<double>(shift[c]) - static_cast<double>(mean[c]) * s);
  }
  return a;
}

Result<bool> run(Graph& graph, const PassContext& context) {
  bool changed = false;
  for (const NodeId id : graph.node_ids()) {
    if (!is_constant_inference(graph, graph.node(id))) continue;
    MOTE_ASSIGN(Affine affine, affine_of(graph, graph.node(id)));
    const std::string name = graph.value(graph.node(id).outputs[0]).name;
    const ValueId x = graph.node(id).inputs[0];
    const ValueId scale = graph.add_constant(name + "_scale", std::move(affine.scale));
    const ValueId shift = graph.add_constant(name + "_shift", std::move(affine.shift));
    NodeAdder add(graph, context.ops, id);
    MOTE_ASSIGN(const ValueId product, add.add("Mul", {x, scale}, {}, name + "_scaled"));
    MOTE_ASSIGN(const ValueId sum, add.add("Add", {product, shift}, {}, name));
    replace_node(graph, id, sum);
    changed = true;
  }
  return changed;
}

}  // namespace

extern const Pass kExpandBatchNorm;
constinit const Pass kExpandBatchNorm = {
    .name = "expand_batch_norm",
    .doc = "Makes a product and a sum of a batch normalization by constants.",
    .run = run,
};

}  // namespace mote
