// Range: numbers at equal distances.
#include <cmath>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/element.h"
#include "ops/support/indices.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

using RangeElements = Elements<float, double, F16, BF16, std::int16_t, std::int32_t, std::int64_t>;

constexpr std::int64_t kMaxCount = std::int64_t{1} << 56;

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  AttributeReader r(attributes);
  const std::int64_t stash_type = r.integer("stash_type", 1);
  MOTE_TRY(r.finish());
  if (stash_type != static_cast<std::int64_t>(DType::kF32)) {
    return Error{Code::kUnsupported, cat("stash_type ", stash_type, " is not 1 (f32)")};
  }
  return std::make_unique<OpParams>();
}

Result<std::int64_t> count_of(double start, double limit, double delta) {
  const double steps = std::ceil((limit - start) / delta);
  if (!std::isfinite(start) || !std::isfinite(limit) || !std::isfinite(delta) || delta == 0.0 ||
      steps > static_cast<double>(kMaxCount)) {
    return Error{Code::kInvalidArgument,
                 cat("no range from ", start, " to ", limit, " by ", delta)};
  }
  return steps > 0.0 ? static_cast<std::int64_t>(steps) : std::int64_t{0};
}

Result<std::int64_t> count_of(std::int64_t start, std::int64_t limit, std::int64_t delta) {
  if (delta == 0) return Error{Code::kInvalidArgument, "delta is 0"};
  if (delta > 0 ? limit <= start : limit >= start) return std::int64_t{0};
  const auto unsigned_of = [](std::int64_t v) { return static_cast<std::uint64_t>(v); };
  const std::uint64_t span =
      delta > 0 ? unsigned_of(limit) - unsigned_of(start) : unsigned_of(start) - unsigned_of(limit);
  const std::uint64_t step = delta > 0 ? unsigned_of(delta) : 0U - unsigned_of(delta);
  const std::uint64_t count = (span - 1) / step + 1;
  if (count > static_cast<std::uint64_t>(kMaxCount)) {
    return Error{Code::kInvalidArgument,
                 cat("a range of ", count, " elements is more than memory can hold")};
  }
  return static_cast<std::int64_t>(count);
}

template <class T>
using Wide = std::conditional_t<std::is_floating_point_v<Compute<T>>, double, std::int64_t>;

template <class T>
Result<std::int64_t> count_as(std::span<const TensorView> in) {
  for (const TensorView& view : in.first(3)) {
    if (view.dims.count() == 1) continue;
    return Error{Code::kInvalidArgument,
                 cat("start, limit and delta are scalars, not ", to_string(view.dims))};
  }
  const auto at = [&](std::size_t i) {
    return static_cast<Wide<T>>(static_cast<Compute<T>>(*in[i].as<T>()));
  };
  return count_of(at(0), at(1), at(2));
}

// start, limit, delta: one element each.
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_dtype(args, 0,
                        {DType::kF32, DType::kF64, DType::kF16, DType::kBF16, DType::kS16,
                         DType::kS32, DType::kS64}));
  MOTE_ASSIGN(const DType dtype, shared_dtype(args, {0, 1, 2}));
  Dim count;
  if (args.constant(0) && args.constant(1) && args.constant(2)) {
    const TensorView in[] = {args.constant(0)->view(), args.constant(1)->view(),
                             args.constant(2)->view()};
    MOTE_TRY(with_dtype(RangeElements(), dtype, [&](auto t) -> Status {
      MOTE_ASSIGN(count, count_as<decltype(t)>(in));
      return {};
    }));
  }
  args.set(0, {dtype, Shape{count}});
  return {};
}

// y[i] = start + i * delta. Integers wrap around.
template <class T>
void fill(const T* start, const T* delta, T* y, std::int64_t count) {
  using C = Compute<T>;
  for (std::int64_t i = 0; i < count; ++i) {
    if constexpr (std::is_floating_point_v<C>) {
      y[i] = static_cast<T>(static_cast<C>(*start) + static_cast<C>(i) * static_cast<C>(*delta));
    } else {
      y[i] = static_cast<T>(static_cast<std::uint64_t>(*start) +
                            static_cast<std::uint64_t>(i) * static_cast<std::uint64_t>(*delta));
    }
  }
}

Status reference(const OpParams*, const RunArgs& args) {
  return with_dtype(RangeElements(), args.in[0].dtype, [&](auto t) -> Status {
    using T = decltype(t);
    MOTE_ASSIGN(const std::int64_t count, count_as<T>(args.in));
    MOTE_TRY(expect_output_size(args, {count}));
    fill(args.in[0].as<T>(), args.in[2].as<T>(), args.out[0].as<T>(), count);
    return {};
  });
}

constexpr int kVersions[] = {11, 27};

constexpr std::string_view kSamples[] = {
    "() -> (y) { a: s64[] = {3} b: s64[] = {9} c: s64[] = {3} y = Range(a, b, c) }",
    "() -> (y) { a: s32[] = {10} b: s32[] = {4} c: s32[] = {-4} y = Range(a, b, c) }",
    "() -> (y) { a: s16[] = {4} b: s16[] = {4} c: s16[] = {1} y = Range(a, b, c) }",
    "() -> (y) { a: f32[] = {1} b: f32[] = {2} c: f32[] = {0.3} y = Range(a, b, c) }",
    "() -> (y) { a: f16[] = {1} b: f16[] = {-2} c: f16[] = {-0.5} y = Range(a, b, c) }",
};

}  // namespace

extern const OpDef kOp_Range;
constinit const OpDef kOp_Range = {
    .name = "Range",
    .min_inputs = 3,
    .max_inputs = 3,
    .parse = parse,
    .infer = infer,
    .reference = reference,
};

extern const OnnxOp kOnnx_Range;
constinit const OnnxOp kOnnx_Range = {.name = "Range", .versions = kVersions};

extern const OpDoc kDoc_Range;
constinit const OpDoc kDoc_Range = {
    .name = "Range",
    .doc = "start, start + delta, start + 2 delta, ... up to before `limit`.",
    .samples = kSamples,
};

}  // namespace mote
