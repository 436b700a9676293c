// ConvTranspose: the gradient of a convolution by its input.
#include "ops/conv/conv_transpose.h"

#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/element.h"

namespace mote {
namespace {

constexpr std::int64_t kMaxSize = std::int64_t{1} << 31;

Status check_lists(const ConvParams& p) {
  for (const std::int64_t v : p.output_padding) {
    if (v < 0 || v > kMaxSize) {
      return Error{Code::kInvalidArgument,
                   cat("output_padding has ", v, ", which is outside [0, ", kMaxSize, "]")};
    }
  }
  for (const std::int64_t v : p.output_shape) {
    if (v < 1 || v > kMaxSize) {
      return Error{Code::kInvalidArgument,
                   cat("output_shape has ", v, ", which is outside [1, ", kMaxSize, "]")};
    }
  }
  return {};
}

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<ConvParams>();
  AttributeReader r(attributes);
  MOTE_TRY(read_conv(r, *p));
  p->output_padding = r.integers("output_padding", {});
  p->output_shape = r.integers("output_shape", {});
  MOTE_TRY(r.finish());
  MOTE_TRY(check_lists(*p));
  return p;
}

// The output size of dimension d for input size `in`; settles the padding before it.
Result<std::int64_t> place(const ConvParams& p, std::size_t rank, std::size_t d, std::int64_t in,
                           std::int64_t kernel, std::int64_t& begin) {
  if (in > kMaxSize || in < 1) {
    return Error{Code::kInvalidArgument, cat("size ", in, " is outside [1, ", kMaxSize, "]")};
  }
  const WindowParams& w = p.window;
  const std::int64_t stride = entry(w.strides, d, 1);
  std::int64_t full = extent(kernel, entry(w.dilations, d, 1));
  if (__builtin_add_overflow(full, stride * (in - 1) + entry(p.output_padding, d, 0), &full)) {
    return Error{Code::kInvalidArgument, cat("the output of size ", in, " is too large")};
  }
  const bool same = w.auto_pad == AutoPad::kSameUpper || w.auto_pad == AutoPad::kSameLower;
  if (p.output_shape.empty() && !same) {
    const bool padded = w.auto_pad == AutoPad::kNotSet;
    begin = padded ? entry(w.pads, d, 0) : 0;
    const std::int64_t out = full - begin - (padded ? entry(w.pads, rank + d, 0) : 0);
    if (out > 0) return out;
    return Error{Code::kInvalidArgument, cat("padding leaves nothing of size ", full)};
  }
  const std::int64_t out = p.output_shape.empty() ? in * stride : p.output_shape[d];
  const std::int64_t total = std::max<std::int64_t>(full - out, 0);
  begin = w.auto_pad == AutoPad::kSameUpper ? total / 2 : total - total / 2;
  return out;
}

Status check_lengths(const ConvParams& p, std::size_t rank) {
  const auto wrong = [&](const std::vector<std::int64_t>& list, std::size_t length) {
    return !list.empty() && list.size() != length;
  };
  if (!wrong(p.output_padding, rank) && !wrong(p.output_shape, rank) &&
      !wrong(p.window.strides, rank) && !wrong(p.window.dilations, rank) &&
      !wrong(p.window.pads, 2 * rank) && !wrong(p.window.kernel_shape, rank)) {
    return {};
  }
  return Error{Code::kInvalidArgument, cat("an attribute does not fit ", rank, " dimensions")};
}

Status check_channels(const InferArgs& args, const Dim& filters, std::int64_t group) {
  const Dim channels = size_of(args, 0, 1);
  MOTE_TRY(expect_size(args, 1, 0, channels, "W"));
  if (channels.known() && channels.size() % group != 0) {
    return Error{Code::kInvalidArgument,
                 cat("group ", group, " does not divide ", channels.size(), " channels")};
  }
  return expect_vector(args, 2, filters, "B");
}

// X: [N, C, D...]; W: [C, M/group, kernel...]; B: [M], optional. Y: [N, M, O...].
Status infer(const InferArgs& args) {
  const auto& p = args.params<ConvParams>();
  MOTE_TRY(expect_dtype(args, 0, {DType::kF32, DType::kF64, DType::kF16, DType::kBF16}));
  MOTE_ASSIGN(const DType dtype, shared_dtype(args, {0, 1, 2}));
  MOTE_ASSIGN(const int rank, conv_rank(args, p));
  if (rank < 0) {
    args.set(0, {dtype, std::nullopt});
    return {};
  }
  const auto dimensions = static_cast<std::size_t>(rank - 2);
  MOTE_TRY(check_lengths(p, dimensions));
  MOTE_ASSIGN(const Shape kernel, conv_kernel(args, p, rank));
  const Dim each[] = {size_of(args, 1, 1), p.group};
  MOTE_ASSIGN(const Dim filters, product(each));
  MOTE_TRY(check_channels(args, filters, p.group));
  Shape out{size_of(args, 0, 0), filters};
  for (std::size_t d = 0; d < dimensions; ++d) {
    const Dim in = size_of(args, 0, static_cast<int>(d) + 2);
    out.push_back(p.output_shape.empty() ? Dim() : Dim(p.output_shape[d]));
    if (!in.known() || !kernel[d].known()) continue;
    std::int64_t begin = 0;
    MOTE_ASSIGN(out.back(), place(p, dimensions, d, in.size(), kernel[d].size(), begin));
  }
  args.set(0, {dtype, std::move(out)});
  return {};
}

// Its `in` and `out` are this operator's; the ends of the padding do not matter.
Result<Window> window_of(const ConvParams& p, const RunArgs& args) {
  Window w;
  w.in = Dims(spatial(args.in[0].dims));
  w.kernel = Dims(spatial(args.in[1].dims));
  w.out = Dims(spatial(args.out[0].dims));
  MOTE_ASSIGN(w.begin, transposed_begins(p, w.in, w.kernel));
  for (std::size_t d = 0; d < w.in.size(); ++d) {
    w.stride.push_back(entry(p.window.strides, d, 1));
    w.dilation.push_back(entry(p.window.dilations, d, 1));
  }
  return w;
}

// The input pixel that tap `tap` adds to output `out`; -1 if there is none.
std::int64_t source(const Window& w, const Dims& out, const Dims& tap) {
  std::int64_t offset = 0;
  for (int d = 0; d < w.rank(); ++d) {
    const std::int64_t reach = out[d] + w.begin[d] - tap[d] * w.dilation[d];
    if (reach < 0 || reach % w.stride[d] != 0 || reach / w.stride[d] >= w.in[d]) return -1;
    offset = offset * w.in[d] + reach / w.stride[d];
  }
  return offset;
}

Dims zeros_like(Dims dims) {
  for (std::int64_t& i : dims) i = 0;
  return dims;
}

// The output at `at` of channel `m` for image `n`.
template <class T>
T convolve(const Window& w, std::int64_t group, std::int64_t n, std::int64_t m, const Dims& at,
           const RunArgs& args) {
  const std::int64_t depth = args.in[0].dims[1] / group;
  const std::int64_t filters = args.in[1].dims[1];
  const std::int64_t g = m / filters;
  const std::int64_t taps = w.kernel.count();
  const std::int64_t in_size = w.in.count();
  const T* x = args.in[0].as<T>() + (n * group + g) * depth * in_size;
  const T* weights = args.in[1].as<T>() + (g * depth * filters + m % filters) * taps;
  double sum = has_bias(args) ? static_cast<double>(args.in[2].as<T>()[m]) : 0.0;
  Dims tap = zeros_like(w.kernel);
  for (std::int64_t t = 0; t < taps; ++t, advance(tap, w.kernel)) {
    const std::int64_t from = source(w, at, tap);
    for (std::int64_t c = 0; from >= 0 && c < depth; ++c) {
      sum += static_cast<double>(x[c * in_size + from]) *
             static_cast<double>(weights[c * filters * taps + t]);
    }
  }
  return rounded<T>(sum);
}

Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = *static_cast<const ConvParams*>(params);
  MOTE_ASSIGN(const Window w, window_of(p, args));
  return with_dtype(FloatElements{}, args.in[0].dtype, [&]<class T>(T) -> Status {
    const std::int64_t channels = args.out[0].dims[1];
    T* y = args.out[0].as<T>();
    for_each_place(w, args.out[0].dims[0] * channels, args.workers,
                   [&](std::int64_t plane, const Dims& at, std::int64_t i) {
                     y[i] = convolve<T>(w, p.group, plane / channels, plane % channels, at, args);
                   });
    return {};
  });
}

