#include "passes/dequantize.h"

#include <algorithm>
#include <map>
#include <unordered_set>

#include "base/text.h"
#include "ir/inference.h"
#include "ops/gradient/expand_gradient.h"
#include "passes/dequantize/plan.h"
#include "passes/quantized_operators.h"
#include "passes/rewrite.h"

namespace mote {

extern const Pass kFoldDequantized;
extern const Pass kRemoveDeadCode;
extern const Pass kRemoveNoOps;

namespace {

using namespace dequantization;

// Carries out a plan in one graph and those within.
class Dequantizer {
 public:
  Dequantizer(Graph& graph, const DequantizePlan& plan, const PassContext& context, int depth)
      : graph_(graph), plan_(plan), context_(context), inference_(graph, depth), depth_(depth) {}

  Status run() {
    forget_declared_types(graph_);
    for (const auto& [value, grid] : plan_.entering) MOTE_TRY(enter(value, grid));
    for (const Fill& fill : plan_.fills) MOTE_TRY(fill_in(fill));
    for (const NodeId id : graph_.node_ids()) MOTE_TRY(visit(id));
    for (GraphOutput& output : graph_.outputs) output.type = graph_.value(output.value).type;
    for (const Pass* pass :
         {&kRemoveDeadCode, &kFoldDequantized, &kRemoveNoOps, &kRemoveDeadCode}) {
      auto changed = pass->run(graph_, context_);
      if (!changed) return std::move(changed).error();
    }
    return {};
  }

 private:
  Status enter(ValueId input, const Grid& grid);
  Status fill_in(const Fill& fill);
  Status replace_zeros(const Fill& fill);
  Result<ValueId> number_for(const Fill& fill);
  Error unknown_number(const Fill& fill, const Error& reason) const;

  Status visit(NodeId id);
  Status pass_through(NodeId id);
  bool is_cut_at_zero(const Node& node, const Grid& grid) const;
  Status visit_subgraphs(NodeId id);
  Result<GraphPtr> without_quantization(const Node& node, const Graph& graph,
                                        const DequantizePlan& plan) const;

