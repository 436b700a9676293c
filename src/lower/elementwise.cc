#include "lower/elementwise.h"

#include <algorithm>

#include "ir/op_def.h"
#include "passes/rewrite.h"

namespace mote {
namespace {

constexpr std::string_view kElementwise[] = {"Abs",
                                             "Add",
                                             "And",
                                             "BitwiseAnd",
                                             "BitwiseNot",
                                             "BitwiseOr",
                                             "BitwiseXor",
                                             "Cast",
                                             "Ceil",
                                             "Celu",
                                             "Clip",
                                             "Cos",
                                             "Div",
                                             "Elu",
                                             "Equal",
                                             "Erf",
                                             "Exp",
                                             "Floor",
                                             "Gelu",
                                             "Greater",
                                             "GreaterOrEqual",
                                             "HardSigmoid",
                                             "HardSwish",
                                             "IsInf",
                                             "IsNaN",
                                             "LeakyRelu",
                                             "Less",
                                             "LessOrEqual",
                                             "Log",
                                             "Max",
                                             "Mean",
                                             "Min",
                                             "Mish",
                                             "Mul",
                                             "Neg",
                                             "Not",
                                             "Or",
                                             "PRelu",
                                             "Pow",
                                             "Reciprocal",
                                             "Relu",
                                             "Round",
                                             "Selu",
                                             "Shrink",
                                             "Sigmoid",
                                             "Sign",
                                             "Sin",
                                             "Softplus",
                                             "Softsign",
                                             "Sqrt",
                                             "Sub",
                                             "Sum",
                                             "Swish",
                                             "Tanh",
                                             "ThresholdedRelu",
                                             "Where",
                                             "Xor"};

constexpr std::string_view kOthers[] = {"com.microsoft.QLinearAdd", "com.microsoft.QLinearMul",
                                        "mote.Lookup"};

// QuantizeLinear with one scale for all elements.
bool is_plain_quantize(const Graph& graph, const Node& node) {
  if (!is_op(node, "QuantizeLinear") && !is_op(node, "com.microsoft.QuantizeLinear")) return false;
  const auto scale = graph.value(node.inputs[1]).type.tensor.dims();
  return scale && scale->count() == 1;
}

}  // namespace

bool is_elementwise(const Graph& graph, const Node& node) {
  if (node.op == nullptr) return false;
  if (!node.op->domain.empty() || node.op->name == "QuantizeLinear") {
    return std::ranges::find(kOthers, operator_of(node)) != std::end(kOthers) ||
           is_plain_quantize(graph, node);
  }
  return std::ranges::binary_search(kElementwise, node.op->name);
}

}  // namespace mote
