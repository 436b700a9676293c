// mote.Conv: convolution of channels-last images with everything that may follow it.
#include "base/text.h"
#include "ops/exec/conv_geometry.h"
#include "ops/exec/conv_step.h"
#include "ops/exec/image.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<ImageConvParams>();
  AttributeReader r(attributes);
  MOTE_TRY(read_window(r, p->window));
  MOTE_TRY(read_activation(r, p->activation));
  p->group = r.integer("group", 1);
  MOTE_TRY(r.finish());
  if (p->group < 1) {
    return Error{Code::kInvalidArgument, cat("group ", p->group, " is not positive")};
  }
  return p;
}

Status check_channels(const InferArgs& args, std::int64_t group) {
  const Dim channels = size_of(args, 0, 3);
  const Dim filters = size_of(args, 1, 0);
  if (channels.known() && channels.size() % group != 0) {
    return Error{Code::kInvalidArgument,
                 cat("group ", group, " does not divide ", channels.size(), " channels")};
  }
  if (channels.known()) MOTE_TRY(expect_size(args, 1, 1, channels.size() / group, "w"));
  if (filters.known() && filters.size() % group != 0) {
    return Error{Code::kInvalidArgument,
                 cat("group ", group, " does not divide ", filters.size(), " filters")};
  }
  return expect_vector(args, 2, filters, "bias");
}

// The residual has the output's shape.
Status check_residual(const InferArgs& args) {
  MOTE_TRY(expect_rank(args, 3, 4, "residual"));
  const Shape& out = *args.out[0].type.tensor.shape;
  for (int d = 0; d < 4; ++d) {
    MOTE_TRY(expect_size(args, 3, d, out[static_cast<std::size_t>(d)], "residual"));
  }
  return {};
}

// x: [N, H, W, C]; w: [O, C/group, KH, KW]; bias: [O]; residual as y. y: [N, OH, OW, O].
Status infer(const InferArgs& args) {
  const auto& p = args.params<ImageConvParams>();
  for (const std::size_t i : {0, 1, 2, 3}) MOTE_TRY(expect_dtype(args, i, {DType::kF32}));
  MOTE_TRY(expect_rank(args, 1, 4, "w"));
  MOTE_TRY(check_channels(args, p.group));
  Shape kernel{size_of(args, 1, 2), size_of(args, 1, 3)};
  for (std::size_t d = 0; d < p.window.kernel_shape.size() && d < kernel.size(); ++d) {
    const std::int64_t size = p.window.kernel_shape[d];
    MOTE_TRY(expect_size(args, 1, static_cast<int>(d) + 2, size, "w"));
    kernel[d] = size;
  }
  MOTE_TRY(infer_image(args, p.window, kernel, size_of(args, 1, 0), DType::kF32));
  return check_residual(args);
}

// Filter `o` at output pixel `at` of image `x`, without bias.
double filtered(const ConvGeometry& g, const float* x, const float* w, const Dims& at,
                std::int64_t o) {
  const std::int64_t first = o / g.group_filters() * g.depth();
  double sum = 0;
  for_each_tap(g.window, at, [&](std::int64_t tap, std::int64_t offset) {
    for (std::int64_t c = 0; c < g.depth(); ++c) {
      sum += static_cast<double>(x[offset * g.channels + first + c]) *
             static_cast<double>(w[(o * g.depth() + c) * g.taps() + tap]);
    }
  });
  return sum;
}

Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = *static_cast<const ImageConvParams*>(params);
  MOTE_ASSIGN(const ConvGeometry g,
              conv_geometry(p.window, p.group, args.in[0].dims, args.in[1].dims));
  const auto optional = [&](std::size_t i) {
    return i < args.in.size() && args.in[i] ? args.in[i].as<float>() : nullptr;
  };
  const float* bias = optional(2);
  const float* residual = optional(3);
  const std::int64_t image = g.window.in.count() * g.channels;
  auto* y = args.out[0].as<float>();
  for_each_place(g.window, args.in[0].dims[0], args.workers,
                 [&](std::int64_t n, const Dims& at, std::int64_t i) {
                   const float* x = args.in[0].as<float>() + n * image;
                   for (std::int64_t o = 0; o < g.filters; ++o) {
                     double sum = filtered(g, x, args.in[1].as<float>(), at, o);
                     if (bias != nullptr) sum += static_cast<double>(bias[o]);
                     if (residual != nullptr)
                       sum += static_cast<double>(residual[i * g.filters + o]);
                     y[i * g.filters + o] = static_cast<float>(activate(p.activation, sum));
                   }
                 });
  return {};
}

