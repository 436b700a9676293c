// ReduceSum and the other reductions along axes.
#include "base/text.h"
#include "kernels/table.h"
#include "ops/ops.h"
#include "ops/reduce/lanes.h"
#include "ops/reduce/reduce_sum_step.h"
#include "ops/reduce/reductions.h"
#include "ops/support/expect_elements.h"

namespace mote {
namespace {

struct ReduceParams : OpParams {
  bool keepdims = true;
  bool noop_with_empty_axes = false;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<ReduceParams>();
  AttributeReader r(attributes);
  p->keepdims = r.flag("keepdims", true);
  p->noop_with_empty_axes = r.flag("noop_with_empty_axes", false);
  MOTE_TRY(r.finish());
  return p;
}

// The shape that is left of `data`. axes: not empty, unless nothing is reduced.
Result<Shape> reduced_shape(const ReduceParams& p, const Shape& data,
                            std::span<const std::int64_t> axes) {
  const bool all = axes.empty() && !p.noop_with_empty_axes;
  MOTE_ASSIGN(const std::vector<int> marked, normalize_axes(axes, static_cast<int>(data.size())));
  Shape out;
  for (std::size_t d = 0; d < data.size(); ++d) {
    const bool reduced = all || std::ranges::binary_search(marked, static_cast<int>(d));
    if (!reduced) out.push_back(data[d]);
    if (reduced && p.keepdims) out.push_back(1);
  }
  return out;
}

// data: numbers, for ReduceMax and ReduceMin also booleans; axes: s64, optional.
template <class List>
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, 0, List{}));
  MOTE_TRY(expect_dtype(args, 1, {DType::kS64}));
  const auto& p = args.params<ReduceParams>();
  const TensorType& data = args.type(0);
  MOTE_ASSIGN(const auto known, known_integers(args, 1));
  std::optional<Shape> shape;
  if (args.has(1) && !known) {
    if (data.shape && p.keepdims) shape = unknown_shape(data.rank());
  } else if (data.shape) {
    MOTE_ASSIGN(shape, reduced_shape(p, *data.shape, known.value_or(std::vector<std::int64_t>())));
  }
  args.set(0, {data.dtype, std::move(shape)});
  return {};
}

// Which dimensions go, by the axes given as s64 (an absent view: none given).
Result<AxisGroups::Marks> marked_axes(const ReduceParams& p, const TensorView& axes, int rank) {
  const std::int64_t n = axes ? axes.dims.count() : 0;
  AxisGroups::Marks marks{};
  if (n == 0 && !p.noop_with_empty_axes) marks.fill(true);
  for (std::int64_t i = 0; i < n; ++i) {
    MOTE_ASSIGN(const int axis, normalize_axis(axes.as<std::int64_t>()[i], rank));
    marks[static_cast<std::size_t>(axis)] = true;
  }
  return marks;
}

template <template <class> class Reduction, class List>
Status reference(const OpParams* params, const RunArgs& args) {
  const TensorView& data = args.in[0];
  const auto& p = static_cast<const ReduceParams&>(*params);
  const TensorView axes = args.in.size() > 1 ? args.in[1] : TensorView();
  MOTE_ASSIGN(const AxisGroups::Marks marks, marked_axes(p, axes, data.dims.rank()));
  const AxisGroups groups(data.dims, marks);
  return with_dtype(List{}, data.dtype, [&](auto element) -> Status {
    using T = decltype(element);
    const T* x = data.as<T>();
    T* y = args.out[0].as<T>();
    groups.for_each([&](std::int64_t base) {
      Reduction<T> reduction;
      groups.for_each_within([&](std::int64_t at) { reduction.add(x[base + at]); });
      *y++ = reduction.result(groups.size());
    });
    return {};
  });
}

template <bool kMean>
Result<std::unique_ptr<Step>> prepare(const PrepareArgs& args) {
  if (args.in_dtype(0) != DType::kF32) return std::unique_ptr<Step>();
  const Tensor* axes = args.constant(1);
  if (args.has(1) && axes == nullptr) return std::unique_ptr<Step>();
  MOTE_ASSIGN(const AxisGroups::Marks marks,
              marked_axes(args.params<ReduceParams>(), axes ? axes->view() : TensorView(),
                          args.in_dims(0).rank()));
  return make_reduce_sum_step(args.kernels, args.in_dims(0), marks, kMean);
}

template <template <class> class Reduction, class List>
constexpr OpDef reduce_op(std::string_view name) {
  OpDef op;
  op.name = name;
  op.max_inputs = 2;
  op.parse = parse;
  op.infer = infer<List>;
  op.reference = reference<Reduction, List>;
  if constexpr (std::is_same_v<Reduction<float>, SumOf<float>>) op.prepare = prepare<false>;
  if constexpr (std::is_same_v<Reduction<float>, MeanOf<float>>) op.prepare = prepare<true>;
  return op;
}

using NumbersAndBool =
    Elements<float, double, F16, BF16, std::int8_t, std::uint8_t, std::int16_t, std::uint16_t,
             std::int32_t, std::uint32_t, std::int64_t, std::uint64_t, bool>;

Status axes_to_input(const UpgradeArgs& args) { return args.attribute_to_input("axes", 1); }

constexpr int kSumVersions[] = {1, 11, 13};
constexpr int kVersions[] = {1, 11, 13, 18};
constexpr int kExtremeVersions[] = {1, 11, 12, 13, 18, 20};
constexpr int kLogVersions[] = {1, 11, 13, 18, 28};
constexpr OnnxUpgrade kTo13[] = {{13, axes_to_input}};
constexpr OnnxUpgrade kTo18[] = {{18, axes_to_input}};

