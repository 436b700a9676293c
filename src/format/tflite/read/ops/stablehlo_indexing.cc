// StableHLO's Gather and Scatter: boxes taken and put by index.
//
// The operand's axes that indices name come first, then the others, which boxes take whole. An
// index becomes as many tuples as its box has elements along the named axes: GatherND and ScatterND
// do the rest.
#include <algorithm>

#include "base/text.h"
#include "format/tflite/read/ops/body.h"

namespace mote::tfl {
namespace {

using Axes = std::vector<std::int64_t>;

constexpr std::int64_t kMostTuples = 1 << 20;  // of one box: they are a constant

Axes list(const flatbuffers::Vector<std::int64_t>* values) {
  const auto span = values_of(values);
  return {span.begin(), span.end()};
}

bool contains(const Axes& axes, std::int64_t axis) {
  return std::ranges::find(axes, axis) != axes.end();
}

// Different ones of [0, rank).
bool are_axes(const Axes& axes, std::int64_t rank) {
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (axes[i] < 0 || axes[i] >= rank) return false;
    if (std::ranges::count(axes, axes[i]) > 1) return false;
  }
  return true;
}

// Those of [0, rank) that `axes` leave.
Axes others(const Axes& axes, std::int64_t rank) {
  Axes rest;
  for (std::int64_t axis = 0; axis < rank; ++axis) {
    if (!contains(axes, axis)) rest.push_back(axis);
  }
  return rest;
}

Axes joined(Axes a, const Axes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

ValueId transposed(OpReader& op, ValueId x, const Axes& perm) {
  return std::ranges::is_sorted(perm) ? x : op.transpose(x, perm);
}

// Input 1 as s64[..., depth].
ValueId indices_of(OpReader& op, std::int64_t vector_axis, std::size_t depth) {
  ValueId indices = op.as_s64(1);
  const std::int64_t rank = op.rank(indices);
  if (!op.status()) return indices;
  if (vector_axis == rank) {
    indices = op.add("Unsqueeze", {indices, op.integers({-1})});
  } else if (vector_axis >= 0 && vector_axis < rank) {
    indices = transposed(op, indices, joined(others({vector_axis}, rank), {vector_axis}));
  }
  const TensorType type = op.type(indices);
  const bool fits = vector_axis >= 0 && vector_axis <= rank && op.status() &&
                    type.shape->back().same(Dim(static_cast<std::int64_t>(depth)));
  if (!fits)
    op.fail({Code::kInvalidArgument,
             cat("indices of ", depth, " axes along axis ", vector_axis, " of rank ", rank)});
  return indices;
}

// s64[..., named] of first elements → s64[..., sizes..., named] of all elements of the boxes.
ValueId tuples_of(OpReader& op, ValueId first, const Axes& sizes) {
  const std::int64_t depth = std::ssize(sizes);
  std::int64_t count = 1;
  for (const std::int64_t size : sizes) {
    if (size > kMostTuples || (count *= size) > kMostTuples) {
      op.unsupported(cat("boxes of [", join(sizes, ","), "] elements"));
      return first;
    }
  }
  std::vector<std::int64_t> offsets(static_cast<std::size_t>(count * depth));
  for (std::int64_t i = 0; i < count; ++i) {
    std::int64_t rest = i;
    for (std::int64_t axis = depth; axis-- > 0;) {
      const std::int64_t size = sizes[static_cast<std::size_t>(axis)];
      offsets[static_cast<std::size_t>(i * depth + axis)] = rest % size;
      rest /= size;
    }
  }
  Axes axes;
  const std::int64_t batch = op.rank(first) - 1;
  for (std::int64_t i = 0; i < depth; ++i) axes.push_back(batch + i);
  const ValueId spread = depth == 0 ? first : op.add("Unsqueeze", {first, op.integers(axes)});
  Dims dims;
  for (const std::int64_t size : sizes) dims.push_back(size);
  dims.push_back(depth);
  return op.add("Add", {spread, op.constant(Tensor::of<std::int64_t>(dims, offsets))});
}

// The last first elements with which boxes of `sizes` are inside.
Axes limits_of(const Dims& dims, const Axes& named, const Axes& sizes) {
  Axes limits;
  for (std::size_t i = 0; i < named.size(); ++i) {
    limits.push_back(dims[static_cast<int>(named[i])] - sizes[i]);
  }
  return limits;
}

ValueId clamped(OpReader& op, ValueId indices, Axes limits) {
  return op.add("Min", {op.add("Max", {indices, op.s64(0)}), op.integers(std::move(limits))});
}

Axes picked(const Axes& values, const Axes& at) {
  Axes out;
  for (const std::int64_t i : at) out.push_back(values[static_cast<std::size_t>(i)]);
  return out;
}

// Inputs: x, the first element of each box. Boxes that reach beyond x are moved inside.
void gather(OpReader& op) {
  const auto* o = op.options<fb::StablehloGatherOptions>();
  if (o == nullptr) return op.fail(no_options());
  ValueId x = op.stored(0);
  const auto dims = op.type(x).dims();
  const Axes named = list(o->start_index_map());
  const ValueId indices = indices_of(op, o->index_vector_dim(), named.size());
  if (!op.status()) return;
  if (!dims) return op.unsupported("boxes of a tensor of unknown size");
  const std::int64_t rank = dims->rank(), batch = op.rank(indices) - 1;
  const Axes collapsed = list(o->collapsed_slice_dims());
  const Axes offset = list(o->offset_dims()), sizes = list(o->slice_sizes());
  bool sound = std::ssize(sizes) == rank && are_axes(named, rank) && are_axes(collapsed, rank) &&
               std::ssize(offset) == rank - std::ssize(collapsed) &&
               are_axes(offset, batch + std::ssize(offset));
  for (int axis = 0; sound && axis < rank; ++axis) {
    const std::int64_t size = sizes[static_cast<std::size_t>(axis)];
    sound = size >= 0 && size <= (*dims)[axis] && (!contains(collapsed, axis) || size == 1);
  }
  if (!sound) return op.fail({Code::kInvalidArgument, cat("boxes of [", join(sizes, ","), "]")});
  const Axes whole = others(named, rank), order = joined(named, whole);
  for (const std::int64_t axis : whole) {
    const std::int64_t size = sizes[static_cast<std::size_t>(axis)];
    if (size < (*dims)[static_cast<int>(axis)]) x = op.slice(x, axis, 0, size);
  }
  const Axes named_sizes = picked(sizes, named);
  const ValueId first = clamped(op, indices, limits_of(*dims, named, named_sizes));
  const ValueId boxes =
      op.add("GatherND", {transposed(op, x, order), tuples_of(op, first, named_sizes)});
  // [batch..., named..., whole...] → boxes' axes at `offset`, collapsed ones at the end
  Axes perm(static_cast<std::size_t>(batch + std::ssize(offset)), -1);
  const auto place = [&](std::int64_t axis) {
    return batch + (std::ranges::find(order, axis) - order.begin());
  };
  const Axes kept = others(collapsed, rank);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    perm[static_cast<std::size_t>(offset[i])] = place(kept[i]);
  }
  std::int64_t next = 0;
  for (std::int64_t& axis : perm) axis = axis < 0 ? next++ : axis;
  Axes last;
  for (const std::int64_t axis : collapsed) {
    last.push_back(std::ssize(perm));
    perm.push_back(place(axis));
  }
  const ValueId y = transposed(op, boxes, perm);
  op.yield_stored(0, last.empty() ? y : op.add("Squeeze", {y, op.integers(std::move(last))}));
}

std::string reduction_of(std::string_view combiner) {
  if (combiner.empty()) return "none";
  if (combiner == "Add") return "add";
  if (combiner == "Mul") return "mul";
  if (combiner == "Max") return "max";
  return combiner == "Min" ? "min" : "";
}

// Inputs: x, the first element of each box, what the boxes hold. What is beyond x is left out: it
// goes to a row behind the last, which is cut off.
void scatter(OpReader& op) {
  const auto* o = op.options<fb::StablehloScatterOptions>();
  if (o == nullptr) return op.fail(no_options());
  const std::string reduction =
      reduction_of(combiner_of_body(op, o->update_computation_subgraph_index()));
  const ValueId x = op.stored(0);
  ValueId updates = op.stored(2);
  const auto dims = op.type(x).dims(), box = op.type(updates).dims();
  const Axes named = list(o->scatter_dims_to_operand_dims());
  const ValueId indices = indices_of(op, o->index_vector_dim(), named.size());
  if (!op.status()) return;
  if (!dims || !box) return op.unsupported("boxes of a tensor of unknown size");
  if (reduction.empty()) return op.unsupported("boxes combined by a logical operator");
  const std::int64_t rank = dims->rank(), batch = op.rank(indices) - 1;
  const Axes inserted = list(o->inserted_window_dims()), window = list(o->update_window_dims());
  const Axes kept = others(inserted, rank);
  if (!are_axes(named, rank) || named.empty() || !are_axes(inserted, rank) ||
      !are_axes(window, box->rank()) || kept.size() != window.size() ||
      batch + std::ssize(window) != box->rank()) {
    return op.fail({Code::kInvalidArgument, cat("boxes of ", to_string(*box))});
  }
  // The box's size along each axis of x, and the axis of the updates that it has.
  Axes sizes(static_cast<std::size_t>(rank), 1), from(static_cast<std::size_t>(rank), -1);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    from[static_cast<std::size_t>(kept[i])] = window[i];
    sizes[static_cast<std::size_t>(kept[i])] = (*box)[static_cast<int>(window[i])];
  }
  const Axes whole = others(named, rank), order = joined(named, whole);
  for (const std::int64_t axis : whole) {
    if (sizes[static_cast<std::size_t>(axis)] == (*dims)[static_cast<int>(axis)]) continue;
    return op.unsupported("boxes that take a part of an axis from its begin");
  }
  // [batch..., named..., whole...]
  Axes perm = others(window, box->rank()), missing;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::int64_t axis = from[static_cast<std::size_t>(order[i])];
    if (axis < 0) {
      missing.push_back(batch + static_cast<std::int64_t>(i));
    } else {
      perm.push_back(axis);
    }
  }
  updates = transposed(op, updates, perm);
  if (!missing.empty()) updates = op.add("Unsqueeze", {updates, op.integers(std::move(missing))});
  const Axes named_sizes = picked(sizes, named);
  const ValueId tuples = tuples_of(op, indices, named_sizes);
  const Axes single(named.size(), 1);
  const ValueId inside = clamped(op, tuples, limits_of(*dims, named, single));
  const ValueId same = op.cast(op.add("Equal", {inside, tuples}), DType::kS32);
  const ValueId fits =
      op.cast(op.add("ReduceMin", {same, op.integers({-1})}), DType::kBool);  // [..., 1]
  const std::int64_t rows = (*dims)[static_cast<int>(named[0])];
  Axes beyond(named.size(), 0);
  beyond[0] = rows;
  const ValueId places = op.add("Where", {fits, inside, op.integers(std::move(beyond))});
  Axes pads(static_cast<std::size_t>(2 * rank), 0);
  pads[static_cast<std::size_t>(rank)] = 1;
  const ValueId data = op.add("Pad", {transposed(op, x, order), op.integers(std::move(pads))});
  const ValueId all = op.add("ScatterND", {data, places, updates}, {{"reduction", reduction}});
  Axes back(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    back[static_cast<std::size_t>(order[i])] = static_cast<std::int64_t>(i);
  }
  op.yield_stored(0, transposed(op, op.slice(all, 0, 0, rows), back));
}

constexpr Mapping kMappings[] = {
    {fb::BuiltinOperator_STABLEHLO_GATHER, gather},
    {fb::BuiltinOperator_STABLEHLO_SCATTER, scatter},
};

}  // namespace

extern const Mappings kStablehloIndexing;
constinit const Mappings kStablehloIndexing{kMappings};

}  // namespace mote::tfl
