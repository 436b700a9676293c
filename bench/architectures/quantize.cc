#include "architectures/quantize.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <unordered_map>

#include "architectures/calibrate.h"
#include "ops/ops.h"
#include "passes/passes.h"
#include "passes/rewrite.h"

namespace mote {
namespace {

constexpr int kCalibrationRuns = 4;

// real = scale * (q - zero_point), q in [0, 255].
struct Grid {
  float scale = 1;
  std::uint8_t zero_point = 0;

  float low() const { return -scale * static_cast<float>(zero_point); }
  float high() const { return scale * (255.0F - static_cast<float>(zero_point)); }
};

Grid grid_of(const Range& range) {
  const float scale = std::max((range.high - range.low) / 255.0F, 1e-8F);
  return {scale, static_cast<std::uint8_t>(std::lround(std::min(255.0F, -range.low / scale)))};
}

bool among(const Node& node, std::initializer_list<std::string_view> ops) {
  return std::ranges::any_of(ops, [&](std::string_view op) { return is_op(node, op); });
}

bool is_product(const Node& node) { return among(node, {"Conv", "Gemm"}); }

// Its outputs are elements of its inputs.
bool only_moves(const Node& node) {
  return among(node, {"MaxPool", "Concat", "Split", "Flatten", "Reshape", "Transpose", "Identity"});
}

class Quantizer {
 public:
  Quantizer(Graph& graph, const std::map<std::string, Range>& ranges) : graph_(graph) {
    for (std::size_t i = 0; i < graph.value_count(); ++i) {
      const auto found = ranges.find(graph.value(ValueId(static_cast<std::int32_t>(i))).name);
      ranges_.push_back(found != ranges.end() ? found->second : Range{});
      group_.push_back(static_cast<std::int32_t>(i));
    }
  }

  Status run() {
    share_grids();
    absorb_activations();
    const std::vector<NodeId> nodes = graph_.node_ids();
    for (const NodeId id : nodes) {
      if (is_product(graph_.node(id))) MOTE_TRY(quantize_constants(id));
    }
    for (const ValueId input : graph_.inputs) MOTE_TRY(quantize_value(input, graph_.first_node()));
    for (const NodeId id : nodes) {
      for (const ValueId output : std::vector(graph_.node(id).outputs)) {
        MOTE_TRY(quantize_value(output, graph_.next_node(id)));
      }
    }
    return {};
  }

 private:
  bool is_activation(ValueId id) const {
    return !graph_.is_constant(id) && graph_.value(id).type.tensor.dtype == DType::kF32;
  }

  std::int32_t group(ValueId id) const {
    auto g = static_cast<std::int32_t>(id);
    while (group_[g] != g) g = group_[g];
    return g;
  }
  Grid grid(ValueId id) const { return grid_of(ranges_[group(id)]); }

  void unite(ValueId a, ValueId b) {
    const std::int32_t to = group(a), from = group(b);
    if (to == from) return;
    ranges_[to].low = std::min(ranges_[to].low, ranges_[from].low);
    ranges_[to].high = std::max(ranges_[to].high, ranges_[from].high);
    group_[from] = to;
  }

  void share_grids() {
    for (const NodeId id : graph_.node_ids()) {
      const Node& node = graph_.node(id);
      if (!only_moves(node)) continue;
      for (const ValueId input : node.inputs) {
        if (is_activation(input)) unite(node.outputs[0], input);
      }
      for (const ValueId output : node.outputs) unite(node.outputs[0], output);
    }
  }

  // Relu and Clip whose input's grid, if it is that of their output, holds nothing beyond them.
  void absorb_activations() {
    for (const NodeId id : graph_.node_ids()) {
      const Node& node = graph_.node(id);
      const auto bounds = bounds_of(node);
      if (!bounds) continue;
      const ValueId input = node.inputs[0], output = node.outputs[0];
      const NodeId producer = graph_.value(input).producer;
      if (producer == NodeId::kNone || only_moves(graph_.node(producer))) continue;
      const Grid g = grid(output);
      const float slack = g.scale / 2;
      if (graph_.only_user(input) != id || g.low() < bounds->low || g.high() > bounds->high + slack)
        continue;
      ranges_[group(input)] = ranges_[group(output)];
      unite(output, input);
      graph_.replace_uses(output, input);
      graph_.erase_node(id);
    }
  }

