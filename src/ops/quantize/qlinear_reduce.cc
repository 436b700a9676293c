// QLinearReduceMean, QLinearSoftmax: along axes of quantized tensors.
#include <algorithm>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/quantize/real_functions.h"
#include "ops/reduce/lanes.h"
#include "ops/support/axes.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

struct MeanParams : OpParams {
  std::vector<std::int64_t> axes;
  bool keepdims = true;
};

struct SoftmaxParams : OpParams {
  std::int64_t axis = -1;
  bool coerced = false;  // before opset 13: all dimensions from the axis on are one
};

Result<std::unique_ptr<const OpParams>> parse_mean(const Attributes& attributes) {
  auto p = std::make_unique<MeanParams>();
  AttributeReader r(attributes);
  p->axes = r.integers("axes", {});
  p->keepdims = r.flag("keepdims", true);
  MOTE_TRY(r.finish());
  return p;
}

Result<std::unique_ptr<const OpParams>> parse_softmax(const Attributes& attributes) {
  auto p = std::make_unique<SoftmaxParams>();
  AttributeReader r(attributes);
  p->axis = r.integer("axis", -1);
  p->coerced = r.required_integer("opset") < 13;
  MOTE_TRY(r.finish());
  return p;
}

Result<AxisGroups::Marks> marks_of(const MeanParams& p, int rank) {
  AxisGroups::Marks marks{};
  MOTE_ASSIGN(const std::vector<int> axes, normalize_axes(p.axes, rank));
  for (const int axis : axes) marks[static_cast<std::size_t>(axis)] = true;
  if (axes.empty()) marks.fill(true);
  return marks;
}

// The axes were checked when types were inferred; allocates nothing.
AxisGroups::Marks known_marks(const MeanParams& p, int rank) {
  AxisGroups::Marks marks{};
  for (const std::int64_t axis : p.axes) {
    marks[static_cast<std::size_t>(axis < 0 ? axis + rank : axis)] = true;
  }
  if (p.axes.empty()) marks.fill(true);
  return marks;
}

Status infer_mean(const InferArgs& args) {
  MOTE_TRY(expect_requantized(args));
  const auto& p = args.params<MeanParams>();
  const TensorType& x = args.type(0);
  if (!x.shape) {
    args.set(0, {x.dtype, std::nullopt});
    return {};
  }
  MOTE_ASSIGN(const AxisGroups::Marks marks, marks_of(p, x.rank()));
  Shape out;
  for (std::size_t d = 0; d < x.shape->size(); ++d) {
    if (!marks[d]) out.push_back((*x.shape)[d]);
    if (marks[d] && p.keepdims) out.push_back(1);
  }
  args.set(0, {x.dtype, std::move(out)});
  return {};
}

Status infer_softmax(const InferArgs& args) {
  MOTE_TRY(expect_requantized(args));
  const TensorType& x = args.type(0);
  if (x.shape) MOTE_TRY(normalize_axis(args.params<SoftmaxParams>().axis, x.rank()));
  args.set(0, x);
  return {};
}

Status reference_mean(const OpParams* params, const RunArgs& args) {
  MOTE_ASSIGN(const Affine x, load_affine(args, 1, 2));
  MOTE_ASSIGN(const Affine y, load_affine(args, 3, 4));
  const Dims& dims = args.in[0].dims;
  const auto& p = *static_cast<const MeanParams*>(params);
  const AxisGroups groups(dims, known_marks(p, dims.rank()));
  const std::int64_t size = groups.size();
  const Requantize to{mean_factor(x.scale, y.scale, std::max<std::int64_t>(size, 1)), y.zero_point,
                      range_of(args.out[0].dtype)};
  return with_dtype(ByteElements{}, args.in[0].dtype, [&]<class T>(T) -> Status {
    auto* out = args.out[0].as<std::uint8_t>();
    groups.for_each([&](std::int64_t base) {
      std::int64_t sum = -size * x.zero_point;
      groups.for_each_within([&](std::int64_t at) { sum += args.in[0].as<T>()[base + at]; });
      *out++ = static_cast<std::uint8_t>(to(sum));
    });
    return {};
  });
}

// Elements `step` apart. powers[d]: e to the -d-th part of the scale.
template <class T>
void softmax_lane(const T* x, std::uint8_t* y, std::int64_t size, std::int64_t step,
                  const std::array<double, 256>& powers, Affine to, IntegerRange range) {
  int top = x[0];
  for (std::int64_t i = 1; i < size; ++i) top = std::max<int>(top, x[i * step]);
  double sum = 0;
  const auto power = [&](std::int64_t i) {
    return powers[static_cast<std::size_t>(top - x[i * step])];
  };
  for (std::int64_t i = 0; i < size; ++i) sum += power(i);
  const double unit = sum * static_cast<double>(to.scale);
  for (std::int64_t i = 0; i < size; ++i) {
    y[i * step] = static_cast<std::uint8_t>(quantized(power(i) / unit, to.zero_point, range));
  }
}

