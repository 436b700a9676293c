// Conv: convolution of any number of dimensions, in groups.
#include "base/text.h"
#include "ops/conv/conv_params.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/element.h"

namespace mote {
namespace {

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<ConvParams>();
  AttributeReader r(attributes);
  MOTE_TRY(read_conv(r, *p));
  MOTE_TRY(r.finish());
  return p;
}

Status check_channels(const InferArgs& args, std::int64_t group) {
  const Dim channels = size_of(args, 0, 1);
  const Dim filters = size_of(args, 1, 0);
  const Dim depth = size_of(args, 1, 1);
  if (channels.known() && depth.known() && channels.size() / group != depth.size()) {
    return Error{Code::kInvalidArgument, cat("W takes ", depth.size(), " channels for each of ",
                                             group, " groups, X has ", channels.size())};
  }
  if (channels.known() && channels.size() % group != 0) {
    return Error{Code::kInvalidArgument,
                 cat("group ", group, " does not divide ", channels.size(), " channels")};
  }
  if (filters.known() && filters.size() % group != 0) {
    return Error{Code::kInvalidArgument,
                 cat("group ", group, " does not divide ", filters.size(), " filters")};
  }
  return expect_vector(args, 2, filters, "B");
}

// X: [N, C, D...]; W: [M, C/group, kernel...]; B: [M], optional. Y: [N, M, O...].
Status infer(const InferArgs& args) {
  const auto& p = args.params<ConvParams>();
  MOTE_TRY(expect_dtype(args, 0, {DType::kF32, DType::kF64, DType::kF16, DType::kBF16}));
  MOTE_ASSIGN(const DType dtype, shared_dtype(args, {0, 1, 2}));
  MOTE_ASSIGN(const int rank, conv_rank(args, p));
  if (rank < 0) {
    args.set(0, {dtype, std::nullopt});
    return {};
  }
  MOTE_TRY(check_channels(args, p.group));
  MOTE_ASSIGN(const Shape kernel, conv_kernel(args, p, rank));
  Shape out{size_of(args, 0, 0), size_of(args, 1, 0)};
  Shape spatial(static_cast<std::size_t>(rank - 2));
  for (int d = 2; d < rank; ++d) spatial[static_cast<std::size_t>(d - 2)] = size_of(args, 0, d);
  MOTE_ASSIGN(const Shape sizes, window_output(p.window, spatial, kernel));
  out.insert(out.end(), sizes.begin(), sizes.end());
  args.set(0, {dtype, std::move(out)});
  return {};
}

// The output at `at` of filter `o` over image `n`.
template <class T>
T convolve(const Window& w, std::int64_t group, std::int64_t n, std::int64_t o, const Dims& at,
           const RunArgs& args) {
  const std::int64_t channels = args.in[0].dims[1];
  const std::int64_t filters = args.in[1].dims[0];
  const std::int64_t depth = args.in[1].dims[1];
  const std::int64_t taps = w.kernel.count();
  const std::int64_t in_size = w.in.count();
  const T* x = args.in[0].as<T>() + (n * channels + o / (filters / group) * depth) * in_size;
  const T* weights = args.in[1].as<T>() + o * depth * taps;
  double sum = has_bias(args) ? static_cast<double>(args.in[2].as<T>()[o]) : 0.0;
  for_each_tap(w, at, [&](std::int64_t tap, std::int64_t offset) {
    for (std::int64_t c = 0; c < depth; ++c) {
      sum += static_cast<double>(x[c * in_size + offset]) *
             static_cast<double>(weights[c * taps + tap]);
    }
  });
  return rounded<T>(sum);
}

Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = *static_cast<const ConvParams*>(params);
  MOTE_ASSIGN(const Window w,
              make_window(p.window, spatial(args.in[0].dims), spatial(args.in[1].dims)));
  return with_dtype(FloatElements{}, args.in[0].dtype, [&]<class T>(T) -> Status {
    const std::int64_t filters = args.out[0].dims[1];
    T* y = args.out[0].as<T>();
    for_each_place(w, args.out[0].dims[0] * filters, args.workers,
                   [&](std::int64_t plane, const Dims& at, std::int64_t i) {
                     y[i] = convolve<T>(w, p.group, plane / filters, plane % filters, at, args);
                   });
    return {};
  });
}

std::int64_t macs(const PrepareArgs& args) {
  return macs_of(args.out_dims(0).count(), args.in_dims(1).count(1, args.in_dims(1).rank()));
}

constexpr int kVersions[] = {1, 11, 22};

constexpr std::string_view kSamples[] = {
    "(x: f32[1,3,5,6], w: f32[4,3,3,3], b: f32[4]) -> (y) { y = Conv(x, w, b) }",
    "(x: f32[2,4,7,5], w: f32[6,2,3,2]) -> (y) {\n"
    "  y = Conv(x, w) {group=2, strides=[2, 1], pads=[1, 0, 2, 1], dilations=[2, 1]} }",
    "(x: f32[1,3,6,5], w: f32[3,1,3,3], b: f32[3]) -> (y) {\n"
    "  y = Conv(x, w, b) {group=3, auto_pad=\"SAME_UPPER\", strides=[2, 2]} }",
    "(x: f32[1,2,8], w: f32[3,2,4]) -> (y) { y = Conv(x, w) {auto_pad=\"SAME_LOWER\"} }",
    "(x: f32[1,2,4,3,5], w: f32[2,2,2,3,2], b: f32[2]) -> (y) {\n"
    "  y = Conv(x, w, b) {kernel_shape=[2, 3, 2], auto_pad=\"VALID\"} }",
    "(x: f64[1,1,4,4], w: f64[1,1,2,2]) -> (y) { y = Conv(x, w) {pads=[1, 1, 1, 1]} }",
    "(x: f16[1,2,4,4], w: f16[2,2,1,1], b: f16[2]) -> (y) { y = Conv(x, w, b) }",
    "(x: bf16[1,2,4], w: bf16[2,2,3]) -> (y) { y = Conv(x, w) }",
    "(x: f32[0,2,4], w: f32[2,2,3]) -> (y) { y = Conv(x, w) }",
};

}  // namespace

extern const OpDef kOp_Conv;
constinit const OpDef kOp_Conv = {
    .name = "Conv",
    .min_inputs = 2,
    .max_inputs = 3,
    .parse = parse,
    .infer = infer,
    .reference = reference,
    .macs = macs,
};

extern const OnnxOp kOnnx_Conv;
constinit const OnnxOp kOnnx_Conv = {.name = "Conv", .versions = kVersions};

extern const OpDoc kDoc_Conv;
constinit const OpDoc kDoc_Conv = {
    .name = "Conv",
    .doc =
        "Slides the filters `W` over `X` (channels first) and adds `B`. Each of `group` groups "
        "of channels has its own filters.",
    .samples = kSamples,
};

}  // namespace mote
