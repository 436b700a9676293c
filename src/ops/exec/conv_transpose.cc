// mote.ConvTranspose: transposed convolution of channels-last images with what may follow it.
#include "base/text.h"
#include "ops/exec/transposed_geometry.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/shapes.h"
#include "ops/support/window.h"

namespace mote {
namespace {

constexpr std::int64_t kMost = std::int64_t{1} << 31;

Result<std::array<std::int64_t, 2>> read_pair(AttributeReader& r, std::string_view name,
                                              std::int64_t absent, std::int64_t low,
                                              std::int64_t most = kMost) {
  const std::vector<std::int64_t> list = r.integers(name, {absent, absent});
  if (list.size() != 2) {
    return Error{Code::kInvalidArgument, cat(name, " has ", list.size(), " entries, not 2")};
  }
  for (const std::int64_t v : list) {
    if (v >= low && v <= most) continue;
    return Error{Code::kInvalidArgument,
                 cat(name, " has ", v, ", which is outside [", low, ", ", most, "]")};
  }
  return std::array{list[0], list[1]};
}

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<TransposedParams>();
  AttributeReader r(attributes);
  MOTE_ASSIGN(p->stride, read_pair(r, "strides", 1, 1, kMostStride));
  MOTE_ASSIGN(p->dilation, read_pair(r, "dilations", 1, 1));
  MOTE_ASSIGN(p->begin, read_pair(r, "begins", 0, -kMost));
  MOTE_ASSIGN(p->out, read_pair(r, "output_shape", 1, 1));
  MOTE_TRY(read_activation(r, p->activation));
  p->group = r.integer("group", 1);
  MOTE_TRY(r.finish());
  if (p->group >= 1) return p;
  return Error{Code::kInvalidArgument, cat("group ", p->group, " is not positive")};
}

// x: [N, H, W, C]; w: [C, O/group, KH, KW]; bias: [O]; residual as y. y: [N, OH, OW, O].
Status infer(const InferArgs& args) {
  const auto& p = args.params<TransposedParams>();
  for (const std::size_t i : {0, 1, 2, 3}) MOTE_TRY(expect_dtype(args, i, {DType::kF32}));
  MOTE_TRY(expect_rank(args, 0, 4, "x"));
  MOTE_TRY(expect_rank(args, 1, 4, "w"));
  for (const int d : {2, 3}) {
    const Dim size = size_of(args, 1, d);
    if (!size.known() || size.size() <= kMostTaps) continue;
    return Error{Code::kInvalidArgument, cat("a kernel of ", size.size(), ", over ", kMostTaps)};
  }
  const Dim channels = size_of(args, 0, 3);
  MOTE_TRY(expect_size(args, 1, 0, channels, "w"));
  if (channels.known() && channels.size() % p.group != 0) {
    return Error{Code::kInvalidArgument,
                 cat("group ", p.group, " does not divide ", channels.size(), " channels")};
  }
  const Dim each[] = {size_of(args, 1, 1), p.group};
  MOTE_ASSIGN(const Dim filters, product(each));
  MOTE_TRY(expect_vector(args, 2, filters, "bias"));
  const Shape out{size_of(args, 0, 0), p.out[0], p.out[1], filters};
  MOTE_TRY(expect_rank(args, 3, 4, "residual"));
  for (int d = 0; d < 4; ++d) {
    MOTE_TRY(expect_size(args, 3, d, out[static_cast<std::size_t>(d)], "residual"));
  }
  args.set(0, {DType::kF32, out});
  return {};
}

// Output channel `o` at output pixel (y, x) of `image`, without bias.
double summed(const TransposedGeometry& g, const float* image, const float* w, std::int64_t y,
              std::int64_t x, std::int64_t o) {
  const std::int64_t first = o / g.group_filters() * g.depth();
  double sum = 0;
  for (const PhaseTap& ty : g.taps_of(0, y)) {
    const std::int64_t in_y = y / g.stride[0] + ty.offset;
    if (in_y < 0 || in_y >= g.in[0]) continue;
    for (const PhaseTap& tx : g.taps_of(1, x)) {
      const std::int64_t in_x = x / g.stride[1] + tx.offset;
      if (in_x < 0 || in_x >= g.in[1]) continue;
      const float* pixel = image + (in_y * g.in[1] + in_x) * g.channels + first;
      const std::int64_t tap = ty.tap * g.kernel[1] + tx.tap;
      for (std::int64_t c = 0; c < g.depth(); ++c) {
        sum +=
            static_cast<double>(pixel[c]) * static_cast<double>(w[g.weight_at(first + c, o, tap)]);
      }
    }
  }
  return sum;
}

Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = *static_cast<const TransposedParams*>(params);
  const TransposedGeometry g(p, args.in[0].dims, args.in[1].dims);
  const auto optional = [&](std::size_t i) {
    return i < args.in.size() && args.in[i] ? args.in[i].as<float>() : nullptr;
  };
  const float* bias = optional(2);
  const float* residual = optional(3);
  auto* to = args.out[0].as<float>();
  const std::int64_t grain = outputs_at_once(g.kernel[0] * g.kernel[1]);
  const std::int64_t elements = g.images * g.out[0] * g.out[1] * g.filters;
  args.workers.for_each_range(elements, grain, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const std::int64_t o = i % g.filters, x = i / g.filters % g.out[1];
      const std::int64_t row = i / g.filters / g.out[1];
      const auto* image = args.in[0].as<float>() + row / g.out[0] * g.in[0] * g.in[1] * g.channels;
      double sum = summed(g, image, args.in[1].as<float>(), row % g.out[0], x, o);
      if (bias != nullptr) sum += static_cast<double>(bias[o]);
      if (residual != nullptr) sum += static_cast<double>(residual[i]);
      to[i] = static_cast<float>(activate(p.activation, sum));
    }
  });
  return {};
}

