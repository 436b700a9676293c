// The same elements under other sizes, in another order, joined or cut apart.
#include <algorithm>
#include <numeric>

#include "base/text.h"
#include "format/tflite/read/ops/mover.h"

namespace mote::tfl {
namespace {

// Input i in whichever order it is there, if its elements lie as in the file's: all that moves are
// sizes of 1.
ValueId flat(OpReader& op, std::size_t i) {
  const Permutation order = channels_first(4);
  const auto dims = op.in(i).type().dims();
  const bool one_pixel = dims && dims->rank() == 4 && (*dims)[1] * (*dims)[2] == 1;
  const bool one_channel = dims && dims->rank() == 4 && (*dims)[3] == 1;
  const bool there = (one_pixel || one_channel) && op.has_order(i, order);
  return op.stored(i, there ? order : Permutation());
}

void reshape(OpReader& op) {
  const auto* o = op.options<fb::ReshapeOptions>();
  Mover m(op);
  // A shape among the options is what older writers have.
  std::optional<std::vector<std::int64_t>> shape;
  if (!op.has(1)) {
    if (o == nullptr) return op.fail(no_options());
    const auto values = values_of(o->new_shape());
    shape.emplace(values.begin(), values.end());
    if (*shape == std::vector<std::int64_t>{0}) shape->clear();  // a scalar
  } else {
    shape = op.known_integers_of(1);
  }
  const ValueId x = m.stored() ? flat(op, 0) : op.real(0);
  // A size of 0 is one, where ONNX takes it for the input's.
  const Attributes literal{{"allowzero", std::int64_t{1}}};
  if (!shape) return m.yield(0, op.add("Reshape", {x, op.as_s64(1)}, literal));
  const bool has_zero = std::ranges::find(*shape, 0) != shape->end();
  m.yield(
      0, op.add("Reshape", {x, op.integers(*std::move(shape))}, has_zero ? literal : Attributes()));
}

void squeeze(OpReader& op) {
  const auto* o = op.options<fb::SqueezeOptions>();
  Mover m(op);
  std::vector<std::int64_t> axes;
  if (o != nullptr) {
    const auto values = values_of(o->squeeze_dims());
    axes.assign(values.begin(), values.end());
  }
  const ValueId x = m.in(0);
  m.yield(0, op.add("Squeeze", {x, axes.empty() ? ValueId::kNone : op.integers(std::move(axes))}));
}

void expand_dims(OpReader& op) {
  Mover m(op);
  m.yield(0, op.add("Unsqueeze", {m.in(0), op.integers({op.integer_of(1)})}));
}

void transpose(OpReader& op) {
  const std::vector<std::int64_t> perm = op.integers_of(1);
  if (!op.status()) return;
  std::vector<std::int64_t> sorted = perm;
  std::ranges::sort(sorted);
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (sorted[i] == static_cast<std::int64_t>(i)) continue;
    return op.fail({Code::kInvalidArgument, cat("[", join(perm, ","), "] is no order of axes")});
  }
  Mover m(op);
  m.yield(0, m.in(0, perm));
}

void concatenation(OpReader& op) {
  const auto* o = op.options<fb::ConcatenationOptions>();
  if (o == nullptr) return op.fail(no_options());
  const Permutation order = op.common_order();
  Mover m = Mover::of_all(op);
  if (o->fused_activation_function() != fb::ActivationFunctionType_NONE) m.compute_with_numbers();
  std::vector<ValueId> parts;
  for (std::size_t i = 0; i < op.input_count(); ++i) parts.push_back(m.in(i, order));
  if (parts.empty()) return op.fail({Code::kInvalidArgument, "nothing to concatenate"});
  std::int64_t axis = o->axis();
  if (!order.empty()) {
    axis = axis < 0 ? axis + std::ssize(order) : axis;
    axis = std::ranges::find(order, axis) - order.begin();
  }
  const ValueId joined = op.add("Concat", std::move(parts), {{"axis", axis}});
  if (m.stored()) return op.yield_stored(0, joined, order);
  op.yield(0, joined, order, o->fused_activation_function());
}

void pack(OpReader& op) {
  const auto* o = op.options<fb::PackOptions>();
  if (o == nullptr) return op.fail(no_options());
  Mover m = Mover::of_all(op);
  std::vector<ValueId> parts;
  for (std::size_t i = 0; i < op.input_count(); ++i) {
    parts.push_back(op.add("Unsqueeze", {m.in(i), op.integers({o->axis()})}));
  }
  if (parts.empty()) return op.fail({Code::kInvalidArgument, "nothing to pack"});
  m.yield(0, op.add("Concat", std::move(parts), {{"axis", std::int64_t{o->axis()}}}));
}

// How the parts of input i come and go.
void split_input(OpReader& op, std::size_t i, std::int64_t axis, ValueId sizes, bool squeezes) {
  Mover m(op, i);
  const ValueId x = m.in(i);
  const std::size_t count = op.output_count();
  Attributes attributes{{"axis", axis}};
  if (sizes == ValueId::kNone) attributes.set("num_outputs", static_cast<std::int64_t>(count));
  const auto parts = op.add_many(count, "Split", {x, sizes}, std::move(attributes));
  for (std::size_t k = 0; k < count; ++k) {
    const ValueId part = squeezes ? op.add("Squeeze", {parts[k], op.integers({axis})}) : parts[k];
    m.yield(k, part);
  }
}

// Sizes that ONNX would make unequal.
void check_equal_parts(OpReader& op, std::size_t i, std::int64_t axis) {
  const auto dims = op.dims_of(i);
  if (!op.status() || !dims || dims->empty()) return;
  const std::int64_t at = axis < 0 ? axis + dims->rank() : axis;
  if (at < 0 || at >= dims->rank()) return;
  const std::int64_t size = (*dims)[static_cast<int>(at)];
  const auto count = static_cast<std::int64_t>(op.output_count());
  if (count > 0 && size % count == 0) return;
  op.fail({Code::kInvalidArgument, cat(size, " elements in ", count, " equal parts")});
}

void split(OpReader& op) {
  const std::int64_t axis = op.integer_of(0);
  check_equal_parts(op, 1, axis);
  split_input(op, 1, axis, ValueId::kNone, false);
}

void split_v(OpReader& op) {
  const std::int64_t axis = op.integer_of(2);
  if (!op.known_integers_of(1)) return split_input(op, 0, axis, op.as_s64(1), false);
  std::vector<std::int64_t> sizes = op.integers_of(1);
  const auto dims = op.dims_of(0);
  if (!op.status()) return;
  if (!op.are_small(sizes, "a part")) return;
  // One size may be -1: what the others leave.
  const auto open = std::ranges::find(sizes, -1);
  if (open != sizes.end()) {
    const std::int64_t at = axis < 0 && dims ? axis + dims->rank() : axis;
    if (!dims || at < 0 || at >= dims->rank()) return op.unsupported("parts of unknown size");
    *open = 0;
    *open = (*dims)[static_cast<int>(at)] -
            std::accumulate(sizes.begin(), sizes.end(), std::int64_t{0});
  }
  split_input(op, 0, axis, op.integers(std::move(sizes)), false);
}

void unpack(OpReader& op) {
  const auto* o = op.options<fb::UnpackOptions>();
  if (o == nullptr) return op.fail(no_options());
  check_equal_parts(op, 0, o->axis());
  split_input(op, 0, o->axis(), ValueId::kNone, true);
}

void tile(OpReader& op) {
  Mover m(op);
  m.yield(0, op.add("Tile", {m.in(0), op.as_s64(1)}));
}

void reverse_v2(OpReader& op) {
  const std::vector<std::int64_t> axes = op.integers_of(1);
  const std::vector<std::int64_t> starts(axes.size(), -1), steps(axes.size(), -1);
  const std::vector<std::int64_t> ends(axes.size(), std::numeric_limits<std::int64_t>::min());
  Mover m(op);
  const ValueId x = m.in(0);
  const ValueId y = op.add(
      "Slice", {x, op.integers(starts), op.integers(ends), op.integers(axes), op.integers(steps)});
  m.yield(0, y);
}

// The first lengths[b] elements of each batch b, reversed. ONNX takes time and batch as the first
// two axes.
void reverse_sequence(OpReader& op) {
  const auto* o = op.options<fb::ReverseSequenceOptions>();
  if (o == nullptr) return op.fail(no_options());
  Mover m(op);
  const ValueId x = m.in(0);
  const int rank = op.rank(x);
  const std::int64_t time = o->seq_dim(), batch = o->batch_dim();
  if (!op.status()) return;
  if (time < 0 || batch < 0 || time >= rank || batch >= rank || time == batch) {
    return op.fail({Code::kInvalidArgument, cat("axes ", time, " and ", batch, " of ", rank)});
  }
  Permutation perm{batch, time}, back(static_cast<std::size_t>(rank));
  for (std::int64_t axis = 0; axis < rank; ++axis) {
    if (axis != time && axis != batch) perm.push_back(axis);
  }
  for (std::size_t i = 0; i < perm.size(); ++i) {
    back[static_cast<std::size_t>(perm[i])] = static_cast<std::int64_t>(i);
  }
  const ValueId reversed =
      op.add("ReverseSequence", {op.transpose(x, perm), op.as_s64(1)},
             {{"batch_axis", std::int64_t{0}}, {"time_axis", std::int64_t{1}}});
  const ValueId y = op.transpose(reversed, back);
  m.yield(0, y);
}

constexpr Mapping kMappings[] = {
    {fb::BuiltinOperator_RESHAPE, reshape},
    {fb::BuiltinOperator_SQUEEZE, squeeze},
    {fb::BuiltinOperator_EXPAND_DIMS, expand_dims},
    {fb::BuiltinOperator_TRANSPOSE, transpose},
    {fb::BuiltinOperator_CONCATENATION, concatenation},
    {fb::BuiltinOperator_PACK, pack},
    {fb::BuiltinOperator_UNPACK, unpack},
    {fb::BuiltinOperator_SPLIT, split},
    {fb::BuiltinOperator_SPLIT_V, split_v},
    {fb::BuiltinOperator_TILE, tile},
    {fb::BuiltinOperator_REVERSE_V2, reverse_v2},
    {fb::BuiltinOperator_REVERSE_SEQUENCE, reverse_sequence},
};

}  // namespace

extern const Mappings kMovement;
constinit const Mappings kMovement{kMappings};

}  // namespace mote::tfl
