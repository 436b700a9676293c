// Boxes cut from tensors.
#include <algorithm>
#include <limits>

#include "base/text.h"
#include "format/tflite/read/ops/mover.h"

namespace mote::tfl {
namespace {

constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kBefore = std::numeric_limits<std::int64_t>::min();

std::vector<std::int64_t> counted(std::size_t n) {
  std::vector<std::int64_t> axes(n);
  for (std::size_t i = 0; i < n; ++i) axes[i] = static_cast<std::int64_t>(i);
  return axes;
}

// Inputs: x, begin of each axis, size of each axis (-1: all that is left).
void slice(OpReader& op) {
  Mover m(op);
  const ValueId x = m.in(0);
  const auto begins = op.known_integers_of(1), sizes = op.known_integers_of(2);
  if (!op.status()) return;
  if (begins && sizes) {
    std::vector<std::int64_t> ends;
    for (std::size_t i = 0; i < std::min(begins->size(), sizes->size()); ++i) {
      const std::int64_t size = (*sizes)[i];
      const bool to_end = size < 0 || (*begins)[i] > kEnd - size;
      ends.push_back(to_end ? kEnd : (*begins)[i] + size);
    }
    const std::size_t rank = begins->size();
    return m.yield(0, op.add("Slice", {x, op.integers(*begins), op.integers(std::move(ends)),
                                       op.integers(counted(rank))}));
  }
  const ValueId begin = op.as_s64(1), size = op.as_s64(2);
  const ValueId ends = op.add(
      "Where", {op.add("Less", {size, op.s64(0)}), op.s64(kEnd), op.add("Add", {begin, size})});
  m.yield(0, op.add("Slice", {x, begin, ends}));
}

// One entry of begin, end and strides.
struct Entry {
  std::size_t index;      // among the entries
  std::int64_t axis = 0;  // of the input
  bool new_axis = false;  // a size of 1 that the input has not
  bool shrinks = false;   // its axis goes
};

bool bit(std::int32_t mask, std::size_t i) { return i < 32 && ((mask >> i) & 1) != 0; }

// Which entries go with which axes, given that an ellipsis stands for all that others leave.
std::vector<Entry> entries_of(OpReader& op, const fb::StridedSliceOptions& o, std::size_t count,
                              std::int64_t rank) {
  std::vector<Entry> entries;
  std::int64_t taken = 0;  // axes that entries other than the ellipsis take
  bool ellipsis = false;
  for (std::size_t i = 0; i < count; ++i) {
    const bool is_ellipsis = bit(o.ellipsis_mask(), i) && !ellipsis;
    ellipsis = ellipsis || is_ellipsis;
    if (!is_ellipsis && !bit(o.new_axis_mask(), i)) ++taken;
  }
  if (taken > rank) {
    op.fail({Code::kInvalidArgument, cat(taken, " axes are cut of ", rank)});
    return {};
  }
  std::int64_t axis = 0;
  ellipsis = false;
  for (std::size_t i = 0; i < count; ++i) {
    if (bit(o.ellipsis_mask(), i) && !ellipsis) {
      ellipsis = true;
      axis += rank - taken;
    } else if (bit(o.new_axis_mask(), i)) {
      entries.push_back({i, axis, true, false});
    } else {
      entries.push_back({i, axis++, false, bit(o.shrink_axis_mask(), i)});
    }
  }
  return entries;
}

// Begins or ends as one value: known numbers, or elements of input `i`, axis by axis.
class Bounds {
 public:
  Bounds(OpReader& op, std::size_t input) : op_(op), input_(input) {
    known_ = op.known_integers_of(input);
  }
  bool known() const { return known_.has_value(); }
  std::size_t count() {
    if (known_) return known_->size();
    const auto dims = op_.dims_of(input_);
    if (!dims || dims->rank() != 1) {
      op_.unsupported("bounds of unknown number");
      return 0;
    }
    return static_cast<std::size_t>((*dims)[0]);
  }
  std::optional<std::int64_t> at(std::size_t i) const {
    if (known_ && i < known_->size()) return (*known_)[i];
    return std::nullopt;
  }
  // s64[1]
  ValueId value(std::size_t i) {
    if (const auto number = at(i)) return op_.integers({*number});
    const auto n = static_cast<std::int64_t>(i);
    return op_.slice(op_.as_s64(input_), 0, n, n + 1);
  }