#define MOTE_REDUCE_SAMPLES(Op)                                                             \
  "(x: f32[2,3,4]) -> (y) { y = " #Op "(x) }",                                              \
      "(x: f32[2,3,4]) -> (y) { a: s64[1] = {-1} y = " #Op "(x, a) }",                      \
      "(x: f32[2,3,4]) -> (y) { a: s64[1] = {1} y = " #Op "(x, a) {keepdims=0} }",          \
      "(x: f32[2,3,4,5]) -> (y) { a: s64[2] = {0, 2} y = " #Op "(x, a) {keepdims=0} }",     \
      "(x: f32[2,3,4,5]) -> (y) { a: s64[2] = {3, -2} y = " #Op "(x, a) }",                 \
      "(x: f32[2,3]) -> (y) { a: s64[0] = {} y = " #Op "(x, a) {noop_with_empty_axes=1} }", \
      "(x: f64[2,0,4]) -> (y) { a: s64[1] = {1} y = " #Op "(x, a) }",                       \
      "(x: f32[0,3]) -> (y) { a: s64[1] = {1} y = " #Op "(x, a) }",                         \
      "(x: f32[]) -> (y) { y = " #Op "(x) }",                                               \
      "(x: f16[2,5]) -> (y) { a: s64[1] = {0} y = " #Op "(x, a) }",                         \
      "(x: bf16[7]) -> (y) { y = " #Op "(x) {keepdims=0} }",                                \
      "(x: u32[2,3]) -> (y) { a: s64[1] = {1} y = " #Op "(x, a) }"

}  // namespace

#define MOTE_REDUCE_OP(Op, reduction, list, op_versions, op_upgrades, text, ...)                 \
  extern const OpDef kOp_##Op;                                                                   \
  constinit const OpDef kOp_##Op = reduce_op<reduction, list>(#Op);                              \
  extern const OnnxOp kOnnx_##Op;                                                                \
  constinit const OnnxOp kOnnx_##Op = {                                                          \
      .name = #Op, .versions = op_versions, .upgrades = op_upgrades};                            \
  static constexpr std::string_view kSamples_##Op[] = {MOTE_REDUCE_SAMPLES(Op) __VA_OPT__(, )    \
                                                           __VA_ARGS__};                         \
  extern const OpDoc kDoc_##Op;                                                                  \
  constinit const OpDoc kDoc_##Op = {                                                            \
      .name = #Op,                                                                               \
      .doc = text " along `axes`, all of them if there are none (unless noop_with_empty_axes).", \
      .samples = kSamples_##Op};
MOTE_REDUCE_OP(ReduceSum, SumOf, NumberElements, kSumVersions, kTo13, "The sum of the elements",
               "(x: s64[2,3]) -> (y) { a: s64[1] = {0} y = ReduceSum(x, a) }")
MOTE_REDUCE_OP(ReduceMean, MeanOf, NumberElements, kVersions, kTo18, "The mean of the elements",
               "(x: s32[2,3]) -> (y) { a: s64[1] = {0} y = ReduceMean(x, a) }")
MOTE_REDUCE_OP(ReduceProd, ProductOf, NumberElements, kVersions, kTo18,
               "The product of the elements",
               "(x: s64[2,3]) -> (y) { a: s64[1] = {0} y = ReduceProd(x, a) }")
MOTE_REDUCE_OP(ReduceSumSquare, SumSquareOf, NumberElements, kVersions, kTo18,
               "The sum of the squares",
               "(x: s32[2,3]) -> (y) { a: s64[1] = {0} y = ReduceSumSquare(x, a) }")
MOTE_REDUCE_OP(ReduceL1, L1Of, NumberElements, kVersions, kTo18, "The sum of the magnitudes",
               "(x: s64[2,3]) -> (y) { a: s64[1] = {0} y = ReduceL1(x, a) }")
MOTE_REDUCE_OP(ReduceL2, L2Of, NumberElements, kVersions, kTo18,
               "The square root of the sum of the squares",
               "(x: s64[2,3]) -> (y) { a: s64[1] = {0} y = ReduceL2(x, a) }")
MOTE_REDUCE_OP(ReduceLogSum, LogSumOf, NumberElements, kLogVersions, kTo18,
               "The logarithm of the sum")
MOTE_REDUCE_OP(ReduceLogSumExp, LogSumExpOf, NumberElements, kLogVersions, kTo18,
               "The logarithm of the sum of the exponentials",
               "() -> (y) { x: f32[2] = {500, 501} y = ReduceLogSumExp(x) }")
MOTE_REDUCE_OP(ReduceMax, MaxOf, NumbersAndBool, kExtremeVersions, kTo18, "The greatest element",
               "(x: s8[2,3]) -> (y) { a: s64[1] = {0} y = ReduceMax(x, a) }",
               "(x: u8[0]) -> (y) { y = ReduceMax(x) }",
               "(x: bool[2,3]) -> (y) { a: s64[1] = {0} y = ReduceMax(x, a) }")
MOTE_REDUCE_OP(ReduceMin, MinOf, NumbersAndBool, kExtremeVersions, kTo18, "The smallest element",
               "(x: s8[2,3]) -> (y) { a: s64[1] = {0} y = ReduceMin(x, a) }",
               "(x: u8[0]) -> (y) { y = ReduceMin(x) }",
               "(x: bool[2,3]) -> (y) { a: s64[1] = {0} y = ReduceMin(x, a) }")
#undef MOTE_REDUCE_OP

}  // namespace mote
