// QLinearConv, ConvInteger: convolution of integers, with exact sums.
#include "base/text.h"
#include "ops/conv/conv_params.h"
#include "ops/ops.h"
#include "ops/quantize/quantized.h"
#include "ops/support/axes.h"
#include "ops/support/expect_elements.h"
#include "ops/support/indices.h"

namespace mote {
namespace {

struct QConvParams : ConvParams {
  bool channels_last = false;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<QConvParams>();
  AttributeReader r(attributes);
  MOTE_TRY(read_conv(r, *p));
  MOTE_TRY(r.finish());
  return p;
}

Result<std::unique_ptr<const OpParams>> parse_ms(const Attributes& attributes) {
  auto p = std::make_unique<QConvParams>();
  AttributeReader r(attributes);
  MOTE_TRY(read_conv(r, *p));
  p->channels_last = r.flag("channels_last", false);
  MOTE_TRY(r.finish());
  return p;
}

// Where the inputs of the two operators stand; kNone: there is none.
struct Inputs {
  static constexpr std::size_t kNone = 99;
  std::size_t w, x_zero_point, w_zero_point;
  std::size_t x_scale = kNone, w_scale = kNone, y_scale = kNone, y_zero_point = kNone;
  std::size_t bias = kNone;
};
constexpr Inputs kQLinear{.w = 3,
                          .x_zero_point = 2,
                          .w_zero_point = 5,
                          .x_scale = 1,
                          .w_scale = 4,
                          .y_scale = 6,
                          .y_zero_point = 7,
                          .bias = 8};
constexpr Inputs kInteger{.w = 1, .x_zero_point = 2, .w_zero_point = 3};

// -- inference

Status check_channels(const InferArgs& args, const Inputs& at, const Dim& channels,
                      std::int64_t group) {
  const Dim filters = size_of(args, at.w, 0);
  const Dim depth = size_of(args, at.w, 1);
  for (const Dim& size : {channels, filters}) {
    if (!size.known() || size.size() % group == 0) continue;
    return Error{Code::kInvalidArgument,
                 cat("group ", group, " does not divide ", size.size(), " channels or filters")};
  }
  if (channels.known() && depth.known() && channels.size() / group != depth.size()) {
    return Error{Code::kInvalidArgument, cat("w takes ", depth.size(), " channels for each of ",
                                             group, " groups, x has ", channels.size())};
  }
  return expect_vector(args, at.bias, filters, "B");
}

// One for all filters, or one for each.
Status expect_for_filters(const InferArgs& args, std::size_t i, const Dim& filters,
                          std::string_view what) {
  if (!args.has(i) || args.type(i).rank() <= 0) return {};
  const Dim size = size_of(args, i, 0);
  if (args.type(i).rank() == 1 && size.known() && size.size() == 1) return {};
  return expect_vector(args, i, filters, what);
}

Status check_types(const InferArgs& args, const Inputs& at) {
  MOTE_TRY(expect_elements(args, 0, ByteElements{}));
  MOTE_TRY(expect_elements(args, at.w, ByteElements{}));
  MOTE_TRY(shared_dtype(args, {0, at.x_zero_point}));
  MOTE_TRY(shared_dtype(args, {at.w, at.w_zero_point}));
  for (const std::size_t i : {at.x_scale, at.w_scale, at.y_scale}) {
    MOTE_TRY(expect_dtype(args, i, {DType::kF32}));
  }
  MOTE_TRY(expect_elements(args, at.y_zero_point, ByteElements{}));
  MOTE_TRY(expect_dtype(args, at.bias, {DType::kS32}));
  for (const std::size_t i : {at.x_scale, at.x_zero_point, at.y_scale, at.y_zero_point}) {
    MOTE_TRY(expect_scalar(args, i, cat("input ", i)));
  }
  const Dim filters = size_of(args, at.w, 0);
  MOTE_TRY(expect_for_filters(args, at.w_scale, filters, "w_scale"));
  return expect_for_filters(args, at.w_zero_point, filters, "w_zero_point");
}

// x: [N, C, D...] or, channels last, [N, D..., C]; w: [M, C/group, kernel...]. y: as x.
Status infer_conv(const InferArgs& args, const Inputs& at, DType to) {
  const auto& p = args.params<QConvParams>();
  MOTE_TRY(check_types(args, at));
  MOTE_ASSIGN(const int rank, conv_rank(args, p, at.w));
  if (rank < 0) {
    args.set(0, {to, std::nullopt});
    return {};
  }
  const int channel = p.channels_last ? rank - 1 : 1;
  MOTE_TRY(check_channels(args, at, size_of(args, 0, channel), p.group));
  MOTE_ASSIGN(const Shape kernel, conv_kernel(args, p, rank, at.w));
  Shape in;
  for (int d = 1; d < rank; ++d) {
    if (d != channel) in.push_back(size_of(args, 0, d));
  }
  MOTE_ASSIGN(const Shape sizes, window_output(p.window, in, kernel));
  Shape out{size_of(args, 0, 0)};
  if (!p.channels_last) out.push_back(size_of(args, at.w, 0));
  out.insert(out.end(), sizes.begin(), sizes.end());
  if (p.channels_last) out.push_back(size_of(args, at.w, 0));
  args.set(0, {to, std::move(out)});
  return {};
}

Status infer_qlinear(const InferArgs& args) {
  return infer_conv(args, kQLinear, args.type(kQLinear.y_zero_point).dtype);
}
Status infer_integer(const InferArgs& args) { return infer_conv(args, kInteger, DType::kS32); }

// -- reference

// Element at channel c, place i of an image: c * channel + i * place.
struct Strides {
  std::int64_t channel = 1, place = 1;
};

struct Geometry {
  Window window;
  std::int64_t channels = 0, filters = 0, depth = 0, group_filters = 0;
  Strides x, y;
};

Result<Geometry> geometry_of(const QConvParams& p, const RunArgs& args, const Inputs& at) {
  const Dims& x = args.in[0].dims;
  const Dims& w = args.in[at.w].dims;
  const std::size_t rank = x.size() - 2;
  const auto in = std::span<const std::int64_t>(x).subspan(p.channels_last ? 1 : 2, rank);
  Geometry g;
  MOTE_ASSIGN(g.window, make_window(p.window, in, spatial(w)));
  g.channels = p.channels_last ? x[x.rank() - 1] : x[1];
  g.filters = w[0];
  g.depth = w[1];
  g.group_filters = g.filters / p.group;
  g.x = p.channels_last ? Strides{1, g.channels} : Strides{g.window.in.count(), 1};
  g.y = p.channels_last ? Strides{1, g.filters} : Strides{g.window.out.count(), 1};
  return g;
}

std::int32_t one_of(const TensorView& list, std::int64_t i) {
  if (!list) return 0;
  return load_quantized(list, list.dims.count() == 1 ? 0 : i);
}

// The sum for filter `o` at the output place `at`; x: image of the filter's group.
template <class X, class W>
std::int64_t convolve(const Geometry& g, const Dims& at, const X* x, std::int32_t x_zero_point,
                      const W* w, std::int32_t w_zero_point) {
  const std::int64_t taps = g.window.kernel.count();
  std::int64_t sum = 0;
  for_each_tap(g.window, at, [&](std::int64_t tap, std::int64_t place) {
    for (std::int64_t c = 0; c < g.depth; ++c) {
      sum += std::int64_t{x[c * g.x.channel + place * g.x.place] - x_zero_point} *
             std::int64_t{w[c * taps + tap] - w_zero_point};
    }
  });
  return sum;
}

// Calls store(filter, element of y, sum) for each output.
template <class Store>
Status sums(const QConvParams& p, const RunArgs& args, const Inputs& at, const Store& store) {
  MOTE_ASSIGN(const Geometry g, geometry_of(p, args, at));
  const std::int32_t x_zero_point = one_of(optional_input(args, at.x_zero_point), 0);
  const TensorView w_zero_points = optional_input(args, at.w_zero_point);
  const std::int64_t filter_size = g.depth * g.window.kernel.count();
  const std::int64_t places = g.window.out.count();
  return with_dtype(ByteElements{}, args.in[0].dtype, [&]<class X>(X) -> Status {
    return with_dtype(ByteElements{}, args.in[at.w].dtype, [&]<class W>(W) -> Status {
      for_each_place(
          g.window, args.in[0].dims[0] * g.filters, args.workers,
          [&](std::int64_t plane, const Dims& index, std::int64_t i) {
            const std::int64_t n = plane / g.filters;
            const std::int64_t o = plane % g.filters;
            const X* x = args.in[0].as<X>() + n * g.channels * g.window.in.count() +
                         o / g.group_filters * g.depth * g.x.channel;
            const std::int64_t sum =
                convolve(g, index, x, x_zero_point, args.in[at.w].as<W>() + o * filter_size,
                         one_of(w_zero_points, o));
            store(o, n * g.filters * places + o * g.y.channel + i % places * g.y.place, sum);
          });
      return {};
    });
  });
}

Status reference_integer(const OpParams* params, const RunArgs& args) {
  auto* y = args.out[0].as<std::int32_t>();
  return sums(*static_cast<const QConvParams*>(params), args, kInteger,
              [&](std::int64_t, std::int64_t i, std::int64_t sum) {
                y[i] = static_cast<std::int32_t>(sum);  // wraps
              });
}

Status reference_qlinear(const OpParams* params, const RunArgs& args) {
  MOTE_ASSIGN(const Affine x, load_affine(args, kQLinear.x_scale, kQLinear.x_zero_point));
  MOTE_ASSIGN(const Affine y, load_affine(args, kQLinear.y_scale, kQLinear.y_zero_point));
  const TensorView& w_scales = args.in[kQLinear.w_scale];
  const TensorView bias = optional_input(args, kQLinear.bias);
  const IntegerRange range = range_of(args.out[0].dtype);
  const bool one_scale = w_scales.dims.count() == 1;
  auto* out = args.out[0].as<std::uint8_t>();  // s8 has the same bits
  return sums(*static_cast<const QConvParams*>(params), args, kQLinear,
              [&](std::int64_t o, std::int64_t i, std::int64_t sum) {
                if (bias) sum += bias.as<std::int32_t>()[o];
                const float w_scale = w_scales.as<float>()[one_scale ? 0 : o];
                const Requantize to{x.scale * w_scale / y.scale, y.zero_point, range};
                out[i] = static_cast<std::uint8_t>(to(sum));
              });
}

std::int64_t macs_of_weights(const PrepareArgs& args, std::size_t w) {
  return macs_of(args.out_dims(0).count(), args.in_dims(w).count(1, args.in_dims(w).rank()));
}
std::int64_t macs_qlinear(const PrepareArgs& args) { return macs_of_weights(args, kQLinear.w); }
std::int64_t macs_integer(const PrepareArgs& args) { return macs_of_weights(args, kInteger.w); }

constexpr int kVersions[] = {10};
constexpr int kMsVersions[] = {1};

constexpr std::string_view kIntegerSamples[] = {
    "(x: u8[1,3,5,6], w: s8[4,3,3,3]) -> (y) { y = ConvInteger(x, w) }",
    "(x: s8[2,4,7,5]) -> (y) {\n"
    "  w: u8[6,2,3,2] = {random 1} xz: s8[] = {-5} wz: u8[6] = {1, 2, 3, 0, 255, 128}\n"
    "  y = ConvInteger(x, w, xz, wz) {group=2, strides=[2, 1], pads=[1, 0, 2, 1]} }",
    "(x: u8[1,2,8], w: u8[3,2,4], xz: u8[], wz: u8[1]) -> (y) {\n"
    "  y = ConvInteger(x, w, xz, wz) {auto_pad=\"SAME_LOWER\"} }",
    "(x: u8[0,2,4], w: u8[2,2,3]) -> (y) { y = ConvInteger(x, w) }",
};
#define MOTE_QCONV_SCALES                                                    \
  "  xs: f32[] = {0.05} xz: u8[] = {3} ws: f32[4] = {0.1, 0.2, 0.3, 0.01}\n" \
  "  wz: s8[4] = {0, 1, -1, 5} ys: f32[] = {0.02} yz: u8[] = {120}\n"
constexpr std::string_view kQLinearSamples[] = {
    "(x: u8[1,3,5,6], w: s8[4,3,3,3]) -> (y) {\n" MOTE_QCONV_SCALES
    "  y = QLinearConv(x, xs, xz, w, ws, wz, ys, yz) {pads=[1, 1, 1, 1]} }",
    "(x: u8[2,4,7], w: s8[4,1,3], b: s32[4]) -> (y) {\n" MOTE_QCONV_SCALES
    "  y = QLinearConv(x, xs, xz, w, ws, wz, ys, yz, b) {group=4, dilations=[2]} }",
    "(x: s8[1,2,4,4], w: u8[3,2,2,2], b: s32[3]) -> (y) {\n"
    "  xs: f32[1] = {0.05} xz: s8[1] = {-3} ws: f32[] = {0.1} wz: u8[1] = {128}\n"
    "  ys: f32[] = {0.3} yz: s8[] = {-12}\n"
    "  y = QLinearConv(x, xs, xz, w, ws, wz, ys, yz, b) }",
    "() -> (y) { x: u8[1,1,1] = {0} xs: f32[] = {inf} xz: u8[] = {0} w: s8[1,1,1] = {1}\n"
    "  ws: f32[] = {0} wz: s8[] = {0} ys: f32[] = {nan} yz: s8[] = {-7}\n"
    "  y = QLinearConv(x, xs, xz, w, ws, wz, ys, yz) }",
};
constexpr std::string_view kMsSamples[] = {
    "(x: u8[2,5,6,6], w: s8[4,3,3,2], b: s32[4]) -> (y) {\n" MOTE_QCONV_SCALES
    "  y = com.microsoft.QLinearConv(x, xs, xz, w, ws, wz, ys, yz, b)\n"
    "      {channels_last=1, group=2, strides=[1, 2]} }",
    "(x: u8[1,3,5,6], w: s8[4,3,3,3]) -> (y) {\n" MOTE_QCONV_SCALES
    "  y = com.microsoft.QLinearConv(x, xs, xz, w, ws, wz, ys, yz) }",
};

}  // namespace

extern const OpDef kOp_ConvInteger;
constinit const OpDef kOp_ConvInteger = {
    .name = "ConvInteger",
    .min_inputs = 2,
    .max_inputs = 4,
    .parse = parse,
    .infer = infer_integer,
    .reference = reference_integer,
    .macs = macs_integer,
};
extern const OpDef kOp_QLinearConv;
constinit const OpDef kOp_QLinearConv = {
    .name = "QLinearConv",
    .min_inputs = 8,
    .max_inputs = 9,
    .parse = parse,
    .infer = infer_qlinear,
    .reference = reference_qlinear,
    .macs = macs_qlinear,
};
extern const OpDef kOp_com_microsoft_QLinearConv;
constinit const OpDef kOp_com_microsoft_QLinearConv = {
    .name = "QLinearConv",
    .domain = "com.microsoft",
    .min_inputs = 8,
    .max_inputs = 9,
    .parse = parse_ms,
    .infer = infer_qlinear,
    .reference = reference_qlinear,
    .macs = macs_qlinear,
};

extern const OnnxOp kOnnx_ConvInteger;
constinit const OnnxOp kOnnx_ConvInteger = {.name = "ConvInteger", .versions = kVersions};
extern const OnnxOp kOnnx_QLinearConv;
constinit const OnnxOp kOnnx_QLinearConv = {.name = "QLinearConv", .versions = kVersions};
extern const OnnxOp kOnnx_com_microsoft_QLinearConv;
constinit const OnnxOp kOnnx_com_microsoft_QLinearConv = {
    .name = "QLinearConv", .domain = "com.microsoft", .versions = kMsVersions};

extern const OpDoc kDoc_ConvInteger;
constinit const OpDoc kDoc_ConvInteger = {
    .name = "ConvInteger",
    .doc =
        "The convolution of `x - x_zero_point` with `w - w_zero_point`; sums of 32 bits, which "
        "wrap.",
    .samples = kIntegerSamples,
};
extern const OpDoc kDoc_QLinearConv;
constinit const OpDoc kDoc_QLinearConv = {
    .name = "QLinearConv",
    .doc =
        "Conv of quantized tensors: exact integer sums, plus `B`, times `x_scale * w_scale / "
        "y_scale`, rounded half to even, plus `y_zero_point`. Scales of `w` are one, or one for "
        "each filter.",
    .samples = kQLinearSamples,
};
extern const OpDoc kDoc_com_microsoft_QLinearConv;
constinit const OpDoc kDoc_com_microsoft_QLinearConv = {
    .name = "QLinearConv",
    .domain = "com.microsoft",
    .doc = "QLinearConv, over [N, D..., C] with channels_last.",
    .samples = kMsSamples,
};

}  // namespace mote
