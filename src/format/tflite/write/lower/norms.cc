// Normalizations as sums and products. Formulas are those of ONNX's text.
#include <numeric>

#include "format/tflite/write/lower/lowering.h"

namespace mote::tfl::write {
namespace {

std::vector<std::int64_t> axes_from(std::int64_t first, int rank) {
  std::vector<std::int64_t> axes(static_cast<std::size_t>(rank - first));
  std::iota(axes.begin(), axes.end(), first);
  return axes;
}

// A list of a number for each channel, for broadcasting over images of `rank`.
ValueId by_channel(Decomposition& d, ValueId list, int rank) {
  if (rank <= 2) return list;
  return d.add("Unsqueeze", {list, d.integers(axes_from(1, rank - 1))});
}

// (x - mean) / sqrt(variance + epsilon) over `axes`.
ValueId standardized(Decomposition& d, ValueId x, const std::vector<std::int64_t>& axes,
                     double epsilon) {
  Formula f(d);
  const ValueId centered = f.sub(x, f.reduce("ReduceMean", x, axes));
  const ValueId variance = f.reduce("ReduceMean", f.mul(centered, centered), axes);
  return f.div(centered, f.of("Sqrt", f.add(variance, epsilon)));
}

Status batch_normalization(Decomposition& d) {
  Formula f(d);
  const int rank = d.rank(d.in(0));
  if (integer_of(d.node(), "training_mode", 0) != 0 || d.wants(1)) {
    d.fail({Code::kUnsupported, "training_mode"});
    return d.status();
  }
  const double epsilon = real_of(d.node(), "epsilon", 1e-5F);
  const ValueId factor = f.div(d.in(1), f.of("Sqrt", f.add(d.in(4), epsilon)));
  const ValueId offset = f.sub(d.in(2), f.mul(d.in(3), factor));
  d.yield(0, f.add(f.mul(d.in(0), by_channel(d, factor, rank)), by_channel(d, offset, rank)));
  return d.status();
}

Status instance_normalization(Decomposition& d) {
  Formula f(d);
  const int rank = d.rank(d.in(0));
  const ValueId x =
      standardized(d, d.in(0), axes_from(2, rank), real_of(d.node(), "epsilon", 1e-5F));
  d.yield(0, f.add(f.mul(x, by_channel(d, d.in(1), rank)), by_channel(d, d.in(2), rank)));
  return d.status();
}

// [batch, groups, the rest] is normalized along the rest.
Status group_normalization(Decomposition& d) {
  Formula f(d);
  const TensorType type = d.type(d.in(0));
  const auto dims = type.dims();
  const std::int64_t groups = integer_of(d.node(), "num_groups", 1);
  if (!dims || dims->rank() < 3) {
    d.fail({Code::kUnsupported, "its sizes must be known"});
    return d.status();
  }
  const ValueId rows = f.reshape(d.in(0), {(*dims)[0], groups, -1});
  const ValueId even = standardized(d, rows, {2}, real_of(d.node(), "epsilon", 1e-5F));
  const ValueId x = f.reshape(even, {dims->begin(), dims->end()});
  d.yield(0, f.add(f.mul(x, by_channel(d, d.in(1), dims->rank())),
                   by_channel(d, d.in(2), dims->rank())));
  return d.status();
}

std::vector<std::int64_t> normalized_axes(Decomposition& d) {
  const int rank = d.rank(d.in(0));
  const std::int64_t axis = integer_of(d.node(), "axis", -1);
  return axes_from(axis < 0 ? axis + rank : axis, rank);
}

Status layer_normalization(Decomposition& d) {
  Formula f(d);
  const auto axes = normalized_axes(d);
  const double epsilon = real_of(d.node(), "epsilon", 1e-5F);
  const ValueId mean = f.reduce("ReduceMean", d.in(0), axes);
  const ValueId centered = f.sub(d.in(0), mean);
  const ValueId variance = f.reduce("ReduceMean", f.mul(centered, centered), axes);
  const ValueId deviation = f.of("Sqrt", f.add(variance, epsilon));
  ValueId y = f.mul(f.div(centered, deviation), d.in(1));
  if (d.has(2)) y = f.add(y, d.in(2));
  d.yield(0, y);
  d.yield(1, mean);
  if (d.wants(2)) d.yield(2, f.div(1, deviation));
  return d.status();
}

Status rms_normalization(Decomposition& d) {
  Formula f(d);
  const ValueId squares = f.reduce("ReduceMean", f.mul(d.in(0), d.in(0)), normalized_axes(d));
  const ValueId root = f.of("Sqrt", f.add(squares, real_of(d.node(), "epsilon", 1e-5F)));
  d.yield(0, f.mul(f.div(d.in(0), root), d.in(1)));
  return d.status();
}

// x / |x|, and 0 for 0.
Status lp_normalization(Decomposition& d) {
  Formula f(d);
  const std::int64_t p = integer_of(d.node(), "p", 2);
  const ValueId x = d.in(0);
  const ValueId sizes =
      f.reduce(p == 1 ? "ReduceL1" : "ReduceL2", x, {integer_of(d.node(), "axis", -1)});
  const ValueId none = d.add("Equal", {sizes, d.scalar_like(x, 0)});
  d.yield(0, f.div(x, d.add("Where", {none, d.scalar_like(x, 1), sizes})));
  return d.status();
}

Status mean_variance_normalization(Decomposition& d) {
  Formula f(d);
  auto axes = integers_of(d.node(), "axes");
  if (axes.empty()) axes = {0, 2, 3};
  const ValueId centered = f.sub(d.in(0), f.reduce("ReduceMean", d.in(0), axes));
  const ValueId variance = f.reduce("ReduceMean", f.mul(centered, centered), axes);
  d.yield(0, f.div(centered, f.add(f.of("Sqrt", variance), 1e-9)));
  return d.status();
}

constexpr Lowering kLowerings[] = {
    {"BatchNormalization", batch_normalization},
    {"InstanceNormalization", instance_normalization},
    {"GroupNormalization", group_normalization},
    {"LayerNormalization", layer_normalization},
    {"RMSNormalization", rms_normalization},
    {"LpNormalization", lp_normalization},
    {"MeanVarianceNormalization", mean_variance_normalization},
};

}  // namespace

extern const Lowerings kLowerNorms;
constinit const Lowerings kLowerNorms{kLowerings};

}  // namespace mote::tfl::write
