#include "passes/dequantize.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"
#include "ir/dtype.h"
#include "ir/evaluate.h"
#include "ir/inference.h"
#include "ops/support/rearranging.h"
#include "passes/rewrite.h"

namespace mote {

extern const Pass kFoldDequantized;
extern const Pass kRemoveDeadCode;
extern const Pass kRemoveNoOps;

namespace {

// Scale and zero point (kNone: 0) of what a value stood for.
struct Grid {
  ValueId scale = ValueId::kNone;
  ValueId zero_point = ValueId::kNone;
};

bool is_quantize(const Node& node) {
  return node.op_type == "QuantizeLinear" || node.op_type == "DynamicQuantizeLinear";
}
bool is_dequantize(const Node& node) { return node.op_type == "DequantizeLinear"; }

// Operators whose further inputs are elements like those of the first: fills, parts, bounds.
bool mixes_elements(const Node& node) {
  constexpr std::string_view kOps[] = {"Pad", "Concat", "Where", "Max", "Min", "Clip"};
  return node.domain.empty() && std::ranges::find(kOps, node.op_type) != std::end(kOps);
}

// Operators that do the same with numbers as with the integers that stand for them.
bool takes_numbers_too(const Node& node) {
  constexpr std::string_view kOps[] = {
      "ArgMax",          "ArgMin",       "DepthToSpace",    "Equal",          "Expand",    "Gather",
      "GatherElements",  "GatherND",     "Greater",         "GreaterOrEqual", "If",        "Less",
      "LessOrEqual",     "Loop",         "MaxPool",         "ReduceMax",      "ReduceMin", "Resize",
      "ReverseSequence", "Scan",         "ScatterElements", "ScatterND",      "Shape",     "Size",
      "Slice",           "SpaceToDepth", "Split",           "Tile",           "TopK",      "Trilu"};
  return node.domain.empty() && (only_rearranges(node) || mixes_elements(node) ||
                                 std::ranges::find(kOps, node.op_type) != std::end(kOps));
}

// Output i of such an operator holds elements of its inputs, not indices, sizes or answers.
bool gives_elements(const Node& node, std::size_t i) {
  constexpr std::string_view kOthers[] = {"ArgMax", "ArgMin",         "Equal", "Greater",
                                          "If",     "GreaterOrEqual", "Less",  "LessOrEqual",
                                          "Loop",   "Scan",           "Shape", "Size"};
  if (std::ranges::find(kOthers, node.op_type) != std::end(kOthers)) return false;
  return i == 0 || node.op_type == "Split";
}

class Dequantizer {
 public:
  Dequantizer(Graph& graph, const PassContext& context, int depth)
      : graph_(graph), context_(context), inference_(graph, depth), depth_(depth) {}

  Status run() {
    MOTE_TRY(check_readers());
    forget_declared_types(graph_);
    for (const NodeId id : graph_.node_ids()) {
      MOTE_TRY(visit(id));
    }
    for (GraphOutput& output : graph_.outputs) output.type = graph_.value(output.value).type;
    for (const Pass* pass :
         {&kRemoveDeadCode, &kFoldDequantized, &kRemoveNoOps, &kRemoveDeadCode}) {
      auto changed = pass->run(graph_, context_);
      if (!changed) return std::move(changed).error();
    }
    return {};
  }

 private:
  // Integers that QuantizeLinear made may be moved, compared and chosen from: numbers do as well.
  // What computes with them means the integers themselves.
  Status check_readers() const {
    std::unordered_set<ValueId> integers;
    for (const NodeId id : graph_.node_ids()) {
      const Node& node = graph_.node(id);
      const auto found = [&](ValueId v) { return integers.contains(v); };
      if (is_quantize(node)) integers.insert(node.outputs[0]);
      if (is_quantize(node) || is_dequantize(node)) continue;
      if (std::ranges::none_of(node.declared_inputs(), found)) continue;
      if (!takes_numbers_too(node)) {
        return Error{Code::kUnsupported,
                     cat(describe(graph_, node), " reads quantized integers for what they are")};
      }
      for (std::size_t i = 0; i < node.outputs.size(); ++i) {
        if (gives_elements(node, i)) integers.insert(node.outputs[i]);
      }
    }
    return {};
  }

