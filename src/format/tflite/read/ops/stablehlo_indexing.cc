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
  const auto elements = static_cast<std::size_t>(count * depth);
  if (Status s = op.subgraph().context().budget.take(elements * sizeof(std::int64_t)); !s) {
    op.fail(std::move(s).error());
    return first;
  }
  std::vector<std::int64_t> offsets(elements);
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

// How boxes lie in x, whose axes are `named` by indices or taken `whole`.
struct Boxes {
  Dims dims;                 // of x
  std::int64_t batch = 0;    // axes of the indices but the last
  Axes named, whole, order;  // the last: both
  Axes sizes;                // along each axis of x

  std::int64_t rank() const { return dims.rank(); }
  std::int64_t size(std::int64_t axis) const { return sizes[static_cast<std::size_t>(axis)]; }
  Axes named_sizes() const { return picked(sizes, named); }
};

Boxes boxes_of(const Dims& dims, std::int64_t batch, const Axes& named) {
  const Axes whole = others(named, dims.rank());
  return {dims, batch, named, whole, joined(named, whole), {}};
}

// -- Gather

bool fits(const Boxes& boxes, const Axes& collapsed, const Axes& offset) {
  const std::int64_t rank = boxes.rank();
  bool sound = std::ssize(boxes.sizes) == rank && are_axes(boxes.named, rank) &&
               are_axes(collapsed, rank) && std::ssize(offset) == rank - std::ssize(collapsed) &&
               are_axes(offset, boxes.batch + std::ssize(offset));
  for (std::int64_t axis = 0; sound && axis < rank; ++axis) {
    const std::int64_t size = boxes.size(axis);
    sound = size >= 0 && size <= boxes.dims[static_cast<int>(axis)] &&
            (!contains(collapsed, axis) || size == 1);
  }
  return sound;
}

// [batch..., named..., whole...] → boxes' axes at `offset`; collapsed ones go to the end and away.
ValueId arranged(OpReader& op, ValueId y, const Boxes& boxes, const Axes& collapsed,
                 const Axes& offset) {
  Axes perm(static_cast<std::size_t>(boxes.batch + std::ssize(offset)), -1);
  const auto place = [&](std::int64_t axis) {
    return boxes.batch + (std::ranges::find(boxes.order, axis) - boxes.order.begin());
  };
  const Axes kept = others(collapsed, boxes.rank());
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
  y = transposed(op, y, perm);
  return last.empty() ? y : op.add("Squeeze", {y, op.integers(std::move(last))});
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
  const Axes collapsed = list(o->collapsed_slice_dims()), offset = list(o->offset_dims());
  Boxes boxes = boxes_of(*dims, op.rank(indices) - 1, named);
  boxes.sizes = list(o->slice_sizes());
  if (!fits(boxes, collapsed, offset)) {
    return op.fail({Code::kInvalidArgument, cat("boxes of [", join(boxes.sizes, ","), "]")});
  }
  for (const std::int64_t axis : boxes.whole) {
    const std::int64_t size = boxes.size(axis);
    if (size < (*dims)[static_cast<int>(axis)]) x = op.slice(x, axis, 0, size);
  }
  const Axes sizes = boxes.named_sizes();
  const ValueId first = clamped(op, indices, limits_of(*dims, named, sizes));
  const ValueId y =
      op.add("GatherND", {transposed(op, x, boxes.order), tuples_of(op, first, sizes)});
  op.yield_stored(0, arranged(op, y, boxes, collapsed, offset));
}

// -- Scatter

std::string reduction_of(std::string_view combiner) {
  if (combiner.empty()) return "none";
  if (combiner == "Add") return "add";
  if (combiner == "Mul") return "mul";
  if (combiner == "Max") return "max";
  return combiner == "Min" ? "min" : "";
}

// The axis of the updates that each axis of x is; -1: boxes have one element along it. Fails where
// the updates cannot be boxes of x.
Axes lay_out(OpReader& op, const fb::StablehloScatterOptions& o, const Dims& updates,
             Boxes& boxes) {
  const std::int64_t rank = boxes.rank();
  const Axes inserted = list(o.inserted_window_dims()), window = list(o.update_window_dims());
  const Axes kept = others(inserted, rank);
  Axes from(static_cast<std::size_t>(rank), -1);
  boxes.sizes.assign(static_cast<std::size_t>(rank), 1);
  if (!are_axes(boxes.named, rank) || boxes.named.empty() || !are_axes(inserted, rank) ||
      !are_axes(window, updates.rank()) || kept.size() != window.size() ||
      boxes.batch + std::ssize(window) != updates.rank()) {
    op.fail({Code::kInvalidArgument, cat("boxes of ", to_string(updates))});
    return from;
  }
  for (std::size_t i = 0; i < kept.size(); ++i) {
    from[static_cast<std::size_t>(kept[i])] = window[i];
    boxes.sizes[static_cast<std::size_t>(kept[i])] = updates[static_cast<int>(window[i])];
  }
  for (const std::int64_t axis : boxes.whole) {
    if (boxes.size(axis) == boxes.dims[static_cast<int>(axis)]) continue;
    op.unsupported("boxes that take a part of an axis from its begin");
  }
  return from;
}

