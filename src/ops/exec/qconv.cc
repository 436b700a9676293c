// mote.QConv, mote.QGemm: integer convolution of channels-last images, integer product by a
// matrix; with bias, and what follows within the clamp.
#include "base/text.h"
#include "ops/exec/conv_geometry.h"
#include "ops/exec/image.h"
#include "ops/exec/qconv_step.h"
#include "ops/ops.h"
#include "ops/quantize/offset_product.h"
#include "ops/support/axes.h"
#include "ops/support/expect_elements.h"
#include "ops/support/indices.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

using WeightElements = Elements<std::int8_t, std::int16_t>;

// Reads zero points, low and high, which are the whole range where they are absent, and `to`.
Status read_quantization(AttributeReader& r, QConvParams& p) {
  const std::int64_t to = r.integer("to", static_cast<std::int64_t>(DType::kU8));
  p.to = to == static_cast<std::int64_t>(DType::kS8) ? DType::kS8 : DType::kU8;
  const IntegerRange whole = range_of(p.to);
  const std::int64_t x_zero_point = r.integer("x_zero_point", 0);
  const std::int64_t y_zero_point = r.integer("y_zero_point", 0);
  const std::int64_t low = r.integer("low", whole.low);
  const std::int64_t high = r.integer("high", whole.high);
  if (to != static_cast<std::int64_t>(p.to)) {
    return Error{Code::kInvalidArgument, cat("to ", to, " is neither u8 nor s8")};
  }
  if (x_zero_point < -128 || x_zero_point > 255) {
    return Error{Code::kInvalidArgument, cat("x_zero_point ", x_zero_point, " is no byte")};
  }
  if (low > high || low < whole.low || high > whole.high || y_zero_point < whole.low ||
      y_zero_point > whole.high) {
    return Error{Code::kInvalidArgument, cat("low ", low, ", high ", high, " or y_zero_point ",
                                             y_zero_point, " is outside ", name(p.to))};
  }
  p.x_zero_point = static_cast<std::int32_t>(x_zero_point);
  p.y_zero_point = static_cast<std::int32_t>(y_zero_point);
  p.range = {static_cast<std::int32_t>(low), static_cast<std::int32_t>(high)};
  return {};
}

Result<std::unique_ptr<const OpParams>> parse_conv(const Attributes& attributes) {
  auto p = std::make_unique<QConvParams>();
  AttributeReader r(attributes);
  MOTE_TRY(read_window(r, p->window));
  p->group = r.integer("group", 1);
  const Status read = read_quantization(r, *p);
  MOTE_TRY(r.finish());
  MOTE_TRY(read);
  if (p->group < 1) {
    return Error{Code::kInvalidArgument, cat("group ", p->group, " is not positive")};
  }
  return p;
}

Result<std::unique_ptr<const OpParams>> parse_gemm(const Attributes& attributes) {
  auto p = std::make_unique<QConvParams>();
  AttributeReader r(attributes);
  const Status read = read_quantization(r, *p);
  MOTE_TRY(r.finish());
  MOTE_TRY(read);
  return p;
}

Status check_operands(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, 0, ByteElements{}));
  MOTE_TRY(expect_elements(args, kQWeights, WeightElements{}));
  MOTE_TRY(expect_dtype(args, kQFactor, {DType::kF32}));
  MOTE_TRY(expect_dtype(args, kQBias, {DType::kS32}));
  const Dim filters = size_of(args, kQWeights, 0);
  MOTE_TRY(expect_vector(args, kQFactor, filters, "factor"));
  return expect_vector(args, kQBias, filters, "bias");
}

Status check_groups(const InferArgs& args, std::int64_t group) {
  const Dim channels = size_of(args, 0, 3);
  for (const Dim& size : {channels, size_of(args, kQWeights, 0)}) {
    if (!size.known() || size.size() % group == 0) continue;
    return Error{Code::kInvalidArgument,
                 cat("group ", group, " does not divide ", size.size(), " channels or filters")};
  }
  if (!channels.known()) return {};
  return expect_size(args, kQWeights, 1, channels.size() / group, "w");
}

// x: [N, H, W, C]; w: [O, C/group, KH, KW]; factor: [O]; bias: [O]. y: [N, OH, OW, O].
Status infer_conv(const InferArgs& args) {
  const auto& p = args.params<QConvParams>();
  MOTE_TRY(check_operands(args));
  MOTE_TRY(expect_rank(args, kQWeights, 4, "w"));
  MOTE_TRY(check_groups(args, p.group));
  Shape kernel{size_of(args, kQWeights, 2), size_of(args, kQWeights, 3)};
  for (std::size_t d = 0; d < p.window.kernel_shape.size() && d < kernel.size(); ++d) {
    const std::int64_t size = p.window.kernel_shape[d];
    MOTE_TRY(expect_size(args, kQWeights, static_cast<int>(d) + 2, size, "w"));
    kernel[d] = size;
  }
  return infer_image(args, p.window, kernel, size_of(args, kQWeights, 0), p.to);
}