  std::optional<Range> bounds_of(const Node& node) const {
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    if (is_op(node, "Relu")) return Range{0, kInfinity};
    if (!is_op(node, "Clip") || node.inputs.size() < 3) return std::nullopt;
    const auto low = scalar_f32(graph_, node.inputs[1]), high = scalar_f32(graph_, node.inputs[2]);
    if (!low || !high) return std::nullopt;
    return Range{*low, *high};
  }

  Status quantize_constants(NodeId id) {
    const ValueId weight = graph_.node(id).inputs[1];
    const float input_scale = grid(graph_.node(id).inputs[0]).scale;
    const Tensor floats = graph_.value(weight).constant;
    const std::vector<float> scales = channel_scales(floats);
    MOTE_TRY(replace_constant(id, 1, integers<std::int8_t>(floats, scales), scales));
    if (graph_.node(id).inputs.size() < 3) return {};
    std::vector<float> products = scales;
    for (float& s : products) s *= input_scale;
    const Tensor bias = graph_.value(graph_.node(id).inputs[2]).constant;
    return replace_constant(id, 2, integers<std::int32_t>(bias, products), products);
  }

  static std::vector<float> channel_scales(const Tensor& weight) {
    const auto channels = static_cast<std::size_t>(weight.dims()[0]);
    const std::span<const float> values = weight.values<float>();
    const std::size_t size = values.size() / channels;
    std::vector<float> scales;
    for (std::size_t c = 0; c < channels; ++c) {
      const auto [low, high] = std::ranges::minmax(values.subspan(c * size, size));
      scales.push_back(std::max({-low, high, 1e-8F}) / 127.0F);
    }
    return scales;
  }

  template <class T>
  static Tensor integers(const Tensor& floats, std::span<const float> scales) {
    const std::span<const float> values = floats.values<float>();
    const std::size_t size = values.size() / scales.size();
    constexpr double kMost = std::numeric_limits<T>::max();
    std::vector<T> rounded;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double q = std::nearbyint(static_cast<double>(values[i]) / scales[i / size]);
      rounded.push_back(static_cast<T>(std::clamp(q, -kMost, kMost)));
    }
    return Tensor::of<T>(floats.dims(), rounded);
  }

  Status replace_constant(NodeId id, int input, Tensor integers, std::span<const float> scales) {
    const Dims channels{static_cast<std::int64_t>(scales.size())};
    const std::string name = graph_.value(graph_.node(id).inputs[input]).name;
    MOTE_ASSIGN(Tensor zeros, Tensor::zeros(integers.dtype(), channels));
    const ValueId q = graph_.add_constant(name + "_q", std::move(integers));
    const ValueId scale = graph_.add_constant(name + "_scale", Tensor::of<float>(channels, scales));
    const ValueId zero = graph_.add_constant(name + "_zero_point", std::move(zeros));
    NodeAdder adder(graph_, all_ops(), id);
    MOTE_ASSIGN(const ValueId real, adder.add("DequantizeLinear", {q, scale, zero},
                                              {{"axis", std::int64_t{0}}}, name + "_dq"));
    graph_.set_input(id, input, real);
    return {};
  }

  // Its readers read it rounded to its grid; `before`: where the two nodes go.
  Status quantize_value(ValueId id, NodeId before) {
    if (id == ValueId::kNone || !is_activation(id) || graph_.unused(id)) return {};
    const Grid g = grid(id);
    const std::string name = graph_.value(id).name;
    const ValueId scale = graph_.add_constant(name + "_scale", Tensor::scalar(g.scale));
    const ValueId zero = graph_.add_constant(name + "_zero_point", Tensor::scalar(g.zero_point));
    NodeAdder adder(graph_, all_ops(), before);
    MOTE_ASSIGN(const ValueId q, adder.add("QuantizeLinear", {id, scale, zero}, {}, name + "_q"));
    MOTE_ASSIGN(const ValueId real,
                adder.add("DequantizeLinear", {q, scale, zero}, {}, name + "_dq"));
    graph_.replace_uses(id, real);
    graph_.set_input(graph_.value(q).producer, 0, id);
    return {};
  }

  Graph& graph_;
  std::vector<Range> ranges_;        // of a group, at its first value
  std::vector<std::int32_t> group_;  // of values that share a grid: another of them, or itself
};

}  // namespace

Result<ModelDef> quantize(ModelDef model, std::uint64_t seed) {
  const PassContext context{.ops = all_ops()};
  MOTE_TRY(run_passes(model.graph, model_passes(), context));
  MOTE_ASSIGN(const auto ranges, calibrate(model, kCalibrationRuns, seed));
  MOTE_TRY(Quantizer(model.graph, ranges).run());
  return model;
}

}  // namespace mote