// → [batch..., named..., whole...]
ValueId ordered_updates(OpReader& op, ValueId updates, const Boxes& boxes, const Axes& from) {
  Axes window, missing;
  for (std::size_t i = 0; i < boxes.order.size(); ++i) {
    const std::int64_t axis = from[static_cast<std::size_t>(boxes.order[i])];
    if (axis < 0) {
      missing.push_back(boxes.batch + static_cast<std::int64_t>(i));
    } else {
      window.push_back(axis);
    }
  }
  const std::int64_t rank = boxes.batch + std::ssize(window);
  updates = transposed(op, updates, joined(others(window, rank), window));
  if (missing.empty()) return updates;
  return op.add("Unsqueeze", {updates, op.integers(std::move(missing))});
}

// Tuples of elements beyond x become those of the row behind its last.
ValueId beyond_last(OpReader& op, ValueId tuples, const Boxes& boxes) {
  const Axes single(boxes.named.size(), 1);
  const ValueId inside = clamped(op, tuples, limits_of(boxes.dims, boxes.named, single));
  const ValueId same = op.cast(op.add("Equal", {inside, tuples}), DType::kS32);
  const ValueId fits =
      op.cast(op.add("ReduceMin", {same, op.integers({-1})}), DType::kBool);  // [..., 1]
  Axes beyond(boxes.named.size(), 0);
  beyond[0] = boxes.dims[static_cast<int>(boxes.named[0])];
  return op.add("Where", {fits, inside, op.integers(std::move(beyond))});
}

Axes inverse(const Axes& order) {
  Axes back(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    back[static_cast<std::size_t>(order[i])] = static_cast<std::int64_t>(i);
  }
  return back;
}

// Inputs: x, the first element of each box, what the boxes hold. What is beyond x is left out: it
// goes to a row behind the last, which is cut off.
void scatter(OpReader& op) {
  const auto* o = op.options<fb::StablehloScatterOptions>();
  if (o == nullptr) return op.fail(no_options());
  const std::string reduction =
      reduction_of(combiner_of_body(op, o->update_computation_subgraph_index()));
  const ValueId x = op.stored(0), updates = op.stored(2);
  const auto dims = op.type(x).dims(), box = op.type(updates).dims();
  const Axes named = list(o->scatter_dims_to_operand_dims());
  const ValueId indices = indices_of(op, o->index_vector_dim(), named.size());
  if (!op.status()) return;
  if (!dims || !box) return op.unsupported("boxes of a tensor of unknown size");
  if (reduction.empty()) return op.unsupported("boxes combined by a logical operator");
  Boxes boxes = boxes_of(*dims, op.rank(indices) - 1, named);
  const Axes from = lay_out(op, *o, *box, boxes);
  if (!op.status()) return;
  const ValueId parts = ordered_updates(op, updates, boxes, from);
  const ValueId places = beyond_last(op, tuples_of(op, indices, boxes.named_sizes()), boxes);
  Axes pads(static_cast<std::size_t>(2 * boxes.rank()), 0);
  pads[static_cast<std::size_t>(boxes.rank())] = 1;
  const ValueId data =
      op.add("Pad", {transposed(op, x, boxes.order), op.integers(std::move(pads))});
  const ValueId all = op.add("ScatterND", {data, places, parts}, {{"reduction", reduction}});
  const std::int64_t rows = (*dims)[static_cast<int>(named[0])];
  op.yield_stored(0, transposed(op, op.slice(all, 0, 0, rows), inverse(boxes.order)));
}

constexpr Mapping kMappings[] = {
    {fb::BuiltinOperator_STABLEHLO_GATHER, gather},
    {fb::BuiltinOperator_STABLEHLO_SCATTER, scatter},
};

}  // namespace

extern const Mappings kStablehloIndexing;
constinit const Mappings kStablehloIndexing{kMappings};

}  // namespace mote::tfl