// x: [..., K]; w: [N, K]; factor: [N]; bias: [N]. y: [..., N].
Status infer_gemm(const InferArgs& args) {
  const DType to = args.params<QConvParams>().to;
  MOTE_TRY(check_operands(args));
  MOTE_TRY(expect_rank(args, kQWeights, 2, "w"));
  if (!args.type(0).shape) {
    args.set(0, {to, std::nullopt});
    return {};
  }
  Shape out = *args.type(0).shape;
  if (out.empty()) return Error{Code::kInvalidArgument, "x has rank 0"};
  MOTE_TRY(expect_size(args, kQWeights, 1, out.back(), "w"));
  out.back() = size_of(args, kQWeights, 0);
  args.set(0, {to, std::move(out)});
  return {};
}

// The element for the sum of products of filter `o`.
std::uint8_t element_of(const QConvParams& p, const RunArgs& args, std::int64_t o,
                        std::int64_t sum) {
  if (const TensorView bias = optional_input(args, kQBias)) sum += bias.as<std::int32_t>()[o];
  const Requantize to{args.in[kQFactor].as<float>()[o], p.y_zero_point, p.range};
  return static_cast<std::uint8_t>(to(sum));  // s8 has the same bits
}

// Calls f(X{}, W{}) for the element types of x and w.
template <class F>
Status with_operands(const RunArgs& args, const F& f) {
  return with_dtype(ByteElements{}, args.in[0].dtype, [&]<class X>(X) -> Status {
    return with_dtype(WeightElements{}, args.in[kQWeights].dtype,
                      [&]<class W>(W) -> Status { return f(X{}, W{}); });
  });
}

// Filter `o` at output pixel `at` of image `x`.
template <class X, class W>
std::int64_t filtered(const ConvGeometry& g, const X* x, std::int32_t x_zero_point, const W* w,
                      const Dims& at, std::int64_t o) {
  const std::int64_t first = o / g.group_filters() * g.depth();
  std::int64_t sum = 0;
  for_each_tap(g.window, at, [&](std::int64_t tap, std::int64_t offset) {
    for (std::int64_t c = 0; c < g.depth(); ++c) {
      sum += std::int64_t{x[offset * g.channels + first + c] - x_zero_point} *
             w[(o * g.depth() + c) * g.taps() + tap];
    }
  });
  return sum;
}

Status reference_conv(const OpParams* params, const RunArgs& args) {
  const auto& p = *static_cast<const QConvParams*>(params);
  MOTE_ASSIGN(const ConvGeometry g,
              conv_geometry(p.window, p.group, args.in[0].dims, args.in[kQWeights].dims));
  const std::int64_t image = g.window.in.count() * g.channels;
  if (args.out[0].dims.count() == 0) return {};
  auto* y = args.out[0].as<std::uint8_t>();
  return with_operands(args, [&]<class X, class W>(X, W) -> Status {
    for_each_place(g.window, args.in[0].dims[0], args.workers,
                   [&](std::int64_t n, const Dims& at, std::int64_t i) {
                     const X* x = args.in[0].as<X>() + n * image;
                     const W* w = args.in[kQWeights].as<W>();
                     for (std::int64_t o = 0; o < g.filters; ++o) {
                       const std::int64_t sum = filtered(g, x, p.x_zero_point, w, at, o);
                       y[i * g.filters + o] = element_of(p, args, o, sum);
                     }
                   });
    return {};
  });
}

Status reference_gemm(const OpParams* params, const RunArgs& args) {
  const auto& p = *static_cast<const QConvParams*>(params);
  const std::int64_t n = args.in[kQWeights].dims[0];
  const std::int64_t k = args.in[kQWeights].dims[1];
  if (args.out[0].dims.count() == 0) return {};
  auto* y = args.out[0].as<std::uint8_t>();
  return with_operands(args, [&]<class X, class W>(X, W) -> Status {
    const X* x = args.in[0].as<X>();
    const W* w = args.in[kQWeights].as<W>();
    multiply_offsets<std::int64_t>(
        args.out[0].dims.count() / n, n, k,
        [&](std::int64_t i, std::int64_t q) { return x[i * k + q]; },
        [&](std::int64_t) { return p.x_zero_point; },
        [&](std::int64_t q, std::int64_t j) { return w[j * k + q]; },
        [](std::int64_t) { return 0; }, args.workers,
        [&](std::int64_t i, std::int64_t j, std::int64_t sum) {
          y[i * n + j] = element_of(p, args, j, sum);
        });
    return {};
  });
}

Result<std::unique_ptr<Step>> prepare_conv_step(const PrepareArgs& args) {
  return prepare_qconv(args.params<QConvParams>(), args);
}
Result<std::unique_ptr<Step>> prepare_gemm_step(const PrepareArgs& args) {
  return prepare_qgemm(args.params<QConvParams>(), args);
}

std::int64_t macs(const PrepareArgs& args) {
  const Dims w = args.in_dims(kQWeights);
  return macs_of(args.out_dims(0).count(), w.count(1, w.rank()));
}

