// RelativePositionBias: what T5 adds to scores, by how far a key lies from its query.
#include <algorithm>
#include <cmath>
#include <utility>

#include "base/text.h"
#include "ops/microsoft/composite.h"
#include "ops/support/indices.h"

namespace mote {
namespace {

constexpr std::int64_t kMaxLength = std::int64_t{1} << 20;

struct BiasParams : OpParams {
  std::int64_t max_distance = 1;
  bool bidirectional = false;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<BiasParams>();
  AttributeReader r(attributes);
  p->max_distance = r.required_integer("max_distance");
  p->bidirectional = r.integer("is_bidirectional", 0) != 0;
  MOTE_TRY(r.finish());
  if (p->max_distance > 0) return p;
  return Error{Code::kInvalidArgument, cat("max_distance ", p->max_distance, " is not positive")};
}

// The bucket of a key at `distance` from its query (Raffel et al. 2020, "Exploring the Limits of
// Transfer Learning", section 2.1): one for each near distance, then ever wider ones. Computed in
// f32 as those models are trained with.
std::int64_t bucket_of(std::int64_t distance, const BiasParams& p, std::int64_t buckets) {
  std::int64_t first = 0;
  if (p.bidirectional) {
    buckets /= 2;
    if (distance > 0) first = buckets;
    distance = std::abs(distance);
  } else {
    distance = std::max<std::int64_t>(-distance, 0);
  }
  const std::int64_t exact = buckets / 2;
  if (distance < exact || exact == 0) return first + std::min(distance, buckets - 1);
  const float ratio = std::log(static_cast<float>(distance) / static_cast<float>(exact)) /
                      std::log(static_cast<float>(p.max_distance) / static_cast<float>(exact));
  const float wide = ratio * static_cast<float>(buckets - exact);
  // Not a number, or beyond the last one, where max_distance is small.
  const float last = static_cast<float>(buckets - 1 - exact);
  return first + exact + static_cast<std::int64_t>(wide < last ? std::max(wide, 0.0F) : last);
}

// A length that is known.
Result<std::int64_t> length_of(Decomposition& d, std::size_t i) {
  const Tensor* length = d.constant(d.in(i));
  if (length == nullptr) return Error{Code::kUnsupported, "needs lengths that are known"};
  MOTE_ASSIGN(const std::int64_t value, load_scalar_integer(length->view(), "a length"));
  if (value >= 0 && value <= kMaxLength) return value;
  return Error{Code::kInvalidArgument, cat("length ", value, " is outside [0, ", kMaxLength, "]")};
}

ValueId places(Decomposition& d, std::int64_t first, std::int64_t count, std::int64_t step) {
  std::vector<std::int64_t> values(static_cast<std::size_t>(count));
  for (std::int64_t& v : values) v = std::exchange(first, first + step);
  return d.integers(std::move(values));
}

// bias_table: [buckets, heads]. output: [1, heads, queries, keys].
// One row for each distance, from that of the last query to the first key on; then, for each query,
// the rows of its distances.
Status relative_position_bias(Decomposition& d) {
  const auto& p = d.params<BiasParams>();
  MOTE_ASSIGN(const std::int64_t queries, length_of(d, 1));
  MOTE_ASSIGN(const std::int64_t keys, length_of(d, 2));
  const TensorType table = d.type(d.in(0));
  if (table.rank() != 2 || !(*table.shape)[0].known()) {
    return Error{Code::kUnsupported, "needs a table of rank 2 whose size is known"};
  }
  const std::int64_t buckets = (*table.shape)[0].size();
  if (buckets < 2) return Error{Code::kInvalidArgument, cat("a table of ", buckets, " buckets")};
  std::vector<std::int64_t> bucket;
  for (std::int64_t distance = 1 - queries; distance < keys; ++distance) {
    bucket.push_back(bucket_of(distance, p, buckets));
  }
  const ValueId rows = d.add("Gather", {d.in(0), d.integers(std::move(bucket))});
  const ValueId heads = d.add("Transpose", {rows});
  const ValueId first = d.add("Unsqueeze", {places(d, queries - 1, queries, -1), d.integers({1})});
  const ValueId at = d.add("Add", {first, places(d, 0, keys, 1)});
  const ValueId bias = d.add("Gather", {heads, at}, {{"axis", std::int64_t{1}}});
  d.yield(0, d.add("Unsqueeze", {bias, d.integers({0})}));
  return d.status();
}

constexpr std::string_view kSamples[] = {
    "(t: f32[32,2]) -> (y) {\n"
    "  n: s64[] = {3} m: s64[1] = {5}\n"
    "  y = com.microsoft.RelativePositionBias(t, n, m) {max_distance=128, is_bidirectional=1} }",
    "(t: f32[4,2]) -> (y) {\n"
    "  n: s64[1] = {9} y = com.microsoft.RelativePositionBias(t, n, n) {max_distance=6} }",
};

}  // namespace

MOTE_MICROSOFT_OP(
    RelativePositionBias,
    (composite<relative_position_bias>("RelativePositionBias", {3, 3}, parse)),
    "The row of `bias_table` for how far each key lies from each query, in ever wider "
    "buckets.",
    kSamples)

}  // namespace mote
