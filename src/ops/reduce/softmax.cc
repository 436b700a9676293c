// Softmax, LogSoftmax, Hardmax along one axis.
#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/reduce/lanes.h"
#include "ops/reduce/softmax_rounding.h"
#include "ops/reduce/softmax_step.h"
#include "ops/support/expect_elements.h"

namespace mote {
namespace {

struct SoftmaxParams : OpParams {
  std::int64_t axis = -1;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<SoftmaxParams>();
  AttributeReader r(attributes);
  p->axis = r.integer("axis", -1);
  MOTE_TRY(r.finish());
  return p;
}

Status infer(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, 0, FloatElements{}));
  const TensorType& x = args.type(0);
  if (x.shape) MOTE_TRY(normalize_axis(args.params<SoftmaxParams>().axis, x.rank()));
  args.set(0, x);
  return {};
}

// The elements of a lane as f64.
template <class T>
struct LaneOf {
  const T* x;
  T* y;
  std::int64_t size, stride;

  double get(std::int64_t i) const { return static_cast<double>(x[i * stride]); }
  void set(std::int64_t i, double v) const { y[i * stride] = rounded<T>(v); }
  double made(std::int64_t i) const { return static_cast<double>(y[i * stride]); }

  // The first of the greatest; of the NaNs if there are any.
  std::int64_t top() const {
    std::int64_t best = 0;
    for (std::int64_t i = 1; i < size && !std::isnan(get(best)); ++i) {
      if (get(i) > get(best) || std::isnan(get(i))) best = i;
    }
    return best;
  }
  double sum_of_exponentials(double highest) const {
    double sum = 0;
    for (std::int64_t i = 0; i < size; ++i) sum += std::exp(get(i) - highest);
    return sum;
  }
};

// As the function that ONNX states for it: differences, exponentials, their sum and the quotients
// are rounded to the element type.
struct Softmax {
  template <class T>
  static void of(const LaneOf<T>& lane) {
    const double highest = lane.get(lane.top());
    double sum = 0;
    for (std::int64_t i = 0; i < lane.size; ++i) {
      lane.set(i, softmax_exponential<T>(lane.get(i), highest));
      sum += lane.made(i);
    }
    const double divisor = softmax_divisor<T>(sum);
    for (std::int64_t i = 0; i < lane.size; ++i) lane.set(i, lane.made(i) / divisor);
  }
};

struct LogSoftmax {
  template <class T>
  static void of(const LaneOf<T>& lane) {
    const double highest = lane.get(lane.top());
    const double log_sum = std::log(lane.sum_of_exponentials(highest));
    for (std::int64_t i = 0; i < lane.size; ++i) lane.set(i, lane.get(i) - highest - log_sum);
  }
};

struct Hardmax {
  template <class T>
  static void of(const LaneOf<T>& lane) {
    const std::int64_t top = lane.top();
    for (std::int64_t i = 0; i < lane.size; ++i) lane.set(i, i == top ? 1.0 : 0.0);
  }
};

template <class F>
Status reference(const OpParams* params, const RunArgs& args) {
  const Dims& dims = args.in[0].dims;
  MOTE_ASSIGN(const int axis,
              normalize_axis(static_cast<const SoftmaxParams&>(*params).axis, dims.rank()));
  const Lanes lanes = lanes_along(dims, axis);
  return with_dtype(FloatElements{}, args.in[0].dtype, [&](auto element) -> Status {
    using T = decltype(element);
    lanes.for_each([&](std::int64_t at) {
      F::of(LaneOf<T>{args.in[0].as<T>() + at, args.out[0].as<T>() + at, lanes.size, lanes.inner});
    });
    return {};
  });
}

Result<std::unique_ptr<Step>> prepare_softmax(const PrepareArgs& args) {
  const Dims dims = args.in_dims(0);
  if (args.in_dtype(0) != DType::kF32 || dims.count() == 0) return std::unique_ptr<Step>();
  MOTE_ASSIGN(const int axis, normalize_axis(args.params<SoftmaxParams>().axis, dims.rank()));
  return make_softmax_step(args.kernels, lanes_along(dims, axis));
}