Result<std::unique_ptr<Step>> prepare(const PrepareArgs& args) {
  return prepare_transposed(args.params<TransposedParams>(), args);
}

std::int64_t macs(const PrepareArgs& args) {
  return macs_of(args.in_dims(0).count(), args.in_dims(1).count(1, 4));
}

constexpr std::string_view kSamples[] = {
    "(x: f32[2,5,6,7]) -> (y) {\n"
    "  w: f32[7,19,2,2] = {random 1} b: f32[19] = {random 2}\n"
    "  y = mote.ConvTranspose(x, w, b) {strides=[2, 2], output_shape=[10, 12]} }",
    "(x: f32[1,7,5,12], r: f32[1,14,10,9]) -> (y) {\n"
    "  w: f32[12,9,4,4] = {random 3}\n"
    "  y = mote.ConvTranspose(x, w, _, r) {strides=[2, 2], begins=[1, 1],\n"
    "    output_shape=[14, 10], activation=\"LeakyRelu\", activation_a=0.2} }",
    // some phases without taps, some pixels without any
    "(x: f32[1,3,4,6]) -> (y) {\n"
    "  w: f32[6,2,2,1] = {random 4} b: f32[6] = {random 5}\n"
    "  y = mote.ConvTranspose(x, w, b) {strides=[3, 2], begins=[-1, 0], group=3,\n"
    "    output_shape=[11, 9], activation=\"Clamp\", activation_a=0.0, activation_b=6.0} }",
    "(x: f32[1,4,4,5]) -> (y) {\n"
    "  w: f32[5,3,3,3] = {random 6}\n"
    "  y = mote.ConvTranspose(x, w) {strides=[2, 1], dilations=[2, 3], begins=[2, 1],\n"
    "    output_shape=[8, 9]} }",
    "(x: f32[1,3,3,4]) -> (y) {\n"
    "  w: f32[4,1,3,3] = {random 7}\n"
    "  y = mote.ConvTranspose(x, w) {group=4, strides=[2, 2], output_shape=[7, 7]} }",
    "(x: f32[1,2,2,3], w: f32[3,2,2,2]) -> (y) {\n"
    "  y = mote.ConvTranspose(x, w) {output_shape=[3, 3]} }",
    "(x: f32[0,2,2,3]) -> (y) {\n"
    "  w: f32[3,2,2,2] = {random 8} y = mote.ConvTranspose(x, w) {output_shape=[3, 3]} }",
};

}  // namespace

extern const OpDef kOp_mote_ConvTranspose;
constinit const OpDef kOp_mote_ConvTranspose = {
    .name = "ConvTranspose",
    .domain = "mote",
    .min_inputs = 2,
    .max_inputs = 4,
    .parse = parse,
    .infer = infer,
    .reference = reference,
    .prepare = prepare,
    .macs = macs,
    .windowed = true,
};

extern const OpDoc kDoc_mote_ConvTranspose;
constinit const OpDoc kDoc_mote_ConvTranspose = {
    .name = "ConvTranspose",
    .domain = "mote",
    .doc =
        "Transposed convolution of channels-last images, `x`: [N, H, W, C] with `w`: [C, O/group, "
        "KH, KW], to `output_shape`; input pixel i and tap k meet output pixel i * stride + k * "
        "dilation - begin; then bias, residual sum and activation.",
    .samples = kSamples,
};

}  // namespace mote