  Graph& graph_;
  const DequantizePlan& plan_;
  const PassContext& context_;
  TypeInference inference_;
  int depth_;
  std::unordered_set<ValueId> renamed_;
  std::map<std::pair<ValueId, std::size_t>, ValueId> numbers_;  // of constants in a set
};

// From outside it comes as a number from now on.
Status Dequantizer::enter(ValueId input, const Grid& grid) {
  Value& value = graph_.value(input);
  value.type.tensor.dtype = grid.number;
  if (!value.initial) return {};
  auto numbers = grid.numbers_of(value.initial, context_.max_constant_bytes);
  if (!numbers) {
    return std::move(numbers).error().with_context(
        cat("input '", value.name, "': what it is at first is quantized"));
  }
  value.initial = *std::move(numbers);
  return {};
}

Error Dequantizer::unknown_number(const Fill& fill, const Error& reason) const {
  const std::string where =
      fill.node == NodeId::kNone
          ? cat("output '", graph_.outputs[static_cast<std::size_t>(fill.index)].name, "'")
          : describe(graph_, graph_.node(fill.node));
  return Error(reason).with_context(
      cat(where, " puts constant integers among quantized ones, whose numbers are unknown"));
}

Result<ValueId> Dequantizer::number_for(const Fill& fill) {
  const auto key = std::pair(fill.value, fill.set);
  if (const auto made = numbers_.find(key); made != numbers_.end()) return made->second;
  auto numbers = fill.grid.numbers_of(fill.integers, context_.max_constant_bytes);
  if (!numbers) return unknown_number(fill, numbers.error());
  const ValueId number =
      graph_.add_constant(cat(graph_.value(fill.value).name, "/real"), *std::move(numbers));
  numbers_.emplace(key, number);
  return number;
}

// Integer constants among numbers become the numbers that they stood for.
Status Dequantizer::fill_in(const Fill& fill) {
  if (fill.value == ValueId::kNone) return replace_zeros(fill);
  MOTE_ASSIGN(const ValueId number, number_for(fill));
  if (fill.node != NodeId::kNone) {
    graph_.set_input(fill.node, fill.index, number);
    return {};
  }
  GraphOutput& output = graph_.outputs[static_cast<std::size_t>(fill.index)];
  --graph_.value(output.value).outputs;
  ++graph_.value(number).outputs;
  output.value = number;
  return {};
}

// What was the integer 0 is said to be the number that it stood for.
Status Dequantizer::replace_zeros(const Fill& fill) {
  if (fill.grid.only_zero_point() == 0) return {};
  const Node& node = graph_.node(fill.node);
  if (node.op_type != "Pad") {
    return Error{Code::kUnsupported, cat(describe(graph_, node),
                                         " puts zeros among quantized integers whose zero point "
                                         "is another: put DequantizeLinear before it")};
  }
  auto number = fill.grid.numbers_of(fill.integers, context_.max_constant_bytes);
  if (!number) return unknown_number(fill, number.error());
  const ValueId constant =
      graph_.add_constant(cat(graph_.value(node.outputs[0]).name, "/fill"), *std::move(number));
  if (node.inputs.size() > static_cast<std::size_t>(fill.index)) {
    graph_.set_input(fill.node, fill.index, constant);
  } else {
    graph_.append_input(fill.node, constant);
  }
  return {};
}

Status Dequantizer::visit(NodeId id) {
  const Node& node = graph_.node(id);
  if (is_quantize(node)) return pass_through(id);
  if (plan_.dequantizers.contains(id)) {
    graph_.replace_uses(node.outputs[0], node.inputs[0]);
    return {};
  }
  MOTE_TRY(visit_subgraphs(id));
  return inference_.infer(id);
}

// Rounding to integers whose lowest is 0 cuts negative sums away: quantizers leave out the Relu.
bool Dequantizer::is_cut_at_zero(const Node& node, const Grid& grid) const {
  const NodeId producer = graph_.value(node.inputs[0]).producer;
  if (!grid.zero_points || grid.zero_points.count() != 1 || producer == NodeId::kNone) return false;
  constexpr std::string_view kSums[] = {"Conv", "ConvTranspose", "Gemm", "MatMul",
                                        "Add",  "Sub",           "Mul",  "BatchNormalization"};
  if (std::ranges::find(kSums, graph_.node(producer).op_type) == std::end(kSums)) return false;
  const DType dtype = grid.zero_points.dtype();
  const double lowest = dtype == DType::kS8 ? -128 : 0;
  const bool ranges = dtype == DType::kS8 || dtype == DType::kU8 || dtype == DType::kU16;
  return ranges && grid.only_zero_point() == lowest;
}

// Readers of the integers read the number, which gets their name.
Status Dequantizer::pass_through(NodeId id) {
  const Node node = graph_.node(id);
  const ValueId q = node.outputs[0];
  ValueId x = node.inputs[0];
  if (q == ValueId::kNone) return inference_.infer(id);
  if (is_cut_at_zero(node, plan_.quantizers.at(id))) {
    NodeAdder add(graph_, context_.ops, id);
    MOTE_ASSIGN(x, add.add("Relu", {x}, {}, cat(graph_.value(q).name, "/Relu")));
  }
  graph_.replace_uses(q, x);
  const Value& value = graph_.value(x);
  if (value.producer != NodeId::kNone && renamed_.insert(x).second) {
    const std::string name = graph_.value(q).name;
    graph_.rename_value(q, name + "/quantized");
    graph_.rename_value(x, name);
  }
  // Others may still read what a dynamic scale is.
  return inference_.infer(id);
}

Result<GraphPtr> Dequantizer::without_quantization(const Node& node, const Graph& graph,
                                                   const DequantizePlan& plan) const {
  Graph copy = graph;
  for (const Capture& c : copy.captures) {
    const auto at = static_cast<std::size_t>(node.first_captured() + c.index);
    copy.value(c.inner).type = graph_.value(node.inputs[at]).type;
  }
  MOTE_TRY(Dequantizer(copy, plan, context_, depth_ + 1).run());
  return std::make_shared<const Graph>(std::move(copy));
}

Status Dequantizer::visit_subgraphs(NodeId id) {
  const auto plans = plan_.inner.find(id);
  if (plans == plan_.inner.end()) return {};
  Node& node = graph_.node(id);
  auto plan = plans->second.begin();
  for (Attribute& attribute : node.attributes) {
    if (auto* one = std::get_if<GraphPtr>(&attribute.value)) {
      MOTE_ASSIGN(*one, without_quantization(node, **one, *plan++));
    }
    if (auto* many = std::get_if<std::vector<GraphPtr>>(&attribute.value)) {
      for (GraphPtr& graph : *many) {
        MOTE_ASSIGN(graph, without_quantization(node, *graph, *plan++));
      }
    }
  }
  return bind(node, context_.ops);
}

}  // namespace

Status dequantize(Graph& graph, const PassContext& context) {
  TypeInference types(graph);  // values that gradients name may go
  for (const NodeId id : graph.node_ids()) MOTE_TRY(expand_gradient(graph, id, types));
  MOTE_TRY(split_quantized_operators(graph, context));
  MOTE_ASSIGN(const DequantizePlan plan, plan_dequantization(graph));
  return Dequantizer(graph, plan, context, 0).run();
}

}  // namespace mote