Result<std::unique_ptr<Step>> prepare(const PrepareArgs& args) {
  return prepare_conv(args.params<ImageConvParams>(), args);
}

std::int64_t macs(const PrepareArgs& args) {
  return macs_of(args.out_dims(0).count(), args.in_dims(1).count(1, 4));
}

constexpr std::string_view kSamples[] = {
    // one tap
    "(x: f32[2,5,6,7]) -> (y) { w: f32[19,7,1,1] = {random 1} y = mote.Conv(x, w) }",
    "(x: f32[1,9,11,33], r: f32[1,9,11,40]) -> (y) {\n"
    "  w: f32[40,33,1,1] = {random 2} b: f32[40] = {random 3}\n"
    "  y = mote.Conv(x, w, b, r) {activation=\"Clamp\", activation_a=0.0, activation_b=6.0} }",
    "(x: f32[1,4,4,6], r: f32[1,4,4,4]) -> (y) {\n"
    "  w: f32[4,3,1,1] = {random 4} y = mote.Conv(x, w, _, r) {group=2} }",
    "(x: f32[1,5,5,12]) -> (y) {\n"
    "  w: f32[9,12,1,1] = {random 5} y = mote.Conv(x, w) {strides=[2, 2]} }",
    // few channels
    "(x: f32[2,12,11,3]) -> (y) {\n"
    "  w: f32[17,3,7,7] = {random 6} b: f32[17] = {random 7}\n"
    "  y = mote.Conv(x, w, b) {strides=[2, 2], pads=[3, 3, 3, 3], activation=\"HardSwish\"} }",
    "(x: f32[1,3,2,1]) -> (y) {\n"
    "  w: f32[2,1,3,5] = {random 8}\n"
    "  y = mote.Conv(x, w) {pads=[2, 4, 2, 4], dilations=[2, 1], activation=\"Silu\"} }",
    // any window
    "(x: f32[1,10,12,20], r: f32[1,10,12,33]) -> (y) {\n"
    "  w: f32[33,20,3,3] = {random 9} b: f32[33] = {random 10}\n"
    "  y = mote.Conv(x, w, b, r) {auto_pad=\"SAME_UPPER\", activation=\"LeakyRelu\",\n"
    "                             activation_a=0.125} }",
    "(x: f32[2,9,7,12]) -> (y) {\n"
    "  w: f32[6,4,2,3] = {random 11} b: f32[6] = {random 12}\n"
    "  y = mote.Conv(x, w, b) {group=3, strides=[1, 2], pads=[1, 0, 0, 2], dilations=[2, 1],\n"
    "                          activation=\"Sigmoid\"} }",
    // one filter for each channel
    "(x: f32[2,9,8,37]) -> (y) {\n"
    "  w: f32[37,1,3,3] = {random 13} b: f32[37] = {random 14}\n"
    "  y = mote.Conv(x, w, b) {group=37, pads=[1, 1, 1, 1], activation=\"HardSigmoid\",\n"
    "                          activation_a=0.2, activation_b=0.5} }",
    "(x: f32[1,7,7,16], r: f32[1,4,4,16]) -> (y) {\n"
    "  w: f32[16,1,5,5] = {random 15}\n"
    "  y = mote.Conv(x, w, _, r) {group=16, pads=[2, 2, 2, 2], strides=[2, 2],\n"
    "                             activation=\"Tanh\"} }",
    // nothing packed, nothing there
    "(x: f32[1,4,4,2], w: f32[3,2,2,2], b: f32[3]) -> (y) { y = mote.Conv(x, w, b) }",
    "(x: f32[0,4,4,2]) -> (y) { w: f32[3,2,2,2] = {random 16} y = mote.Conv(x, w) }",
};

}  // namespace

extern const OpDef kOp_mote_Conv;
constinit const OpDef kOp_mote_Conv = {
    .name = "Conv",
    .domain = "mote",
    .min_inputs = 2,
    .max_inputs = 4,
    .parse = parse,
    .infer = infer,
    .reference = reference,
    .prepare = prepare,
    .macs = macs,
};

extern const OpDoc kDoc_mote_Conv;
constinit const OpDoc kDoc_mote_Conv = {
    .name = "Conv",
    .domain = "mote",
    .doc =
        "Convolution of channels-last images, `x`: [N, H, W, C] with `w`: [O, C/group, KH, KW]; "
        "then bias, residual sum and activation.",
    .samples = kSamples,
};

}  // namespace mote
