// QLinearAveragePool, QLinearGlobalAveragePool: means of quantized images.
#include <algorithm>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/quantize/qlinear_pool_step.h"
#include "ops/quantize/quantized.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

Result<std::unique_ptr<const OpParams>> parse_window(const Attributes& attributes) {
  auto p = std::make_unique<QPoolParams>();
  AttributeReader r(attributes);
  MOTE_TRY(read_pool(r, *p));
  p->count_include_pad = r.flag("count_include_pad", false);
  p->channels_last = r.flag("channels_last", false);
  MOTE_TRY(r.finish());
  return p;
}

Result<std::unique_ptr<const OpParams>> parse_global(const Attributes& attributes) {
  auto p = std::make_unique<QPoolParams>();
  AttributeReader r(attributes);
  p->channels_last = r.flag("channels_last", false);
  MOTE_TRY(r.finish());
  return p;
}

// [N, C, sizes...], or [N, sizes..., C].
Shape assembled(const InferArgs& args, int rank, const Shape& sizes, bool channels_last) {
  const Dim channels = size_of(args, 0, channels_last ? rank - 1 : 1);
  Shape out{size_of(args, 0, 0)};
  if (!channels_last) out.push_back(channels);
  out.insert(out.end(), sizes.begin(), sizes.end());
  if (channels_last) out.push_back(channels);
  return out;
}

// X: [N, C, D...], or [N, D..., C] with channels_last. Y: as X, with O... for D....
Status infer_window(const InferArgs& args) {
  MOTE_TRY(expect_requantized(args));
  const auto& p = args.params<QPoolParams>();
  const Shape kernel(p.window.kernel_shape.begin(), p.window.kernel_shape.end());
  const int rank = static_cast<int>(kernel.size()) + 2;
  if (rank < 3 || rank > kMaxRank) {
    return Error{Code::kInvalidArgument, cat("kernel_shape has ", kernel.size(), " values")};
  }
  MOTE_TRY(expect_rank(args, 0, rank, "X"));
  Shape in;
  const int first = p.channels_last ? 1 : 2;
  for (int d = first; d < first + rank - 2; ++d) in.push_back(size_of(args, 0, d));
  MOTE_ASSIGN(const Shape sizes, window_output(p.window, in, kernel));
  args.set(0, {args.type(0).dtype, assembled(args, rank, sizes, p.channels_last)});
  return {};
}

Status infer_global(const InferArgs& args) {
  MOTE_TRY(expect_requantized(args));
  const TensorType& x = args.type(0);
  if (!x.shape) {
    args.set(0, {x.dtype, std::nullopt});
    return {};
  }
  if (x.rank() < 2) {
    return Error{Code::kInvalidArgument, cat("X has rank ", x.rank(), ", less than 2")};
  }
  const Shape ones(x.shape->size() - 2, Dim(1));
  args.set(0, {x.dtype, assembled(args, x.rank(), ones, args.params<QPoolParams>().channels_last)});
  return {};
}

// -- reference

struct Scales {
  Affine x, y;
  IntegerRange range;

  std::int32_t mean(std::int64_t sum, std::int64_t count) const {
    const std::int64_t taps = std::max<std::int64_t>(count, 1);
    return Requantize{mean_factor(x.scale, y.scale, taps), y.zero_point, range}(sum);
  }
};

Result<Scales> scales_of(const RunArgs& args) {
  Scales s;
  MOTE_ASSIGN(s.x, load_affine(args, 1, 2));
  MOTE_ASSIGN(s.y, load_affine(args, 3, 4));
  s.range = range_of(args.out[0].dtype);
  return s;
}

// Channels whose sums grow together where they are neighbours.
constexpr std::int64_t kChannels = 64;

// The outputs of `channels` channels, at most kChannels, at place `at`. x: the first of them in
// their image; its places are x_place apart, theirs in y are neighbours.
template <class T>
void pool_at(const QPoolParams& p, const Window& w, const Dims& at, const Scales& s, const T* x,
             std::int64_t x_place, std::int64_t channels, std::uint8_t* y) {
  std::int64_t sums[kChannels] = {};
  std::int64_t taps = 0;
  for_each_tap(w, at, [&](std::int64_t, std::int64_t place) {
    const T* from = x + place * x_place;
    for (std::int64_t c = 0; c < channels; ++c) sums[c] += from[c];
    ++taps;
  });
  const std::int64_t count = p.count_include_pad ? padded_taps(w, at) : taps;
  for (std::int64_t c = 0; c < channels; ++c) {
    y[c] = static_cast<std::uint8_t>(s.mean(sums[c] - taps * s.x.zero_point, count));
  }
}

