// Scales that TensorFlow Lite has no tensors for, as arithmetic.
#include "format/tflite/write/grids.h"
#include "format/tflite/write/lower/lowering.h"

namespace mote::tfl::write {
namespace {

// A list of a number for each index of the axis, for broadcasting.
ValueId along(Decomposition& d, ValueId list, int rank) {
  if (d.rank(list) != 1) return list;
  std::int64_t axis = integer_of(d.node(), "axis", 1);
  if (axis < 0) axis += rank;
  std::vector<std::int64_t> behind;
  for (std::int64_t i = axis + 1; i < rank; ++i) behind.push_back(i - axis);
  return behind.empty() ? list : d.add("Unsqueeze", {list, d.integers(std::move(behind))});
}

ValueId zero_point(Decomposition& d, ValueId like) {
  return d.add("Cast", {d.in(2)}, {{"to", static_cast<std::int64_t>(d.dtype(like))}});
}

bool is_blocked(const Node& node) { return integer_of(node, "block_size", 0) != 0; }

bool has_no_grid(const Graph& graph, const Node& node) {
  const auto grid = grid_stated_by(graph, node);
  if (is_onnx(node, "DequantizeLinear")) {
    return !grid && graph.value(node.inputs[0]).type.tensor.dtype != DType::kF16;
  }
  return !grid || grid->per_axis();
}

Status dequantize(Decomposition& d) {
  Formula f(d);
  if (is_blocked(d.node())) d.fail({Code::kUnsupported, "blocks"});
  const int rank = d.rank(d.in(0));
  const auto to = static_cast<std::int64_t>(d.dtype(d.in(1)));
  ValueId x = d.add("Cast", {d.in(0)}, {{"to", to}});
  if (d.has(2)) x = f.sub(x, along(d, zero_point(d, x), rank));
  d.yield(0, f.mul(x, along(d, d.in(1), rank)));
  return d.status();
}

Status quantize(Decomposition& d) {
  Formula f(d);
  const DType to = d.type(d.node().outputs[0]).dtype;
  double low = 0, high = 0;
  if (to == DType::kU8) high = 255;
  if (to == DType::kS8) low = -128, high = 127;
  if (to == DType::kU16) high = 65535;
  if (to == DType::kS16) low = -32768, high = 32767;
  if (high == 0 || is_blocked(d.node())) d.fail({Code::kUnsupported, "this way of quantizing"});
  const int rank = d.rank(d.in(0));
  ValueId x = f.of("Round", f.div(d.in(0), along(d, d.in(1), rank)));
  if (d.has(2)) x = f.add(x, along(d, zero_point(d, x), rank));
  d.yield(0, d.add("Cast", {f.clip(x, low, high)}, {{"to", static_cast<std::int64_t>(to)}}));
  return d.status();
}

constexpr Lowering kLowerings[] = {
    {"DequantizeLinear", dequantize, has_no_grid},
    {"QuantizeLinear", quantize, has_no_grid},
};

}  // namespace

extern const Lowerings kLowerQuantization;
constinit const Lowerings kLowerQuantization{kLowerings};

}  // namespace mote::tfl::write