constexpr std::string_view kConvSamples[] = {
    // one tap
    "(x: u8[2,5,6,7]) -> (y) {\n"
    "  w: s8[19,7,1,1] = {random 1} f: f32[19] = {random 2}\n"
    "  y = mote.QConv(x, w, f) {x_zero_point=3, y_zero_point=100} }",
    // few channels
    "(x: s8[2,12,11,3]) -> (y) {\n"
    "  w: s8[17,3,7,7] = {random 3} f: f32[17] = {random 4} b: s32[17] = {random 5}\n"
    "  y = mote.QConv(x, w, f, b) {strides=[2, 2], pads=[3, 3, 3, 3], x_zero_point=-2, to=3,\n"
    "                              y_zero_point=-100, low=-90, high=20} }",
    // any window, in groups
    "(x: u8[1,9,7,12]) -> (y) {\n"
    "  w: s16[6,4,2,3] = {random 6} f: f32[6] = {random 7} b: s32[6] = {random 8}\n"
    "  y = mote.QConv(x, w, f, b) {group=3, strides=[1, 2], pads=[1, 0, 0, 2], dilations=[2, 1],\n"
    "                              to=3} }",
    // one filter for each channel
    "(x: s8[2,9,8,37]) -> (y) {\n"
    "  w: s8[37,1,3,3] = {random 9} f: f32[37] = {random 10} b: s32[37] = {random 11}\n"
    "  y = mote.QConv(x, w, f, b) {group=37, pads=[1, 1, 1, 1], x_zero_point=1, y_zero_point=9} }",
    // nothing packed: not constant, sums beyond 32 bits, factors that are no numbers
    "(x: u8[1,4,4,2], w: s8[3,2,2,2], f: f32[3], b: s32[3]) -> (y) { y = mote.QConv(x, w, f, b) }",
    "(x: u8[1,2,1,1]) -> (y) {\n"
    "  w: s16[2,1,1,1] = {256, -300} f: f32[2] = {1, 1} b: s32[2] = {2147483647, -2147483648}\n"
    "  y = mote.QConv(x, w, f, b) }",
    "(x: u8[1,2,1,1]) -> (y) {\n"
    "  w: s8[2,1,1,1] = {1, 1} f: f32[2] = {nan, inf} y = mote.QConv(x, w, f) {y_zero_point=7} }",
    "(x: u8[0,4,4,2]) -> (y) {\n"
    "  w: s8[3,2,2,2] = {random 16} f: f32[3] = {random 17} y = mote.QConv(x, w, f) }",
};
constexpr std::string_view kGemmSamples[] = {
    "(x: u8[3,7]) -> (y) {\n"
    "  w: s8[19,7] = {random 1} f: f32[19] = {random 2}\n"
    "  y = mote.QGemm(x, w, f) {x_zero_point=3, y_zero_point=128} }",
    "(x: s8[2,5,33]) -> (y) {\n"
    "  w: s16[40,33] = {random 3} f: f32[40] = {random 4} b: s32[40] = {random 5}\n"
    "  y = mote.QGemm(x, w, f, b) {to=3, low=0, high=100} }",
    "(x: s8[9], w: s8[4,9], f: f32[4]) -> (y) { y = mote.QGemm(x, w, f) }",
    "(x: s8[0,9]) -> (y) {\n"
    "  w: s8[4,9] = {random 6} f: f32[4] = {random 7} y = mote.QGemm(x, w, f) }",
};

}  // namespace

extern const OpDef kOp_mote_QConv;
constinit const OpDef kOp_mote_QConv = {
    .name = "QConv",
    .domain = "mote",
    .min_inputs = 3,
    .max_inputs = 4,
    .parse = parse_conv,
    .infer = infer_conv,
    .reference = reference_conv,
    .prepare = prepare_conv_step,
    .macs = macs,
};
extern const OpDef kOp_mote_QGemm;
constinit const OpDef kOp_mote_QGemm = {
    .name = "QGemm",
    .domain = "mote",
    .min_inputs = 3,
    .max_inputs = 4,
    .parse = parse_gemm,
    .infer = infer_gemm,
    .reference = reference_gemm,
    .prepare = prepare_gemm_step,
    .macs = macs,
};

extern const OpDoc kDoc_mote_QConv;
constinit const OpDoc kDoc_mote_QConv = {
    .name = "QConv",
    .domain = "mote",
    .doc =
        "Integer convolution of channels-last images, [N, H, W, C]: exact sums of `x - "
        "x_zero_point` times `w`, [O, C/group, KH, KW], plus `bias`, times the filter's `factor`, "
        "rounded half to even, plus `y_zero_point`, within [`low`, `high`].",
    .samples = kConvSamples,
};
extern const OpDoc kDoc_mote_QGemm;
constinit const OpDoc kDoc_mote_QGemm = {
    .name = "QGemm",
    .domain = "mote",
    .doc = "The rows of `x` times the matrix `w`, [N, K], as mote.QConv computes it.",
    .samples = kGemmSamples,
};

}  // namespace mote