Status reference_window(const OpParams* params, const RunArgs& args) {
  const auto& p = *static_cast<const QPoolParams*>(params);
  const Dims& dims = args.in[0].dims;
  const auto spatial =
      std::span<const std::int64_t>(dims).subspan(p.channels_last ? 1 : 2, dims.size() - 2);
  MOTE_ASSIGN(const Window w, make_window(p.window, spatial, p.window.kernel_shape));
  MOTE_ASSIGN(const Scales s, scales_of(args));
  if (args.out[0].dims.count() == 0) return {};
  // Channels first: each is a plane of its own.
  const std::int64_t together = p.channels_last ? dims[dims.rank() - 1] : 1;
  const std::int64_t planes = p.channels_last ? dims[0] : dims[0] * dims[1];
  return with_dtype(ByteElements{}, args.in[0].dtype, [&]<class T>(T) -> Status {
    for_each_place(
        w, planes, args.workers, [&](std::int64_t plane, const Dims& at, std::int64_t i) {
          const T* x = args.in[0].as<T>() + plane * w.in.count() * together;
          auto* y = args.out[0].as<std::uint8_t>() + i * together;
          for (std::int64_t c = 0; c < together; c += kChannels) {
            pool_at(p, w, at, s, x + c, together, std::min(kChannels, together - c), y + c);
          }
        });
    return {};
  });
}

Status reference_global(const OpParams* params, const RunArgs& args) {
  const bool last = static_cast<const QPoolParams*>(params)->channels_last;
  const Dims& dims = args.in[0].dims;
  const std::int64_t channels = dims[last ? dims.rank() - 1 : 1];
  const std::int64_t places = last ? dims.count(1, dims.rank() - 1) : dims.count(2, dims.rank());
  MOTE_ASSIGN(const Scales s, scales_of(args));
  constexpr std::int64_t kWork = 1 << 14;
  const std::int64_t grain = std::max<std::int64_t>(1, kWork / std::max<std::int64_t>(places, 1));
  return with_dtype(ByteElements{}, args.in[0].dtype, [&]<class T>(T) -> Status {
    args.workers.for_each_range(
        dims[0] * channels, grain, [&](std::int64_t begin, std::int64_t end) {
          for (std::int64_t i = begin; i < end; ++i) {
            const std::int64_t step = last ? channels : 1;
            const T* x = args.in[0].as<T>() + i / channels * channels * places +
                         (last ? i % channels : i % channels * places);
            std::int64_t sum = -places * s.x.zero_point;
            for (std::int64_t k = 0; k < places; ++k) sum += x[k * step];
            args.out[0].as<std::uint8_t>()[i] = static_cast<std::uint8_t>(s.mean(sum, places));
          }
        });
    return {};
  });
}

constexpr int kVersions[] = {1};