std::int64_t macs(const PrepareArgs& args) {
  return macs_of(args.in_dims(0).count(), args.in_dims(1).count(1, args.in_dims(1).rank()));
}

constexpr int kVersions[] = {1, 11, 22};

constexpr std::string_view kSamples[] = {
    "(x: f32[1,2,3,3], w: f32[2,4,3,3], b: f32[4]) -> (y) { y = ConvTranspose(x, w, b) }",
    "(x: f32[2,4,3,2], w: f32[4,3,3,2]) -> (y) {\n"
    "  y = ConvTranspose(x, w) {group=2, strides=[3, 2], pads=[1, 0, 0, 1], dilations=[1, 2],\n"
    "                           output_padding=[2, 1]} }",
    "(x: f32[1,1,3,3], w: f32[1,2,3,3]) -> (y) {\n"
    "  y = ConvTranspose(x, w) {strides=[3, 2], output_shape=[10, 8], output_padding=[1, 1]} }",
    "(x: f32[1,1,3,4], w: f32[1,2,3,3]) -> (y) {\n"
    "  y = ConvTranspose(x, w) {auto_pad=\"SAME_UPPER\", strides=[2, 2]} }",
    "(x: f64[1,1,3], w: f64[1,2,2]) -> (y) {\n"
    "  y = ConvTranspose(x, w) {auto_pad=\"SAME_LOWER\", strides=[2]} }",
    "(x: f16[1,1,2,2,2], w: f16[1,1,2,2,2]) -> (y) { y = ConvTranspose(x, w) }",
    "(x: bf16[1,2,3], w: bf16[2,1,2]) -> (y) { y = ConvTranspose(x, w) {kernel_shape=[2]} }",
};

}  // namespace

Result<Dims> transposed_begins(const ConvParams& p, const Dims& in, const Dims& kernel) {
  Dims begins;
  for (std::size_t d = 0; d < in.size(); ++d) {
    const int i = static_cast<int>(d);
    begins.push_back(0);
    MOTE_TRY(place(p, in.size(), d, in[i], kernel[i], begins[i]));
  }
  return begins;
}

extern const OpDef kOp_ConvTranspose;
constinit const OpDef kOp_ConvTranspose = {
    .name = "ConvTranspose",
    .min_inputs = 2,
    .max_inputs = 3,
    .parse = parse,
    .infer = infer,
    .reference = reference,
    .macs = macs,
};

extern const OnnxOp kOnnx_ConvTranspose;
constinit const OnnxOp kOnnx_ConvTranspose = {.name = "ConvTranspose", .versions = kVersions};

extern const OpDoc kDoc_ConvTranspose;
constinit const OpDoc kDoc_ConvTranspose = {
    .name = "ConvTranspose",
    .doc =
        "Each input pixel adds `W`, scaled, to the output around `strides` times its position: "
        "the gradient of Conv by its input. `output_shape` sets the size by padding.",
    .samples = kSamples,
};

}  // namespace mote
