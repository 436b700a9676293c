// Drops nodes whose output 0 is one of their inputs, to the last bit.
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "ir/half.h"
#include "passes/pass.h"
#include "passes/rewrite.h"

namespace mote {
namespace {

const TensorType& type_of(const Graph& graph, ValueId id) { return graph.value(id).type.tensor; }

bool present(const Node& node, std::size_t i) {
  return i < node.inputs.size() && node.inputs[i] != ValueId::kNone;
}

bool same_type(const Graph& graph, ValueId a, ValueId b) {
  const TensorType& x = type_of(graph, a);
  const TensorType& y = type_of(graph, b);
  if (x.dtype == DType::kUndefined || x.dtype != y.dtype || !x.shape || !y.shape) return false;
  return std::ranges::equal(*x.shape, *y.shape,
                            [](const Dim& p, const Dim& q) { return p.same(q); });
}

// Every element of constant input i fulfils `test`; true if the input is absent.
template <class Test>
bool all_integers(const Graph& graph, const Node& node, std::size_t i, const Test& test) {
  if (!present(node, i)) return true;
  if (!graph.is_constant(node.inputs[i])) return false;
  const Tensor& t = graph.value(node.inputs[i]).constant;
  if (t.dtype() == DType::kS64) return std::ranges::all_of(t.values<std::int64_t>(), test);
  if (t.dtype() == DType::kS32) return std::ranges::all_of(t.values<std::int32_t>(), test);
  return false;
}

template <class T>
double first_of(const Tensor& t) {
  return static_cast<double>(t.values<T>()[0]);
}

// The one element of a constant; nullopt: more of them, or a type that is not handled.
std::optional<double> scalar_of(const Graph& graph, ValueId id) {
  if (!graph.is_constant(id)) return std::nullopt;
  const Tensor& t = graph.value(id).constant;
  if (t.count() != 1) return std::nullopt;
  switch (t.dtype()) {
    case DType::kF32:
      return first_of<float>(t);
    case DType::kF64:
      return first_of<double>(t);
    case DType::kF16:
      return f16_to_f32(*t.view().as<std::uint16_t>());
    case DType::kBF16:
      return bf16_to_f32(*t.view().as<std::uint16_t>());
    case DType::kS32:
      return first_of<std::int32_t>(t);
    case DType::kS64:
      return first_of<std::int64_t>(t);
    case DType::kU8:
      return first_of<std::uint8_t>(t);
    case DType::kS8:
      return first_of<std::int8_t>(t);
    default:
      return std::nullopt;
  }
}

// -- one function for each reason; `node` is bound and its input 0 is there

bool always(const Graph&, const Node&) { return true; }

// The same elements in the same order whenever the shape stays.
bool same_shape(const Graph& graph, const Node& node) {
  return same_type(graph, node.inputs[0], node.outputs[0]);
}

bool same_dtype(const Graph& graph, const Node& node) {
  const DType dtype = type_of(graph, node.inputs[0]).dtype;
  return dtype != DType::kUndefined && dtype == type_of(graph, node.outputs[0]).dtype;
}

bool one_input(const Graph&, const Node& node) { return node.inputs.size() == 1; }
bool one_output(const Graph&, const Node& node) { return node.outputs.size() == 1; }

// Inputs: data, ratio, training_mode.
bool not_training(const Graph& graph, const Node& node) {
  if (!present(node, 2)) return true;
  if (!graph.is_constant(node.inputs[2])) return false;
  const Tensor& training = graph.value(node.inputs[2]).constant;
  return training.dtype() == DType::kBool && training.count() == 1 && !training.values<bool>()[0];
}

// Without `perm` the axes are reversed.
bool keeps_axes(const Graph& graph, const Node& node) {
  const int rank = type_of(graph, node.inputs[0]).rank();
  const auto perm = integers_of(node, "perm");
  return perm.empty() ? rank == 0 || rank == 1 : std::ranges::is_sorted(perm);
}

bool pads_nothing(const Graph& graph, const Node& node) {
  return all_integers(graph, node, 1, [](auto pad) { return pad == 0; });
}

// A step back would give the same shape in another order.
bool slices_nothing(const Graph& graph, const Node& node) {
  return same_shape(graph, node) &&
         all_integers(graph, node, 4, [](auto step) { return step > 0; });
}

bool float_input(const Graph& graph, const Node& node) {
  const DType d = type_of(graph, node.inputs[0]).dtype;
  return d == DType::kF32 || d == DType::kF64 || d == DType::kF16 || d == DType::kBF16;
}

// Infinities are beyond the bounds that are not stated: the least and greatest finite number.
bool clips_nothing(const Graph& graph, const Node& node) {
  const bool known = type_of(graph, node.inputs[0]).dtype != DType::kUndefined;
  return known && !float_input(graph, node) && !present(node, 1) && !present(node, 2);
}

bool subtracts_nothing(const Graph& graph, const Node& node) {
  const auto c = scalar_of(graph, node.inputs[1]);
  return c && *c == 0.0 && !std::signbit(*c) && same_shape(graph, node);
}

bool divides_by_one(const Graph& graph, const Node& node) {
  return scalar_of(graph, node.inputs[1]) == 1.0 && same_shape(graph, node);
}

// The input that Add or Mul gives back: the one beside 0 or 1.
std::optional<std::size_t> neutral(const Graph& graph, const Node& node, double element) {
  for (const std::size_t kept : {0U, 1U}) {
    const auto c = scalar_of(graph, node.inputs[1 - kept]);
    if (!c || *c != element) continue;
    // x + -0 is x for every x, but -0 + +0 is +0.
    if (element == 0.0 && float_input(graph, node) && !std::signbit(*c)) continue;
    if (same_type(graph, node.inputs[kept], node.outputs[0])) return kept;
  }
  return std::nullopt;
}

struct NoOp {
  std::string_view op;
  bool (*holds)(const Graph&, const Node&);
};

constexpr NoOp kNoOps[] = {
    {"Identity", always},       {"Dropout", not_training}, {"Cast", same_dtype},
    {"CastLike", same_dtype},   {"BitCast", same_dtype},   {"Reshape", same_shape},
    {"Flatten", same_shape},    {"Squeeze", same_shape},   {"Unsqueeze", same_shape},
    {"Expand", same_shape},     {"Tile", same_shape},      {"Transpose", keeps_axes},
    {"Pad", pads_nothing},      {"Slice", slices_nothing}, {"Concat", one_input},
    {"Sum", one_input},         {"Mean", one_input},       {"Max", one_input},
    {"Min", one_input},         {"Split", one_output},     {"Clip", clips_nothing},
    {"Sub", subtracts_nothing}, {"Div", divides_by_one},
};

// The input that output 0 repeats.
std::optional<std::size_t> repeated_input(const Graph& graph, const Node& node) {
  if (!present(node, 0) || node.outputs.empty() || node.outputs[0] == ValueId::kNone) return {};
  for (std::size_t i = 1; i < node.outputs.size(); ++i) {
    if (node.outputs[i] != ValueId::kNone && !graph.unused(node.outputs[i])) return {};
  }
  if (is_op(node, "Add")) return neutral(graph, node, 0.0);
  if (is_op(node, "Mul")) return neutral(graph, node, 1.0);
  const bool no_op = std::ranges::any_of(
      kNoOps, [&](const NoOp& n) { return is_op(node, n.op) && n.holds(graph, node); });
  return no_op ? std::optional<std::size_t>(0) : std::nullopt;
}

Result<bool> run(Graph& graph, const PassContext&) {
  bool changed = false;
  for (const NodeId id : graph.node_ids()) {
    const auto input = repeated_input(graph, graph.node(id));
    if (!input) continue;
    replace_node(graph, id, graph.node(id).inputs[*input]);
    changed = true;
  }
  return changed;
}

}  // namespace

extern const Pass kRemoveNoOps;
constinit const Pass kRemoveNoOps = {
    .name = "remove_no_ops",
    .doc = "Drops nodes that give their input back, to the last bit.",
    .run = run,
};

}  // namespace mote