  Status visit(NodeId id) {
    const Node& node = graph_.node(id);
    if (is_quantize(node)) return pass_through(id);
    if (is_dequantize(node) && !graph_.is_constant(node.inputs[0])) return undo(id);
    MOTE_TRY(visit_subgraphs(id));
    MOTE_TRY(fill_with_numbers(id));
    return infer(id);
  }

  Status infer(NodeId id) {
    auto status = inference_.infer(id);
    if (status) {
      hand_on_grid(id);
      return status;
    }
    return Error{Code::kUnsupported,
                 cat(status.error().message, ": it reads quantized integers for what they are")};
  }

  // Readers of the integers read the number, which gets their name.
  Status pass_through(NodeId id) {
    const Node node = graph_.node(id);
    ValueId x = node.inputs[0];
    const ValueId q = node.outputs[0];
    if (is_cut_at_zero(node)) {
      NodeAdder add(graph_, context_.ops, id);
      MOTE_ASSIGN(x, add.add("Relu", {x}, {}, cat(graph_.value(q).name, "/Relu")));
    }
    if (node.op_type == "QuantizeLinear") {
      const Grid grid{node.inputs[1], node.inputs.size() > 2 ? node.inputs[2] : ValueId::kNone};
      grids_[x] = grid;
      // A number may have been quantized in several ways, each for other readers.
      for (const Use& use : graph_.value(q).uses) grids_of_readers_[use.node] = grid;
    }
    graph_.replace_uses(q, x);
    reals_.insert(x);
    const Value& value = graph_.value(x);
    if (value.producer != NodeId::kNone && renamed_.insert(x).second) {
      const std::string name = graph_.value(q).name;
      graph_.rename_value(q, name + "/quantized");
      graph_.rename_value(x, name);
    }
    return {};
  }

  Status undo(NodeId id) {
    const Node node = graph_.node(id);
    const ValueId q = node.inputs[0];
    const Grid grid{node.inputs[1], node.inputs.size() > 2 ? node.inputs[2] : ValueId::kNone};
    if (!reals_.contains(q)) {
      // From outside it comes as a number from now on; what else makes integers is let be.
      const std::vector<ValueId> moved = moved_from_outside(q);
      if (moved.empty()) return infer(id);
      MOTE_TRY(take_number(moved.back(), node));
      for (const ValueId v : moved) {
        graph_.value(v).type.tensor.dtype = DType::kF32;
        reals_.insert(v);
        grids_[v] = grid;
      }
    }
    graph_.replace_uses(node.outputs[0], q);
    return {};
  }

  // Rounding to integers whose lowest is 0 cuts negative sums away: quantizers leave out the Relu.
  bool is_cut_at_zero(const Node& node) const {
    if (node.inputs.size() < 3 || !graph_.is_constant(node.inputs[2])) return false;
    const Tensor& zero_point = graph_.value(node.inputs[2]).constant;
    const NodeId producer = graph_.value(node.inputs[0]).producer;
    if (zero_point.count() != 1 || producer == NodeId::kNone) return false;
    constexpr std::string_view kSums[] = {"Conv", "ConvTranspose", "Gemm", "MatMul",
                                          "Add",  "Sub",           "Mul",  "BatchNormalization"};
    const Node& made = graph_.node(producer);
    if (std::ranges::find(kSums, made.op_type) == std::end(kSums)) return false;
    if (zero_point.dtype() == DType::kU8) return zero_point.values<std::uint8_t>()[0] == 0;
    if (zero_point.dtype() == DType::kU16) return zero_point.values<std::uint16_t>()[0] == 0;
    return zero_point.dtype() == DType::kS8 && zero_point.values<std::int8_t>()[0] == -128;
  }

  // `value` and what it is moved from, an input or a captured value last. Empty: nodes compute it.
  std::vector<ValueId> moved_from_outside(ValueId value) const {
    std::vector<ValueId> chain{value};
    while (graph_.value(chain.back()).producer != NodeId::kNone) {
      const Node& node = graph_.node(graph_.value(chain.back()).producer);
      if (!only_rearranges(node) || node.inputs[0] == ValueId::kNone) return {};
      chain.push_back(node.inputs[0]);
    }
    return graph_.is_constant(chain.back()) ? std::vector<ValueId>() : chain;
  }

