#include "ops/microsoft/attention_mask.h"

#include "base/text.h"

namespace mote {
namespace {

// Elements [begin, end) of a list.
ValueId part(Decomposition& d, ValueId list, std::int64_t begin, std::int64_t end) {
  return d.add("Slice", {list, d.integers({begin}), d.integers({end}), d.integers({0})});
}

// [B] as [B, 1].
ValueId column(Decomposition& d, ValueId list) {
  return d.add("Unsqueeze", {list, d.integers({1})});
}

// Which keys of each sequence count: bool [B, T].
ValueId by_ends(Decomposition& d, ValueId mask, const MaskSizes& sizes) {
  const Dim length = (*d.type(mask).shape)[0];
  if (!length.known() || !sizes.batch.known()) {
    d.fail({Code::kUnsupported, "needs a mask and a batch whose sizes are known"});
    return ValueId::kNone;
  }
  const std::int64_t batch = sizes.batch.size();
  const bool has_begins = length.size() == 2 * batch && batch > 0;
  if (length.size() != batch && !has_begins && length.size() != 3 * batch + 2) {
    d.fail({Code::kInvalidArgument,
            cat("a mask of ", length.size(), " elements for a batch of ", batch)});
    return ValueId::kNone;
  }
  const ValueId total = d.add("Reshape", {sizes.total, d.integers({})});
  const ValueId keys = d.add("Cast",
                             {d.add("Range", {d.constant(Tensor::scalar<std::int64_t>(0)), total,
                                              d.constant(Tensor::scalar<std::int64_t>(1))})},
                             {{"to", static_cast<std::int64_t>(DType::kS32)}});
  const ValueId ends = length.size() == batch ? mask : part(d, mask, 0, batch);
  const ValueId before = d.add("Less", {keys, column(d, ends)});
  if (!has_begins) return before;
  const ValueId begins = part(d, mask, batch, 2 * batch);
  return d.add("And", {before, d.add("GreaterOrEqual", {keys, column(d, begins)})});
}

}  // namespace

ValueId padding_bias(Decomposition& d, ValueId mask, const MaskSizes& sizes, ValueId like,
                     float filter) {
  const int rank = d.rank(mask);
  if (!d.status()) return ValueId::kNone;
  if (rank < 1 || rank > 3) {
    d.fail({Code::kUnsupported, cat("a mask of rank ", rank, " is not one of this build")});
    return ValueId::kNone;
  }
  ValueId counts = ValueId::kNone;
  if (rank == 1) {
    counts = by_ends(d, mask, sizes);
  } else {
    counts = d.add("Greater", {mask, d.scalar_like(mask, 0)});
  }
  const ValueId bias =
      d.add("Where", {counts, d.scalar_like(like, 0), d.scalar_like(like, filter)});
  return d.add("Unsqueeze", {bias, rank == 3 ? d.integers({1}) : d.integers({1, 2})});
}

ValueId joined_bias(Decomposition& d, ValueId a, ValueId b) {
  if (a == ValueId::kNone) return b;
  return b == ValueId::kNone ? a : d.add("Add", {a, b});
}

ValueId size_node(Decomposition& d, ValueId x, std::int64_t axis) {
  return d.add("Shape", {x}, {{"start", axis}, {"end", axis + 1}});
}

}  // namespace mote
