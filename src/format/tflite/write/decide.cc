// Whether a node is written for integers or for numbers, and what behind it is taken in.
#include <cmath>

#include "format/tflite/write/op_writer.h"
#include "ir/dtype.h"

namespace mote::tfl::write {
namespace {

// Of Relu and its kin. nullopt: it has no activation's form.
std::optional<fb::ActivationFunctionType> activation_of(const Graph& graph, const Node& node) {
  if (is_onnx(node, "Relu")) return fb::ActivationFunctionType_RELU;
  if (!is_onnx(node, "Clip") || node.inputs.size() < 3) return std::nullopt;
  const auto bound = [&](std::size_t i) -> std::optional<float> {
    if (node.inputs[i] == ValueId::kNone) return std::nullopt;
    const Tensor& t = graph.value(node.inputs[i]).constant;
    if (!t || t.dtype() != DType::kF32 || t.count() != 1) return std::nullopt;
    return t.values<float>()[0];
  };
  const auto low = bound(1), high = bound(2);
  if (!low || !high) return std::nullopt;
  if (*low == 0 && *high == 6) return fb::ActivationFunctionType_RELU6;
  if (*low == -1 && *high == 1) return fb::ActivationFunctionType_RELU_N1_TO_1;
  return std::nullopt;
}

bool is_float_value(const Graph& graph, ValueId value) {
  return value != ValueId::kNone && graph.value(value).type.tensor.dtype == DType::kF32;
}

bool in_eight_bits(DType dtype) { return dtype == DType::kU8 || dtype == DType::kS8; }

}  // namespace

// The sum with a constant that has a number for each of the outputs, or one for all.
void OpWriter::add_bias_behind(Ending& end) const {
  const NodeId next = graph_.only_user(end.value);
  if (next == NodeId::kNone || !is_onnx(graph_.node(next), "Add")) return;
  const auto matrix = type(in(1)).dims();
  const bool by_matrix = places_.is_constant(in(1)) && matrix && matrix->rank() == 2;
  if (!by_matrix || places_.is_constant(in(0)) || type(in(0)).rank() < 2) return;
  const auto& terms = graph_.node(next).inputs;
  const ValueId bias = terms[0] == end.value ? terms[1] : terms[0];
  const auto dims = type(bias).dims();
  if (bias == end.value || !places_.is_constant(bias) || !dims) return;
  if (dims->rank() > type(end.value).rank()) return;
  const bool row = dims->rank() > 0 && dims->count() == (*dims)[dims->rank() - 1];
  if (dims->count() != 1 && !(row && dims->count() == (*matrix)[1])) return;
  end.bias = bias;
  end.value = graph_.node(next).outputs[0];
  end.taken.push_back(next);
}

Ending OpWriter::ending_behind(Fuses fuses) const {
  Ending end{out(), ValueId::kNone, fb::ActivationFunctionType_NONE, {}};
  if (fuses == Fuses::kBias) add_bias_behind(end);
  const NodeId next = fuses != Fuses::kNothing ? graph_.only_user(end.value) : NodeId::kNone;
  if (next == NodeId::kNone || graph_.node(next).inputs[0] != end.value) return end;
  if (const auto activation = activation_of(graph_, graph_.node(next))) {
    end.activation = *activation;
    end.value = graph_.node(next).outputs[0];
    end.taken.push_back(next);
  }
  return end;
}

void OpWriter::take(NodeId behind, ValueId value) {
  ending_.taken.push_back(behind);
  ending_.value = value;
}

// The grid and element type of what the node's numbers are rounded to, if it is all that becomes of
// them.
void OpWriter::decide(const Mapping& mapping) {
  ending_ = ending_behind(mapping.fuses);
  if (mapping.integers == Integers::kMoves) {
    if (!has(0) || places_.grid_of(in(0)) == nullptr) return;
    if (!grids_fit(mapping)) return;
    elements_ = places_.elements_of(in(0));
    if (elements_ == Elements::kReal) elements_ = Elements::kStored;
    if (mapping.suits != nullptr && !mapping.suits(*this)) {
      elements_ = Elements::kReal;
      return;
    }
    for (std::size_t i = 0; i < node().outputs.size(); ++i) {
      const bool moved = i == 0 || is_onnx(node(), "Split");
      if (moved && out(i) != ValueId::kNone) places_.alike(out(i), in(0));
    }
    return;
  }
  if (mapping.integers == Integers::kNever || !has_grids(mapping)) return;
  const Ending numbers = ending_;
  const NodeId next = graph_.only_user(ending_.value);
  take(next, graph_.node(next).outputs[0]);
  if (grids_fit(mapping) && (mapping.suits == nullptr || mapping.suits(*this))) return;
  ending_ = numbers;
  elements_ = Elements::kReal;
}

// All numbers that it reads were dequantized, and what it gives is quantized at once.
bool OpWriter::has_grids(const Mapping& mapping) {
  const NodeId next = graph_.only_user(ending_.value);
  if (next == NodeId::kNone || !is_onnx(graph_.node(next), "QuantizeLinear")) return false;
  if (graph_.node(next).inputs[0] != ending_.value) return false;
  const ValueId made = graph_.node(next).outputs[0];
  const Grid* result = places_.grid_of(made);
  if (result == nullptr || result->per_axis()) return false;
  bool all_u8 = places_.stored_dtype(made) == DType::kU8;
  bool all_s16 = places_.stored_dtype(made) == DType::kS16;
  bool eight_bits = in_eight_bits(places_.stored_dtype(made));
  const std::size_t count = mapping.suits != nullptr ? 1 : input_count();
  for (std::size_t i = 0; i < count; ++i) {
    if (!is_float_value(graph_, in(i))) continue;
    const Grid* grid = places_.grid_of(in(i));
    if (grid == nullptr || grid->per_axis()) return false;
    const DType dtype = places_.stored_dtype(in(i));
    all_u8 = all_u8 && dtype == DType::kU8 && places_.elements_of(in(i)) != Elements::kSigned;
    all_s16 = all_s16 && dtype == DType::kS16;
    eight_bits = eight_bits && in_eight_bits(dtype);
  }
  if (!eight_bits && !all_s16) return false;
  elements_ = all_u8 || all_s16 ? Elements::kStored : Elements::kSigned;
  return true;
}

bool OpWriter::grids_fit(const Mapping& mapping) {
  const auto unit = [&](double range, std::int64_t zero_point_8) {
    const Grid& grid = *places_.grid_of(ending_.value);
    const DType dtype = places_.stored_dtype(ending_.value);
    const std::int64_t z = grid.zero_points[0];
    if (dtype == DType::kS16) return grid.scales[0] == 1.0F / 32768.0F && z == 0;
    const std::int64_t as_s8 = dtype == DType::kU8 ? z - 128 : z;
    return std::abs(grid.scales[0] - range / 256) < 1e-9 && as_s8 == zero_point_8;
  };
  const auto same_as_first = [&](ValueId value) {
    const Grid* grid = value == ValueId::kNone ? nullptr : places_.grid_of(value);
    return grid != nullptr && *grid == *places_.grid_of(in(0)) && !grid->per_axis() &&
           places_.stored_dtype(value) == places_.stored_dtype(in(0));
  };
  switch (mapping.integers) {
    case Integers::kUnit:
      return unit(1, -128);
    case Integers::kTwoUnits:
      return unit(2, 0);
    case Integers::kSame:
      return same_as_first(ending_.value);
    case Integers::kMoves: {
      if (places_.grid_of(in(0))->per_axis()) return false;
      const bool all = !is_onnx(node(), "Concat");
      return all || std::ranges::all_of(node().declared_inputs(), same_as_first);
    }
    default:
      return true;
  }
}

DType OpWriter::result_dtype() const {
  if (!in_integers()) return DType::kF32;
  if (elements_ == Elements::kSigned) return DType::kS8;
  return places_.stored_dtype(ending_.value);
}

}  // namespace mote::tfl::write