  // `node` dequantizes it.
  Status take_number(ValueId input, const Node& node) {
    Value& value = graph_.value(input);
    if (value.initial) {
      const auto info = [](const Tensor& t) {
        return InputInfo{TensorType(t.dtype(), t.dims()), t, true};
      };
      std::vector<InputInfo> in{info(value.initial)};
      for (std::size_t i = 1; i < node.inputs.size(); ++i) {
        if (!graph_.is_constant(node.inputs[i])) return moving_scale(input);
        in.push_back(info(graph_.value(node.inputs[i]).constant));
      }
      const InputInfo out{TensorType(DType::kF32, value.initial.dims()), {}, true};
      MOTE_ASSIGN(auto numbers, evaluate(*node.op, node.params.get(), in, std::span(&out, 1),
                                         context_.max_constant_bytes));
      value.initial = std::move(numbers[0]);
    }
    return {};
  }

  Status moving_scale(ValueId input) const {
    return Error{Code::kUnsupported, cat("input '", graph_.value(input).name,
                                         "' is quantized by a scale that is computed")};
  }

  Status visit_subgraphs(NodeId id) {
    Node& node = graph_.node(id);
    bool any = false;
    const auto made = [&](const GraphPtr& graph) -> Result<GraphPtr> {
      Graph copy = *graph;
      for (const Capture& c : copy.captures) {
        const auto at = static_cast<std::size_t>(node.first_captured() + c.index);
        copy.value(c.inner).type = graph_.value(node.inputs[at]).type;
      }
      MOTE_TRY(Dequantizer(copy, context_, depth_ + 1).run());
      any = true;
      return std::make_shared<const Graph>(std::move(copy));
    };
    for (Attribute& attribute : node.attributes) {
      if (auto* one = std::get_if<GraphPtr>(&attribute.value)) {
        MOTE_ASSIGN(*one, made(*one));
      }
      if (auto* many = std::get_if<std::vector<GraphPtr>>(&attribute.value)) {
        for (GraphPtr& graph : *many) {
          MOTE_ASSIGN(graph, made(graph));
        }
      }
    }
    return any ? bind(node, context_.ops) : Status();
  }

  // Of what the node reads. nullopt: of nothing that was quantized.
  std::optional<Grid> grid_at(NodeId id) const {
    if (const auto own = grids_of_readers_.find(id); own != grids_of_readers_.end()) {
      return own->second;
    }
    for (const ValueId in : graph_.node(id).inputs) {
      if (const auto grid = grids_.find(in); grid != grids_.end()) return grid->second;
    }
    return std::nullopt;
  }

  // Integer constants among numbers become the numbers that they stood for.
  Status fill_with_numbers(NodeId id) {
    const Node node = graph_.node(id);
    if (!mixes_elements(node)) return {};
    const std::optional<Grid> found = grid_at(id);
    if (!found) return {};
    const Grid grid = *found;
    const DType stored = grid.zero_point == ValueId::kNone
                             ? DType::kU8
                             : graph_.value(grid.zero_point).type.tensor.dtype;
    NodeAdder add(graph_, context_.ops, id);
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      const ValueId in = node.inputs[i];
      if (!graph_.is_constant(in) || graph_.value(in).constant.dtype() != stored) continue;
      std::vector<ValueId> inputs{in, grid.scale};
      if (grid.zero_point != ValueId::kNone) inputs.push_back(grid.zero_point);
      MOTE_ASSIGN(const ValueId number, add.add("DequantizeLinear", std::move(inputs), {},
                                                cat(graph_.value(in).name, "/real")));
      graph_.set_input(id, static_cast<int>(i), number);
    }
    return {};
  }

  // What moves elements leaves their meaning as it was. Of what computes with numbers nobody asks.
  void hand_on_grid(NodeId id) {
    const Node& node = graph_.node(id);
    const std::optional<Grid> found = grid_at(id);
    if (!found) return;
    const Grid grid = *found;
    for (const ValueId out : node.outputs) {
      if (out == ValueId::kNone || !is_float(graph_.value(out).type.tensor.dtype)) continue;
      grids_.try_emplace(out, grid);
      reals_.insert(out);
    }
  }

  Graph& graph_;
  const PassContext& context_;
  TypeInference inference_;
  int depth_;
  std::unordered_set<ValueId> reals_;  // numbers that were integers
  std::unordered_set<ValueId> renamed_;
  std::unordered_map<ValueId, Grid> grids_;
  std::unordered_map<NodeId, Grid> grids_of_readers_;
};

}  // namespace

Status dequantize(Graph& graph, const PassContext& context) {
  return Dequantizer(graph, context, 0).run();
}

}  // namespace mote
