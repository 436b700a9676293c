// Boxes without those that mostly cover one of a higher score.
#include <cmath>

#include "format/tflite/read/op_reader.h"

namespace mote::tfl {
namespace {

// With zeros behind, so that there are `count`, a scalar.
ValueId filled_up(OpReader& op, ValueId values, ValueId kept, ValueId count) {
  const ValueId missing = op.reshape(op.add("Sub", {count, kept}), {1});
  const ValueId pads = op.add("Concat", {op.integers({0}), missing}, {{"axis", std::int64_t{0}}});
  return op.add("Pad", {values, pads});
}

struct Selection {
  ValueId indices;  // s64[kept]
  ValueId kept;     // s64
  ValueId count;    // s64: how many the outputs hold
};

// f32[1]. A box is suppressed here if it overlaps as much, there if it overlaps more.
ValueId overlap_threshold(OpReader& op) {
  const ValueId threshold = op.real(3);
  const Tensor* known = op.constant(threshold);
  if (known == nullptr || known->dtype() != DType::kF32 || known->count() != 1 ||
      !(known->values<float>()[0] > 0)) {
    return op.reshape(threshold, {1});
  }
  return op.constant(Tensor::of<float>({1}, {std::nextafter(known->values<float>()[0], 0.0F)}));
}

// Inputs: boxes f32[n, 4], scores f32[n], how many at most, thresholds of overlap and of scores.
Selection select(OpReader& op) {
  const ValueId boxes = op.add("Unsqueeze", {op.real(0), op.integers({0})});
  const ValueId scores = op.add("Unsqueeze", {op.real(1), op.integers({0, 1})});
  const ValueId count = op.reshape(op.as_s64(2), {});
  // [kept, 3]: batch, class, box
  const ValueId found = op.add(
      "NonMaxSuppression",
      {boxes, scores, op.reshape(count, {1}), overlap_threshold(op), op.reshape(op.real(4), {1})});
  const ValueId indices = op.add("Gather", {found, op.s64(2)}, {{"axis", std::int64_t{1}}});
  return {indices, op.reshape(op.add("Shape", {indices}), {}), count};
}

void yield_indices(OpReader& op, const Selection& s, std::size_t kept_output) {
  const ValueId indices = op.cast(s.indices, op.out(0).dtype);
  op.yield_stored(0, filled_up(op, indices, s.kept, s.count));
  op.yield_stored(kept_output, op.cast(s.kept, op.out(kept_output).dtype));
}

void non_max_suppression_v4(OpReader& op) { yield_indices(op, select(op), 1); }

// Has the scores of what is kept, which boxes of a higher score may lower.
void non_max_suppression_v5(OpReader& op) {
  const Tensor* sigma = op.constant(op.real(5));
  if (sigma == nullptr || sigma->dtype() != DType::kF32 || sigma->count() != 1 ||
      sigma->values<float>()[0] != 0) {
    return op.unsupported("scores that others lower (a sigma that is not the constant 0)");
  }
  const Selection s = select(op);
  yield_indices(op, s, 2);
  const ValueId scores = op.add("Gather", {op.real(1), s.indices}, {{"axis", std::int64_t{0}}});
  op.yield_stored(1, filled_up(op, scores, s.kept, s.count));
}

constexpr Mapping kMappings[] = {
    {fb::BuiltinOperator_NON_MAX_SUPPRESSION_V4, non_max_suppression_v4},
    {fb::BuiltinOperator_NON_MAX_SUPPRESSION_V5, non_max_suppression_v5},
};

}  // namespace

extern const Mappings kSuppression;
constinit const Mappings kSuppression{kMappings};

}  // namespace mote::tfl
