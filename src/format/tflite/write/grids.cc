#include "format/tflite/write/grids.h"

#include <algorithm>

#include "format/tflite/write/op_writer.h"
#include "ir/stated.h"
#include "ops/support/convert.h"

namespace mote::tfl::write {
namespace {

template <class T>
std::vector<T> numbers_of(const Tensor& tensor) {
  std::vector<T> numbers(static_cast<std::size_t>(tensor.count()));
  convert_range(tensor.view(), 0, {kDTypeOf<T>, {tensor.count()}, numbers.data()}, 0,
                tensor.count());
  return numbers;
}

bool is_quantizable(DType dtype) {
  return dtype == DType::kS8 || dtype == DType::kU8 || dtype == DType::kS16 || dtype == DType::kS32;
}

class Finder {
 public:
  explicit Finder(const Graph& graph) : graph_(graph) {}

  Grids run() {
    const std::vector<NodeId> ids = graph_.node_ids();
    for (const NodeId id : ids) onwards(graph_.node(id));
    for (auto id = ids.rbegin(); id != ids.rend(); ++id) back(graph_.node(*id));
    // Through what moves both ways: a branch of a value whose other branch was dequantized.
    for (const NodeId id : ids) onwards(graph_.node(id));
    return std::move(grids_);
  }

 private:
  const Grid* of(ValueId v) const {
    const auto it = grids_.find(v);
    return it == grids_.end() ? nullptr : &it->second;
  }
  bool moves_integers(const Node& node) const {
    return only_moves(node) && node.inputs[0] != ValueId::kNone &&
           is_quantizable(graph_.value(node.inputs[0]).type.tensor.dtype);
  }

  void onwards(const Node& node) {
    if (is_onnx(node, "QuantizeLinear")) {
      if (auto grid = grid_stated_by(graph_, node)) grids_.try_emplace(node.outputs[0], *grid);
    }
    if (!moves_integers(node)) return;
    const Grid* grid = of(node.inputs[0]);
    if (grid == nullptr || grid->per_axis()) return;
    const Grid copy = *grid;
    const std::size_t outputs = is_onnx(node, "Split") ? node.outputs.size() : 1;
    for (std::size_t i = 0; i < outputs; ++i) {
      if (node.outputs[i] != ValueId::kNone) grids_.try_emplace(node.outputs[i], copy);
    }
  }

  void back(const Node& node) {
    if (is_onnx(node, "DequantizeLinear")) {
      if (auto grid = grid_stated_by(graph_, node)) grids_.try_emplace(node.inputs[0], *grid);
    }
    if (!moves_integers(node)) return;
    const Grid* grid = of(node.outputs[0]);
    if (grid == nullptr || grid->per_axis()) return;
    const Grid copy = *grid;
    grids_.try_emplace(node.inputs[0], copy);
    if (!is_onnx(node, "Concat")) return;
    for (const ValueId in : node.inputs) grids_.try_emplace(in, copy);
  }

  const Graph& graph_;
  Grids grids_;
};

}  // namespace

Grids find_grids(const Graph& graph) { return Finder(graph).run(); }

bool is_onnx(const Node& node, std::string_view op_type) {
  return node.domain.empty() && node.op_type == op_type;
}

bool only_moves(const Node& node) {
  const Mapping* mapping = find_mapping(node);
  return mapping != nullptr && mapping->integers == Integers::kMoves;
}

std::optional<Grid> grid_stated_by(const Graph& graph, const Node& node) {
  const bool dequantizes = is_onnx(node, "DequantizeLinear");
  const DType dtype = graph.value(dequantizes ? node.inputs[0] : node.outputs[0]).type.tensor.dtype;
  const Value& scale = graph.value(node.inputs[1]);
  if (!is_quantizable(dtype) || !scale.constant || scale.constant.dtype() != DType::kF32) {
    return std::nullopt;
  }
  if (scale.constant.dims().rank() > 1) return std::nullopt;
  Grid grid{numbers_of<float>(scale.constant), {}, 1};
  grid.zero_points.assign(grid.scales.size(), 0);
  if (node.inputs.size() > 2 && node.inputs[2] != ValueId::kNone) {
    const Value& zero_point = graph.value(node.inputs[2]);
    if (!zero_point.constant || !is_convertible(zero_point.constant.dtype())) return std::nullopt;
    grid.zero_points = numbers_of<std::int64_t>(zero_point.constant);
  }
  const auto is_zero = [](std::int64_t z) { return z == 0; };
  if (dtype == DType::kS16 && !std::ranges::all_of(grid.zero_points, is_zero)) return std::nullopt;
  if (grid.per_axis() || scale.constant.dims().rank() == 1) {
    grid.axis = static_cast<int>(stated_or(node.attributes, "axis", std::int64_t{grid.axis}));
    const Value& x = graph.value(node.inputs[0]);
    const int rank = x.type.tensor.rank();
    if (rank < 0) return std::nullopt;
    if (grid.axis < 0) grid.axis += rank;
    // One scale of a list that has one is a scale for all.
    if (grid.scales.size() > 1 && (grid.axis < 0 || grid.axis >= rank)) return std::nullopt;
  }
  const auto sound = [](float s) { return s > 0 && s < 3e38F; };
  if (!std::ranges::all_of(grid.scales, sound)) return std::nullopt;
  return grid;
}

}  // namespace mote::tfl::write
