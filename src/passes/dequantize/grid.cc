#include "passes/dequantize/grid.h"

#include <algorithm>
#include <cmath>

#include "ir/dtype.h"
#include "ops/support/convert.h"

namespace mote::dequantization {
namespace {

// Scales that went through text or another precision are those that they were.
constexpr double kSlack = 1e-5;

std::vector<double> reals_of(const Tensor& tensor) {
  std::vector<double> reals(static_cast<std::size_t>(tensor.count()));
  convert_range(tensor.view(), 0, {DType::kF64, {tensor.count()}, reals.data()}, 0, tensor.count());
  return reals;
}

// Values within subgraphs may have no types.
DType number_of(const Scope& scope, const Node& node, const Tensor& scales) {
  const ValueId at = node.op_type == "DequantizeLinear" ? node.outputs[0] : node.inputs[0];
  const DType known =
      at == ValueId::kNone ? DType::kUndefined : scope.graph->value(at).type.tensor.dtype;
  if (is_float(known)) return known;
  return is_float(scales.dtype()) ? scales.dtype() : DType::kF32;
}

}  // namespace

Grid Grid::of(const Scope& scope, const Node& node) {
  Grid grid;
  // The further outputs of DynamicQuantizeLinear are its scale and zero point.
  const bool dynamic = node.op_type == "DynamicQuantizeLinear";
  const std::vector<ValueId>& from = dynamic ? node.outputs : node.inputs;
  const auto at = [&](std::size_t i) { return i < from.size() ? from[i] : ValueId::kNone; };
  grid.scale = origin_of(scope, at(1));
  grid.scales = constant_of(scope, at(1));
  if (at(2) != ValueId::kNone) {
    grid.zero_point = origin_of(scope, at(2));
    grid.zero_points = constant_of(scope, at(2));
  }
  grid.number = number_of(scope, node, grid.scales);
  return grid;
}

std::optional<double> Grid::only_zero_point() const {
  if (computed()) return std::nullopt;
  if (!zero_points) return 0;
  const std::vector<double> all = reals_of(zero_points);
  const bool same = !all.empty() && std::ranges::all_of(all, [&](double z) { return z == all[0]; });
  return same ? std::optional(all[0]) : std::nullopt;
}

bool Grid::agrees_with(const Grid& other) const {
  if (number != other.number || computed() != other.computed()) return false;
  if (computed()) return scale == other.scale && zero_point == other.zero_point;
  if (per_channel() != other.per_channel()) return false;
  if (per_channel()) return true;
  const double a = reals_of(scales)[0], b = reals_of(other.scales)[0];
  return std::abs(a - b) <= kSlack * std::abs(a) && only_zero_point() == other.only_zero_point();
}

Result<Tensor> Grid::numbers_of(const Tensor& integers, std::uint64_t max_bytes) const {
  if (computed()) return Error{Code::kUnsupported, "their scale is computed"};
  const auto bytes = byte_size(number, integers.dims());
  if (!bytes || *bytes > max_bytes) {
    return Error{Code::kResourceExhausted, "the numbers take too much room"};
  }
  const std::optional<double> zero = only_zero_point();
  std::vector<double> reals = reals_of(integers);
  const auto is_zero = [&](double q) { return zero && q == *zero; };
  if ((per_channel() || !zero) && !std::ranges::all_of(reals, is_zero)) {
    return Error{Code::kUnsupported, "each channel has a scale of its own"};
  }
  const double scale_of_all = per_channel() ? 0 : reals_of(scales)[0];
  for (double& q : reals) q = (q - *zero) * scale_of_all;
  MOTE_ASSIGN(Tensor numbers, Tensor::zeros(number, integers.dims()));
  convert_range({DType::kF64, {integers.count()}, reals.data()}, 0, numbers.mut(), 0,
                integers.count());
  return numbers;
}

}  // namespace mote::dequantization