Status reference_softmax(const OpParams* params, const RunArgs& args) {
  MOTE_ASSIGN(const Affine x, load_affine(args, 1, 2));
  MOTE_ASSIGN(const Affine y, load_affine(args, 3, 4));
  const auto& p = *static_cast<const SoftmaxParams*>(params);
  const Dims& dims = args.in[0].dims;
  if (dims.count() == 0) return {};
  MOTE_ASSIGN(const int axis, normalize_axis(p.axis, dims.rank()));
  Lanes lanes = lanes_along(dims, axis);
  if (p.coerced) lanes = {lanes.outer, lanes.size * lanes.inner, 1};
  std::array<double, 256> powers;
  for (int d = 0; d < 256; ++d) {
    powers[static_cast<std::size_t>(d)] = exp_exact(-d * static_cast<double>(x.scale));
  }
  const IntegerRange range = range_of(args.out[0].dtype);
  return with_dtype(ByteElements{}, args.in[0].dtype, [&]<class T>(T) -> Status {
    lanes.for_each([&](std::int64_t at) {
      softmax_lane(args.in[0].as<T>() + at, args.out[0].as<std::uint8_t>() + at, lanes.size,
                   lanes.inner, powers, y, range);
    });
    return {};
  });
}

constexpr int kVersions[] = {1};

constexpr std::string_view kMeanSamples[] = {
    "(x: u8[2,3,5]) -> (y) {\n"
    "  xs: f32[] = {0.1} xz: u8[] = {3} ys: f32[] = {0.01} yz: u8[] = {50}\n"
    "  y = com.microsoft.QLinearReduceMean(x, xs, xz, ys, yz) {axes=[-1, 0], keepdims=1} }",
    "(x: s8[2,3,5], xs: f32[1], ys: f32[1]) -> (y) {\n"
    "  y = com.microsoft.QLinearReduceMean(x, xs, _, ys) {axes=[1], keepdims=0} }",
    "(x: s8[2,0], xs: f32[1], ys: f32[1]) -> (y) {\n"
    "  y = com.microsoft.QLinearReduceMean(x, xs, _, ys) {axes=[1], keepdims=0} }",
};
constexpr std::string_view kSoftmaxSamples[] = {
    "(x: u8[2,3,5]) -> (y) {\n"
    "  xs: f32[] = {0.5} xz: u8[] = {3} ys: f32[] = {0.00390625} yz: u8[] = {0}\n"
    "  y = com.microsoft.QLinearSoftmax(x, xs, xz, ys, yz) {axis=1, opset=13} }",
    "(x: s8[2,3,5]) -> (y) {\n"
    "  xs: f32[] = {0.5} ys: f32[] = {0.00390625} yz: s8[] = {-128}\n"
    "  y = com.microsoft.QLinearSoftmax(x, xs, _, ys, yz) {axis=1, opset=11} }",
};

}  // namespace

extern const OpDef kOp_com_microsoft_QLinearReduceMean;
constinit const OpDef kOp_com_microsoft_QLinearReduceMean = {
    .name = "QLinearReduceMean",
    .domain = "com.microsoft",
    .min_inputs = 2,
    .max_inputs = 5,
    .parse = parse_mean,
    .infer = infer_mean,
    .reference = reference_mean,
};
extern const OpDef kOp_com_microsoft_QLinearSoftmax;
constinit const OpDef kOp_com_microsoft_QLinearSoftmax = {
    .name = "QLinearSoftmax",
    .domain = "com.microsoft",
    .min_inputs = 2,
    .max_inputs = 5,
    .parse = parse_softmax,
    .infer = infer_softmax,
    .reference = reference_softmax,
};

extern const OnnxOp kOnnx_com_microsoft_QLinearReduceMean;
constinit const OnnxOp kOnnx_com_microsoft_QLinearReduceMean = {
    .name = "QLinearReduceMean", .domain = "com.microsoft", .versions = kVersions};
extern const OnnxOp kOnnx_com_microsoft_QLinearSoftmax;
constinit const OnnxOp kOnnx_com_microsoft_QLinearSoftmax = {
    .name = "QLinearSoftmax", .domain = "com.microsoft", .versions = kVersions};

extern const OpDoc kDoc_com_microsoft_QLinearReduceMean;
constinit const OpDoc kDoc_com_microsoft_QLinearReduceMean = {
    .name = "QLinearReduceMean",
    .domain = "com.microsoft",
    .doc = "ReduceMean of a quantized tensor: exact sums, one factor.",
    .samples = kMeanSamples,
};
extern const OpDoc kDoc_com_microsoft_QLinearSoftmax;
constinit const OpDoc kDoc_com_microsoft_QLinearSoftmax = {
    .name = "QLinearSoftmax",
    .domain = "com.microsoft",
    .doc =
        "Softmax of a quantized tensor, quantized; with an `opset` below 13 over all dimensions "
        "from `axis` on.",
    .samples = kSoftmaxSamples,
};

}  // namespace mote