 private:
  OpReader& op_;
  std::size_t input_;
  std::optional<std::vector<std::int64_t>> known_;
};

struct Cut {
  ValueId begin, end;  // s64[1]
};

Cut cut_of(OpReader& op, const fb::StridedSliceOptions& o, const Entry& e, Bounds& begins,
           Bounds& ends, std::int64_t stride) {
  const std::size_t i = e.index;
  Cut cut;
  const bool from_begin = bit(o.begin_mask(), i) && !e.shrinks;
  cut.begin = from_begin ? op.integers({stride > 0 ? 0 : kEnd}) : begins.value(i);
  if (e.shrinks) {
    // The element after; that after -1 is the end.
    if (const auto at = begins.at(i)) {
      cut.end = op.integers({*at == -1 || *at == kEnd ? kEnd : *at + 1});
    } else {
      const ValueId next = op.add("Add", {cut.begin, op.s64(1)});
      cut.end = op.add("Where", {op.add("Equal", {next, op.s64(0)}), op.s64(kEnd), next});
    }
  } else if (bit(o.end_mask(), i)) {
    cut.end = op.integers({stride > 0 ? kEnd : kBefore});
  } else {
    cut.end = ends.value(i);
    if (o.offset()) cut.end = op.add("Add", {cut.begin, cut.end});
  }
  return cut;
}

void strided_slice(OpReader& op) {
  const auto* o = op.options<fb::StridedSliceOptions>();
  if (o == nullptr) return op.fail(no_options());
  Mover m(op);
  ValueId x = m.in(0);
  Bounds begins(op, 1), ends(op, 2);
  const std::vector<std::int64_t> strides = op.integers_of(3);
  const std::size_t count = begins.count();
  const std::int64_t rank = op.rank(x);
  if (!op.status()) return;
  if (strides.size() != count || ends.count() != count ||
      std::ranges::find(strides, 0) != strides.end()) {
    return op.fail({Code::kInvalidArgument, cat("strides [", join(strides, ","), "]")});
  }
  std::vector<ValueId> from, to;
  std::vector<std::int64_t> axes, steps, shrunk, added;
  std::int64_t removed = 0;
  for (const Entry& e : entries_of(op, *o, count, rank)) {
    if (e.new_axis) {
      added.push_back(e.axis - removed + std::ssize(added));
      continue;
    }
    const std::int64_t stride = e.shrinks ? 1 : strides[e.index];
    const Cut cut = cut_of(op, *o, e, begins, ends, stride);
    from.push_back(cut.begin);
    to.push_back(cut.end);
    axes.push_back(e.axis);
    steps.push_back(stride);
    if (e.shrinks) {
      shrunk.push_back(e.axis);
      ++removed;
    }
  }
  const auto joined = [&](std::vector<ValueId>& parts) {
    return parts.size() == 1 ? parts[0] : op.add("Concat", parts, {{"axis", std::int64_t{0}}});
  };
  if (!axes.empty()) {
    const ValueId begin = joined(from), end = joined(to);
    x = op.add("Slice", {x, begin, end, op.integers(axes), op.integers(steps)});
  }
  if (!shrunk.empty()) x = op.add("Squeeze", {x, op.integers(std::move(shrunk))});
  if (!added.empty()) x = op.add("Unsqueeze", {x, op.integers(std::move(added))});
  m.yield(0, x);
}

constexpr Mapping kMappings[] = {
    {fb::BuiltinOperator_SLICE, slice},
    {fb::BuiltinOperator_STRIDED_SLICE, strided_slice},
};

}  // namespace

extern const Mappings kSlicing;
constinit const Mappings kSlicing{kMappings};

}  // namespace mote::tfl
