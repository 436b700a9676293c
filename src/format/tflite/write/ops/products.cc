#include "format/tflite/write/ops/products.h"

#include <cmath>
#include <limits>

#include "ops/support/convert.h"

namespace mote::tfl::write {
namespace {

bool all_are(const std::vector<std::int64_t>& values, std::int64_t expected) {
  return std::ranges::all_of(values, [&](std::int64_t v) { return v == expected; });
}

// As numbers. Requires: a constant.
Result<std::vector<double>> reals_of(OpWriter& op, ValueId value) {
  MOTE_ASSIGN(const Tensor tensor, op.places().constant_of(value));
  std::vector<double> values(static_cast<std::size_t>(tensor.count()));
  convert_range(tensor.view(), 0, {DType::kF64, {tensor.count()}, values.data()}, 0,
                tensor.count());
  const Grid* grid = op.places().grid_of(value);
  for (std::size_t i = 0; grid != nullptr && i < values.size(); ++i) {
    const std::size_t at = grid->per_axis() ? i % grid->scales.size() : 0;
    values[i] = (values[i] - static_cast<double>(grid->zero_points[at])) *
                static_cast<double>(grid->scales[at]);
  }
  return values;
}

// One value is one for each output.
void spread(std::vector<double>& values, std::int64_t outputs) {
  if (values.size() == 1) values.resize(static_cast<std::size_t>(outputs), values[0]);
}

std::int32_t add_bias(OpWriter& op, Tensor values, std::optional<Grid> grid) {
  TensorSpec spec = op.spec("/bias", values.dtype(), Shape{Dim(values.count())});
  spec.grid = std::move(grid);
  spec.constant = std::move(values);
  return op.add_tensor(std::move(spec));
}

template <class T>
Tensor rounded(const std::vector<double>& values, const std::vector<float>& scales) {
  constexpr double kMost = static_cast<double>(std::numeric_limits<std::int32_t>::max());
  std::vector<T> made;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double scale = static_cast<double>(scales[scales.size() > 1 ? i : 0]);
    made.push_back(static_cast<T>(std::clamp(std::nearbyint(values[i] / scale), -kMost, kMost)));
  }
  return Tensor::of<T>({static_cast<std::int64_t>(made.size())}, std::span<const T>(made));
}

}  // namespace

bool suits_product(OpWriter& op, int axis, ValueId bias) {
  Places& places = op.places();
  const ValueId weights = op.in(1);
  const Grid* grid = places.is_constant(weights) ? places.grid_of(weights) : nullptr;
  if (grid == nullptr || (bias != ValueId::kNone && !places.is_constant(bias))) return false;
  if (grid->per_axis() && grid->axis != axis) return false;
  const bool wide = op.result_dtype() == DType::kS16;
  switch (places.stored_dtype(weights)) {
    case DType::kS8:
    case DType::kS4:
      op.choose(wide ? Elements::kStored : Elements::kSigned);
      return all_are(grid->zero_points, 0);
    case DType::kU8:
      if (wide) return false;
      if (all_are(grid->zero_points, 128)) {
        if (grid->per_axis() || op.elements() == Elements::kSigned) {
          op.choose(Elements::kSigned);
          return true;
        }
      }
      return !grid->per_axis() && places.stored_dtype(op.in(0)) == DType::kU8 &&
             places.stored_dtype(op.ending().value) == DType::kU8 &&
             (op.choose(Elements::kStored), true);
    default:
      return false;
  }
}

std::int32_t bias_tensor(OpWriter& op, ValueId bias, std::int64_t outputs) {
  if (!op.status()) return kAbsent;
  std::vector<double> values(static_cast<std::size_t>(outputs), 0.0);
  if (bias != ValueId::kNone) {
    auto stated = reals_of(op, bias);
    if (!stated) {
      op.fail(std::move(stated).error());
      return kAbsent;
    }
    values = std::move(*stated);
    spread(values, outputs);
  }
  if (!op.in_integers()) {
    const std::vector<float> narrow(values.begin(), values.end());
    return add_bias(op, Tensor::of<float>({outputs}, std::span<const float>(narrow)), {});
  }
  const float input_scale = op.places().grid_of(op.in(0))->scales[0];
  Grid grid = *op.places().grid_of(op.in(1));
  for (float& scale : grid.scales) scale *= input_scale;
  std::ranges::fill(grid.zero_points, 0);
  grid.axis = 0;
  const bool wide = op.result_dtype() == DType::kS16;
  Tensor made = wide ? rounded<std::int64_t>(values, grid.scales)
                     : rounded<std::int32_t>(values, grid.scales);
  return add_bias(op, std::move(made), std::move(grid));
}

}  // namespace mote::tfl::write
