// Operators that put elements elsewhere.
#include <cmath>
#include <limits>
#include <numeric>

#include "format/tflite/write/op_writer.h"
#include "ops/support/convert.h"

namespace mote::tfl::write {
namespace {

void concat(OpWriter& op) {
  const Order order = op.common_order(op.rank(op.out()));
  fb::ConcatenationOptionsT o;
  o.axis = position_of(order, op.axis(0, op.out()));
  std::vector<std::int32_t> inputs;
  for (std::size_t i = 0; i < op.input_count(); ++i) inputs.push_back(op.tensor(i, order));
  op.emit(fb::BuiltinOperator_CONCATENATION, std::move(inputs), order, options(std::move(o)));
}

void split(OpWriter& op) {
  const Order order = op.order_of(0);
  const int axis = op.axis(0, op.in(0));
  std::vector<std::int64_t> sizes;
  for (std::size_t i = 0; op.status() && i < op.node().outputs.size(); ++i) {
    if (op.out(i) == ValueId::kNone) return op.unsupported("a part that nobody reads");
    const Dim size = op.shape(op.out(i))[static_cast<std::size_t>(axis)];
    if (!size.known()) return op.unsupported("parts of open sizes");
    sizes.push_back(size.size());
  }
  // Sizes that a model declares need not be those that it computes.
  const Dim all = op.shape(op.in(0))[static_cast<std::size_t>(axis)];
  const auto sum = std::accumulate(sizes.begin(), sizes.end(), std::int64_t{0});
  if (all.known() && all.size() != sum) return op.unsupported("parts that are not the whole");
  fb::SplitVOptionsT o;
  o.num_splits = static_cast<int>(sizes.size());
  op.emit_many(fb::BuiltinOperator_SPLIT_V,
               {op.tensor(0, order), op.s32(sizes), op.s32(position_of(order, axis))}, order,
               options(std::move(o)));
}

// One axis of a Slice. A bound that is open is the end of the axis.
struct Bounds {
  std::int64_t begin = 0, end = 0, step = 1;
  bool from_edge = true, to_edge = true;
};

Bounds bounds_of(std::int64_t start, std::int64_t end, std::int64_t step, const Dim& size) {
  constexpr std::int64_t kFar = std::numeric_limits<std::int32_t>::max();
  Bounds b{start, end, step, false, false};
  if (step < 0) {
    if (!size.known()) return {0, 0, step, start >= kFar || start == -1, end <= -kFar};
    const std::int64_t n = size.size();
    if (start < 0) b.begin = start + n;
    if (end < 0) b.end = end + n;
    b.from_edge = b.begin >= n - 1;
    b.to_edge = b.end < 0;
  } else {
    b.from_edge = start == 0 || (size.known() && start <= -size.size());
    b.to_edge = end >= (size.known() ? std::min(size.size(), kFar) : kFar);
  }
  b.begin = std::clamp(b.begin, -kFar, kFar);
  b.end = std::clamp(b.end, -kFar, kFar);
  if (b.from_edge) b.begin = 0;
  if (b.to_edge) b.end = 0;
  return b;
}

void slice(OpWriter& op) {
  const Order order = op.order_of(0);
  const Shape shape = op.shape(op.in(0));
  const auto starts = op.integers_of(1), ends = op.integers_of(2);
  const auto stated_axes = op.integers_of(3), steps = op.integers_of(4);
  if (!op.status()) return;
  std::vector<Bounds> bounds(shape.size());
  for (std::size_t i = 0; i < starts->size(); ++i) {
    std::int64_t axis = stated_axes ? (*stated_axes)[i] : static_cast<std::int64_t>(i);
    if (axis < 0) axis += static_cast<std::int64_t>(shape.size());
    const auto at = static_cast<std::size_t>(axis);
    bounds[at] = bounds_of((*starts)[i], (*ends)[i], steps ? (*steps)[i] : 1, shape[at]);
  }
  fb::StridedSliceOptionsT o;
  std::vector<std::int64_t> begins, stops, strides;
  for (const Bounds& b : in_order(bounds, order)) {
    const int bit = 1 << begins.size();
    if (b.from_edge) o.begin_mask |= bit;
    if (b.to_edge) o.end_mask |= bit;
    begins.push_back(b.begin);
    stops.push_back(b.end);
    strides.push_back(b.step);
  }
  op.emit(fb::BuiltinOperator_STRIDED_SLICE,
          {op.tensor(0, order), op.s32(begins), op.s32(stops), op.s32(strides)}, order,
          options(std::move(o)));
}

// [rank, 2] in `order`. Fails where it cuts.
std::int32_t paddings(OpWriter& op, const Order& order) {
  const auto pads = op.integers_of(1);
  const auto axes = op.integers_of(3);
  if (!op.status()) return kAbsent;
  const std::size_t rank = order.size();
  std::vector<std::int64_t> begins(rank, 0), ends(rank, 0);
  const std::size_t count = pads->size() / 2;
  for (std::size_t i = 0; i < count; ++i) {
    std::int64_t axis = axes ? (*axes)[i] : static_cast<std::int64_t>(i);
    if (axis < 0) axis += static_cast<std::int64_t>(rank);
    begins[static_cast<std::size_t>(axis)] = (*pads)[i];
    ends[static_cast<std::size_t>(axis)] = (*pads)[count + i];
  }
  std::vector<std::int32_t> made;
  for (const int axis : order) {
    made.push_back(static_cast<std::int32_t>(begins[static_cast<std::size_t>(axis)]));
    made.push_back(static_cast<std::int32_t>(ends[static_cast<std::size_t>(axis)]));
  }
  if (std::ranges::any_of(made, [](std::int32_t p) { return p < 0; })) {
    op.unsupported("padding that cuts");
  }
  return op.constant(Tensor::of<std::int32_t>({static_cast<std::int64_t>(rank), 2},
                                              std::span<const std::int32_t>(made)));
}

// `value` of the tensor's type and grid.
std::int32_t fill(OpWriter& op, std::int32_t like, double value, bool counted) {
  const TensorSpec& image = op.written(like);
  TensorSpec spec = op.spec("/fill", image.dtype, {});
  spec.grid = image.grid;
  if (image.grid && counted) {
    const Grid& grid = *image.grid;
    const double low = image.dtype == DType::kU8 ? 0 : image.dtype == DType::kS8 ? -128 : -32768;
    const double high = image.dtype == DType::kU8 ? 255 : image.dtype == DType::kS8 ? 127 : 32767;
    value = std::nearbyint(value / static_cast<double>(grid.scales[0])) +
            static_cast<double>(grid.zero_points[0]);
    value = std::clamp(value, low, high);
  }
  auto made = Tensor::zeros(image.dtype, {});
  if (!made) {
    op.fail(std::move(made).error());
    return kAbsent;
  }
  convert_range({DType::kF64, {}, &value}, 0, made->mut(), 0, 1);
  spec.constant = std::move(*made);
  return op.add_tensor(std::move(spec));
}

void mirror_pad(OpWriter& op, const Order& order) {
  fb::MirrorPadOptionsT o;
  o.mode = fb::MirrorPadMode_REFLECT;
  op.emit(fb::BuiltinOperator_MIRROR_PAD, {op.tensor(0, order), paddings(op, order)}, order,
          options(std::move(o)));
}

void pad(OpWriter& op) {
  const Order order = op.order_of(0);
  const std::string mode = op.text("mode", "constant");
  if (mode == "reflect") return mirror_pad(op, order);
  if (mode != "constant") return op.unsupported(mode + " as a way of padding");
  const auto stated = op.number_of(2);
  if (op.has(2) && !stated) return op.unsupported("a fill that is computed");
  const double value = stated.value_or(0);
  const std::int32_t x = op.tensor(0, order);
  if (!op.status()) return;
  // What the elements mean in the graph: numbers, or the integers themselves.
  const bool counted = op.type(op.in(0)).dtype == DType::kF32;
  const bool zero = value == 0 && (counted || !op.written(x).grid);
  if (zero) return op.emit(fb::BuiltinOperator_PAD, {x, paddings(op, order)}, order);
  double as_written = value;
  if (!counted && op.elements() == Elements::kSigned &&
      op.places().stored_dtype(op.in(0)) == DType::kU8) {
    as_written -= 128;
  }
  op.emit(fb::BuiltinOperator_PADV2, {x, paddings(op, order), fill(op, x, as_written, counted)},
          order);
}

void tile(OpWriter& op) {
  const Order order = op.order_of(0);
  const auto times = op.integers_of(1);
  if (!op.status()) return;
  op.emit(fb::BuiltinOperator_TILE, {op.tensor(0, order), op.s32(in_order(*times, order))}, order);
}

template <class Options>
void blocks(OpWriter& op, fb::BuiltinOperator code) {
  if (op.rank(op.in(0)) != 4) return op.unsupported("blocks of other than two axes");
  Options o;
  o.block_size = static_cast<int>(op.integer("blocksize", 1));
  op.emit(code, {op.tensor(0, channels_last(4))}, channels_last(4), options(std::move(o)));
}

void depth_to_space(OpWriter& op) {
  if (op.text("mode", "DCR") != "DCR") return op.unsupported("mode CRD");
  blocks<fb::DepthToSpaceOptionsT>(op, fb::BuiltinOperator_DEPTH_TO_SPACE);
}
void space_to_depth(OpWriter& op) {
  blocks<fb::SpaceToDepthOptionsT>(op, fb::BuiltinOperator_SPACE_TO_DEPTH);
}

void reverse_sequence(OpWriter& op) {
  fb::ReverseSequenceOptionsT o;
  o.seq_dim = static_cast<int>(op.integer("time_axis", 0));
  o.batch_dim = static_cast<int>(op.integer("batch_axis", 1));
  op.emit(fb::BuiltinOperator_REVERSE_SEQUENCE, {op.plain(0), op.plain(1)},
          as_is(op.rank(op.out())), options(std::move(o)));
}

constexpr Mapping kMappings[] = {
    {"Concat", concat, kAnyElements, Integers::kMoves},
    {"Split", split, kNumbers | kBytes | kS16, Integers::kMoves},
    {"Slice", slice, kAnyElements, Integers::kMoves},
    {"Pad", pad, kNumbers | kBytes | kS16, Integers::kMoves},
    {"Tile", tile, kAnyElements, Integers::kMoves},
    {"DepthToSpace", depth_to_space, kNumbers | kBytes, Integers::kMoves},
    {"SpaceToDepth", space_to_depth, kNumbers | kBytes, Integers::kMoves},
    {"ReverseSequence", reverse_sequence, kNumbers | types({DType::kU8, DType::kS16})},
};

}  // namespace

extern const Mappings kWriteMovement;
constinit const Mappings kWriteMovement{kMappings};

}  // namespace mote::tfl::write
