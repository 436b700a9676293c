// Padding, and images cut into batches.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "format/tflite/read/ops/mover.h"
#include "ops/support/convert.h"

namespace mote::tfl {
namespace {

// [begin, end] of each axis, as ONNX takes them: all begins, then all ends.
std::vector<std::int64_t> begins_then_ends(std::span<const std::int64_t> pairs,
                                           const Permutation& order) {
  const std::size_t rank = pairs.size() / 2;
  std::vector<std::int64_t> pads(pairs.size());
  for (std::size_t i = 0; i < rank; ++i) {
    // Pairs for another rank are refused by the operator that gets them.
    const std::size_t axis = order.size() != rank ? i : static_cast<std::size_t>(order[i]);
    pads[i] = pairs[2 * axis];
    pads[rank + i] = pairs[2 * axis + 1];
  }
  return pads;
}

// Of the quantized type of `def`: what stands for 0.
ValueId zero_of(OpReader& op, const TensorDef& def, ValueId like) {
  const auto& zero_points = def.quantization.zero_points;
  return op.scalar_like(like, zero_points.empty() ? 0 : static_cast<double>(zero_points[0]));
}

// value: input of the constant that is padded with, or none: zeros.
void pad_with(OpReader& op, std::size_t value) {
  const auto pairs = op.known_integers_of(1);
  const Permutation order = pairs ? op.common_order_of(0) : Permutation();
  Mover m(op);
  const ValueId x = m.in(0, order);
  const ValueId fill = op.has(value) ? m.in(value)
                       : m.stored()  ? zero_of(op, op.in(0), x)
                                     : op.scalar_like(x, 0);
  ValueId pads;
  if (pairs) {
    pads = op.integers(begins_then_ends(*pairs, order));
  } else {
    pads = op.reshape(op.transpose(op.as_s64(1), {1, 0}), {-1});
  }
  const ValueId scalar = op.rank(fill) == 0 ? fill : op.reshape(fill, {});
  m.yield(0, op.add("Pad", {x, pads, scalar}), order);
}

void pad(OpReader& op) { pad_with(op, 2); }

// The elements beside the border, mirrored: with it (SYMMETRIC) or without (REFLECT).
ValueId mirrored(OpReader& op, ValueId x, std::int64_t axis, std::int64_t begin, std::int64_t end,
                 std::int64_t skip) {
  const auto reversed = [&](std::int64_t from, std::int64_t to) {
    return op.add("Slice", {x, op.integers({from}), op.integers({to}), op.integers({axis}),
                            op.integers({-1})});
  };
  std::vector<ValueId> parts;
  constexpr std::int64_t kBefore = std::numeric_limits<std::int64_t>::min();
  if (begin > 0) {
    parts.push_back(reversed(begin - 1 + skip, skip == 0 ? kBefore : skip - 1));
  }
  parts.push_back(x);
  if (end > 0) parts.push_back(reversed(-1 - skip, -1 - skip - end));
  return parts.size() == 1 ? x : op.add("Concat", std::move(parts), {{"axis", axis}});
}

void mirror_pad(OpReader& op) {
  const auto* o = op.options<fb::MirrorPadOptions>();
  if (o == nullptr) return op.fail(no_options());
  Mover m(op);
  const bool reflects = o->mode() == fb::MirrorPadMode_REFLECT;
  const auto pairs = op.known_integers_of(1);
  const Permutation order = pairs ? op.common_order_of(0) : Permutation();
  const ValueId x = m.in(0, order);
  if (reflects) {
    const ValueId pads = pairs ? op.integers(begins_then_ends(*pairs, order))
                               : op.reshape(op.transpose(op.as_s64(1), {1, 0}), {-1});
    return m.yield(0, op.add("Pad", {x, pads}, {{"mode", std::string("reflect")}}), order);
  }
  const std::vector<std::int64_t> pads = begins_then_ends(op.integers_of(1), order);
  if (!op.are_small(pads, "padding")) return;
  ValueId y = x;
  const std::size_t rank = pads.size() / 2;
  for (std::size_t axis = 0; axis < rank; ++axis) {
    y = mirrored(op, y, static_cast<std::int64_t>(axis), pads[axis], pads[rank + axis], 0);
  }
  m.yield(0, y, order);
}

// -- batches of blocks: every block[i]-th element of spatial axis i goes to an image of its own

// The sizes of an input whose spatial axes are [1, 1 + blocks). At most the batch is unknown.
struct Image {
  ValueId value;
  std::vector<std::int64_t> sizes;  // -1: unknown
  std::vector<std::int64_t> block, pairs;
};

Image read_image(OpReader& op, Mover& m) {
  Image image{m.in(0), {}, op.integers_of(1), op.integers_of(2)};
  const TensorType type = op.type(image.value);
  if (!op.status()) return image;
  const std::size_t blocks = image.block.size();
  if (type.rank() < static_cast<int>(blocks) + 1 || image.pairs.size() != 2 * blocks ||
      std::ranges::any_of(image.block, [](auto b) { return b <= 0; })) {
    op.fail({Code::kInvalidArgument, cat("blocks of [", join(image.block, ","), "]")});
    return image;
  }
  for (const Dim& d : *type.shape) image.sizes.push_back(d.size());
  std::int64_t product = 1;
  for (const std::int64_t b : image.block) {
    if (!op.are_small(std::array{b}, "a block")) return image;
    if (!op.are_small(std::array{product *= b}, "a block")) return image;
  }
  if (!op.are_small(image.sizes, "a size") || !op.are_small(image.pairs, "padding")) return image;
  if (std::ranges::count(image.sizes, -1) > (image.sizes[0] == -1 ? 1 : 0)) {
    op.unsupported("an image of unknown size");
  }
  return image;
}

void space_to_batch_nd(OpReader& op) {
  Mover m(op);
  Image image = read_image(op, m);
  if (!op.status()) return;
  const std::size_t blocks = image.block.size(), rank = image.sizes.size();
  std::vector<std::int64_t> pads(2 * rank);
  for (std::size_t i = 0; i < blocks; ++i) {
    pads[i + 1] = image.pairs[2 * i];
    pads[rank + i + 1] = image.pairs[2 * i + 1];
    image.sizes[i + 1] += pads[i + 1] + pads[rank + i + 1];
    if (image.sizes[i + 1] % image.block[i] == 0) continue;
    return op.fail({Code::kInvalidArgument,
                    cat(image.sizes[i + 1], " elements in blocks of ", image.block[i])});
  }
  const ValueId zero =
      m.stored() ? zero_of(op, op.in(0), image.value) : op.scalar_like(image.value, 0);
  const ValueId padded = op.add("Pad", {image.value, op.integers(std::move(pads)), zero});
  // [batch, size / block, block, ..., rest] → [block..., batch, size / block..., rest]
  std::vector<std::int64_t> cut{image.sizes[0]}, joined{image.sizes[0]};
  Permutation perm;
  std::int64_t product = 1;
  for (std::size_t i = 0; i < blocks; ++i) {
    cut.insert(cut.end(), {image.sizes[i + 1] / image.block[i], image.block[i]});
    joined.push_back(image.sizes[i + 1] / image.block[i]);
    perm.push_back(static_cast<std::int64_t>(2 * i + 2));
    product *= image.block[i];
  }
  perm.push_back(0);
  for (std::size_t i = 0; i < blocks; ++i) perm.push_back(static_cast<std::int64_t>(2 * i + 1));
  for (std::size_t i = blocks + 1; i < rank; ++i) {
    cut.push_back(image.sizes[i]);
    joined.push_back(image.sizes[i]);
    perm.push_back(static_cast<std::int64_t>(blocks + i));
  }
  if (joined[0] >= 0) joined[0] *= product;
  const ValueId moved = op.transpose(op.reshape(padded, std::move(cut)), perm);
  m.yield(0, op.reshape(moved, std::move(joined)));
}

void batch_to_space_nd(OpReader& op) {
  Mover m(op);
  Image image = read_image(op, m);
  if (!op.status()) return;
  const std::size_t blocks = image.block.size(), rank = image.sizes.size();
  std::int64_t product = 1;
  for (const std::int64_t b : image.block) product *= b;
  const std::int64_t batch = image.sizes[0] < 0 ? -1 : image.sizes[0] / product;
  if (batch >= 0 && batch * product != image.sizes[0]) {
    return op.fail(
        {Code::kInvalidArgument, cat("a batch of ", image.sizes[0], " in blocks of ", product)});
  }
  // [block..., batch, size..., rest] → [batch, size, block, ..., rest]
  std::vector<std::int64_t> cut = image.block, joined{batch};
  cut.insert(cut.end(), image.sizes.begin(), image.sizes.end());
  cut[blocks] = batch;
  Permutation perm{static_cast<std::int64_t>(blocks)};
  std::vector<std::int64_t> begins, ends, axes;
  for (std::size_t i = 0; i < blocks; ++i) {
    perm.push_back(static_cast<std::int64_t>(blocks + 1 + i));
    perm.push_back(static_cast<std::int64_t>(i));
    joined.push_back(image.sizes[i + 1] * image.block[i]);
    begins.push_back(image.pairs[2 * i]);
    ends.push_back(joined.back() - image.pairs[2 * i + 1]);
    axes.push_back(static_cast<std::int64_t>(i + 1));
  }
  for (std::size_t i = blocks + 1; i < rank; ++i) {
    perm.push_back(static_cast<std::int64_t>(blocks + i));
    joined.push_back(image.sizes[i]);
  }
  const ValueId moved = op.transpose(op.reshape(image.value, std::move(cut)), perm);
  const ValueId whole = op.reshape(moved, std::move(joined));
  m.yield(0, op.add("Slice", {whole, op.integers(std::move(begins)), op.integers(std::move(ends)),
                              op.integers(std::move(axes))}));
}

constexpr Mapping kMappings[] = {
    {fb::BuiltinOperator_PAD, pad},
    {fb::BuiltinOperator_PADV2, pad},
    {fb::BuiltinOperator_MIRROR_PAD, mirror_pad},
    {fb::BuiltinOperator_SPACE_TO_BATCH_ND, space_to_batch_nd},
    {fb::BuiltinOperator_BATCH_TO_SPACE_ND, batch_to_space_nd},
};

}  // namespace

extern const Mappings kPadding;
constinit const Mappings kPadding{kMappings};

}  // namespace mote::tfl