// Before opset 13 the dimensions from `axis` (default 1) on were one: the operator then works on
// Flatten(x), and the node becomes the Reshape of its result.
Status unflatten(const UpgradeArgs& args) {
  AttributeReader r(args.node().attributes);
  const std::int64_t axis = r.integer("axis", 1);
  MOTE_TRY(r.finish());
  const TensorType type = args.type(0);
  if (type.shape && (axis == type.rank() - 1 || axis == -1)) {
    args.node().attributes.set("axis", std::int64_t{-1});
    return {};
  }
  const ValueId x = args.input(0);
  Attributes at_axis;
  at_axis.set("axis", axis);
  Attributes last;
  last.set("axis", std::int64_t{-1});
  MOTE_ASSIGN(const ValueId shape, args.add_before("Shape", {x}, {}));
  MOTE_ASSIGN(const ValueId flat, args.add_before("Flatten", {x}, std::move(at_axis)));
  MOTE_ASSIGN(const ValueId y, args.add_before(args.node().op_type, {flat}, std::move(last)));
  args.node().op_type = "Reshape";
  args.node().attributes = {{"allowzero", std::int64_t{1}}};
  args.set_input(0, y);
  args.set_input(1, shape);
  return bind(args.node(), args.ops);
}

constexpr int kVersions[] = {1, 11, 13};
constexpr OnnxUpgrade kUpgrades[] = {{13, unflatten}};

template <class F>
constexpr OpDef softmax_op(std::string_view name) {
  OpDef op;
  op.name = name;
  op.parse = parse;
  op.infer = infer;
  op.reference = reference<F>;
  if constexpr (std::is_same_v<F, Softmax>) op.prepare = prepare_softmax;
  return op;
}

}  // namespace

#define MOTE_SOFTMAX_OP(Op, text)                                                                  \
  extern const OpDef kOp_##Op;                                                                     \
  constinit const OpDef kOp_##Op = softmax_op<Op>(#Op);                                            \
  extern const OnnxOp kOnnx_##Op;                                                                  \
  constinit const OnnxOp kOnnx_##Op = {.name = #Op, .versions = kVersions, .upgrades = kUpgrades}; \
  static constexpr std::string_view kSamples_##Op[] = {                                            \
      "(x: f32[2,3]) -> (y) { y = " #Op "(x) }",                                                   \
      "(x: f32[2,5,3]) -> (y) { y = " #Op "(x) {axis=1} }",                                        \
      "(x: f32[4,3]) -> (y) { y = " #Op "(x) {axis=-2} }",                                         \
      "(x: f64[7]) -> (y) { y = " #Op "(x) {axis=0} }",                                            \
      "(x: f16[2,3]) -> (y) { y = " #Op "(x) }",                                                   \
      "(x: bf16[2,3]) -> (y) { y = " #Op "(x) {axis=0} }",                                         \
      "(x: f32[0,3]) -> (y) { y = " #Op "(x) }",                                                   \
      "(x: f32[3,0]) -> (y) { y = " #Op "(x) }",                                                   \
      "() -> (y) { x: f32[2,2] = {1000, 1001, -inf, 3} y = " #Op "(x) }"};                         \
  extern const OpDoc kDoc_##Op;                                                                    \
  constinit const OpDoc kDoc_##Op = {.name = #Op, .doc = text, .samples = kSamples_##Op};
MOTE_SOFTMAX_OP(Softmax, "exp(x), divided by its sum along `axis`.")
MOTE_SOFTMAX_OP(LogSoftmax, "x minus the logarithm of the sum of exp(x) along `axis`.")
MOTE_SOFTMAX_OP(Hardmax, "1 for the first of the greatest elements along `axis`, 0 for the rest.")
#undef MOTE_SOFTMAX_OP

}  // namespace mote
