#include "format/tflite/read/ops/reduce_window.h"

#include <algorithm>

#include "base/text.h"

namespace mote::tfl {
namespace {

constexpr std::int64_t kMostSlices = 1024;  // of one axis: each is a node

// One axis after the other: the window's first elements, its second ones, and so on, combined.
ValueId reduce_along(OpReader& op, std::string_view op_type, ValueId x, int axis,
                     const SlidingWindow& window) {
  const auto i = static_cast<std::size_t>(axis);
  const std::int64_t size = window.sizes[i], stride = window.strides[i];
  if (size == 1 && stride == 1) return x;
  const TensorType type = op.type(x);
  if (!op.status()) return x;
  const Dim& d = (*type.shape)[i];
  const std::int64_t room = d.known() ? d.size() - (size - 1) * window.dilations[i] - 1 : -1;
  if (room < 0 || size > kMostSlices) {
    op.unsupported(cat("windows of ", size, " elements, ", window.dilations[i],
                       " apart, over an axis of ",
                       d.known() ? cat("size ", d.size()) : "unknown size"));
    return x;
  }
  const std::int64_t reach = room / stride * stride + 1;
  ValueId combined = ValueId::kNone;
  for (std::int64_t k = 0; k < size; ++k) {
    const std::int64_t begin = k * window.dilations[i];
    const ValueId part = op.add("Slice", {x, op.integers({begin}), op.integers({begin + reach}),
                                          op.integers({axis}), op.integers({stride})});
    combined = k == 0 ? part : op.add(op_type, {combined, part});
  }
  return combined;
}

std::string_view combiner_of(fb::ReduceWindowFunction function) {
  switch (function) {
    case fb::ReduceWindowFunction_ADD:
      return "Add";
    case fb::ReduceWindowFunction_MUL:
      return "Mul";
    case fb::ReduceWindowFunction_MINIMUM:
      return "Min";
    case fb::ReduceWindowFunction_MAXIMUM:
      return "Max";
    case fb::ReduceWindowFunction_ALL:
      return "And";
    case fb::ReduceWindowFunction_ANY:
      return "Or";
    case fb::ReduceWindowFunction_UNSUPPORTED:
      break;
  }
  return {};
}

// Inputs: x, the initial value, sizes, strides, dilations.
void reduce_window(OpReader& op) {
  const auto* o = op.options<fb::ReduceWindowOptions>();
  if (o == nullptr) return op.fail(no_options());
  const std::string_view op_type = combiner_of(o->reduce_function());
  if (op_type.empty()) return op.unsupported("windows reduced by no known function");
  const SlidingWindow window{op.integers_of(2), op.integers_of(3), op.integers_of(4)};
  const ValueId initial = op.reshape(op.stored(1), {});
  op.yield_stored(0, reduce_windows(op, op_type, op.stored(0), initial, window));
}

constexpr Mapping kMappings[] = {
    {fb::BuiltinOperator_REDUCE_WINDOW, reduce_window},
};

}  // namespace

ValueId reduce_windows(OpReader& op, std::string_view op_type, ValueId x, ValueId initial,
                       const SlidingWindow& window) {
  const int rank = op.rank(x);
  if (!op.status()) return x;
  for (const auto* values : {&window.sizes, &window.strides, &window.dilations}) {
    constexpr std::int64_t kMost = std::int64_t{1} << 31;
    if (std::ssize(*values) == rank &&
        std::ranges::all_of(*values, [](auto v) { return v > 0 && v <= kMost; })) {
      continue;
    }
    op.fail({Code::kInvalidArgument, cat("windows of [", join(*values, ","), "], rank ", rank)});
    return x;
  }
  for (int axis = 0; axis < rank; ++axis) x = reduce_along(op, op_type, x, axis, window);
  return op.add(op_type, {x, initial});
}

extern const Mappings kReduceWindows;
constinit const Mappings kReduceWindows{kMappings};

}  // namespace mote::tfl