#define MOTE_QPOOL_SCALES "  xs: f32[] = {0.1} xz: u8[] = {3} ys: f32[] = {0.02} yz: u8[] = {50}\n"
constexpr std::string_view kWindowSamples[] = {
    "(x: u8[2,3,5,6]) -> (y) {\n" MOTE_QPOOL_SCALES
    "  y = com.microsoft.QLinearAveragePool(x, xs, xz, ys, yz)\n"
    "      {kernel_shape=[3, 2], strides=[2, 1], pads=[1, 0, 1, 1]} }",
    "(x: u8[1,5,6,70]) -> (y) {\n" MOTE_QPOOL_SCALES
    "  y = com.microsoft.QLinearAveragePool(x, xs, xz, ys, yz)\n"
    "      {kernel_shape=[3, 3], pads=[1, 1, 1, 1], channels_last=1, count_include_pad=1} }",
    "(x: s8[2,7,6,21]) -> (y) {\n"
    "  xs: f32[] = {0.1} xz: s8[] = {-3} ys: f32[] = {0.02} yz: s8[] = {50}\n"
    "  y = com.microsoft.QLinearAveragePool(x, xs, xz, ys, yz)\n"
    "      {kernel_shape=[3, 2], strides=[2, 2], pads=[1, 0, 1, 1], ceil_mode=1,\n"
    "       channels_last=1} }",
    "(x: s8[1,2,9], xs: f32[1], ys: f32[1]) -> (y) {\n"
    "  y = com.microsoft.QLinearAveragePool(x, xs, _, ys)\n"
    "      {kernel_shape=[4], strides=[2], ceil_mode=1} }",
    "(x: u8[1,0,4]) -> (y) {\n" MOTE_QPOOL_SCALES
    "  y = com.microsoft.QLinearAveragePool(x, xs, xz, ys, yz) {kernel_shape=[2]} }",
};
constexpr std::string_view kGlobalSamples[] = {
    "(x: u8[2,3,5,6]) -> (y) {\n" MOTE_QPOOL_SCALES
    "  y = com.microsoft.QLinearGlobalAveragePool(x, xs, xz, ys, yz) }",
    "(x: u8[2,7,7,33]) -> (y) {\n" MOTE_QPOOL_SCALES
    "  y = com.microsoft.QLinearGlobalAveragePool(x, xs, xz, ys, yz) {channels_last=1} }",
    "(x: s8[1,20,30,70]) -> (y) {\n"
    "  xs: f32[] = {0.1} xz: s8[] = {-3} ys: f32[] = {0.02} yz: s8[] = {50}\n"
    "  y = com.microsoft.QLinearGlobalAveragePool(x, xs, xz, ys, yz) {channels_last=1} }",
    "(x: u8[1,3,0]) -> (y) {\n" MOTE_QPOOL_SCALES
    "  y = com.microsoft.QLinearGlobalAveragePool(x, xs, xz, ys, yz) }",
};

}  // namespace

extern const OpDef kOp_com_microsoft_QLinearAveragePool;
constinit const OpDef kOp_com_microsoft_QLinearAveragePool = {
    .name = "QLinearAveragePool",
    .domain = "com.microsoft",
    .min_inputs = 2,
    .max_inputs = 5,
    .parse = parse_window,
    .infer = infer_window,
    .reference = reference_window,
    .prepare = prepare_qlinear_pool,
    .windowed = true,
};
extern const OpDef kOp_com_microsoft_QLinearGlobalAveragePool;
constinit const OpDef kOp_com_microsoft_QLinearGlobalAveragePool = {
    .name = "QLinearGlobalAveragePool",
    .domain = "com.microsoft",
    .min_inputs = 2,
    .max_inputs = 5,
    .parse = parse_global,
    .infer = infer_global,
    .reference = reference_global,
    .prepare = prepare_qlinear_global_pool,
};

extern const OnnxOp kOnnx_com_microsoft_QLinearAveragePool;
constinit const OnnxOp kOnnx_com_microsoft_QLinearAveragePool = {
    .name = "QLinearAveragePool", .domain = "com.microsoft", .versions = kVersions};
extern const OnnxOp kOnnx_com_microsoft_QLinearGlobalAveragePool;
constinit const OnnxOp kOnnx_com_microsoft_QLinearGlobalAveragePool = {
    .name = "QLinearGlobalAveragePool", .domain = "com.microsoft", .versions = kVersions};

extern const OpDoc kDoc_com_microsoft_QLinearAveragePool;
constinit const OpDoc kDoc_com_microsoft_QLinearAveragePool = {
    .name = "QLinearAveragePool",
    .domain = "com.microsoft",
    .doc =
        "AveragePool of a quantized tensor: exact sums, one factor. Over [N, D..., C] with "
        "channels_last.",
    .samples = kWindowSamples,
};
extern const OpDoc kDoc_com_microsoft_QLinearGlobalAveragePool;
constinit const OpDoc kDoc_com_microsoft_QLinearGlobalAveragePool = {
    .name = "QLinearGlobalAveragePool",
    .domain = "com.microsoft",
    .doc =
        "GlobalAveragePool of a quantized tensor: exact sums, one factor. Over [N, D..., C] with "
        "channels_last.",
    .samples = kGlobalSamples,
};

}  // namespace mote
