#include "format/tflite/read/ops/dilation.h"

#include <algorithm>

#include "base/text.h"

namespace mote::tfl {
namespace {

// Each element becomes a row of its own that is filled up; what the last one was filled with goes.
ValueId dilated_along(OpReader& op, ValueId x, std::int64_t axis, std::int64_t dilation,
                      ValueId fill) {
  const TensorType type = op.type(x);
  const ValueId rows = op.add("Unsqueeze", {x, op.integers({axis + 1})});
  const ValueId filled =
      op.add("Pad", {rows, op.integers({0, dilation - 1}), fill, op.integers({axis + 1})});
  std::vector<std::int64_t> joined;
  for (const Dim& d : *type.shape) joined.push_back(d.known() ? d.size() : -1);
  std::int64_t& size = joined[static_cast<std::size_t>(axis)];
  if (size > 0) size *= dilation;
  if (std::ranges::count(joined, -1) > 1) op.unsupported("elements set apart on unknown axes");
  return op.slice(op.reshape(filled, std::move(joined)), axis, 0, 1 - dilation);
}

// Inputs: x, a dilation for each axis, what is put between.
void dilate(OpReader& op) {
  const std::vector<std::int64_t> dilations = op.integers_of(1);
  op.yield_stored(0, dilated(op, op.stored(0), dilations, op.reshape(op.stored(2), {})));
}

constexpr Mapping kMappings[] = {
    {fb::BuiltinOperator_DILATE, dilate},
};

}  // namespace

ValueId dilated(OpReader& op, ValueId x, std::span<const std::int64_t> dilations, ValueId fill) {
  const int rank = op.rank(x);
  if (!op.status()) return x;
  constexpr std::int64_t kMost = std::int64_t{1} << 31;
  if (std::ssize(dilations) != rank ||
      std::ranges::any_of(dilations, [](auto d) { return d < 1 || d > kMost; })) {
    op.fail({Code::kInvalidArgument, cat("dilations [", join(dilations, ","), "], rank ", rank)});
    return x;
  }
  for (int axis = 0; axis < rank && op.status(); ++axis) {
    const std::int64_t dilation = dilations[static_cast<std::size_t>(axis)];
    if (dilation > 1) x = dilated_along(op, x, axis, dilation, fill);
  }
  return x;
}

extern const Mappings kDilation;
constinit const Mappings kDilation{kMappings};

}  // namespace mote::tfl
