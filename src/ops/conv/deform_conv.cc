// DeformConv: convolution whose windows look where an input says.
#include "ops/conv/deform_conv.h"

#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/expect_elements.h"

namespace mote {
namespace {

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<DeformConvParams>();
  AttributeReader r(attributes);
  MOTE_TRY(read_conv(r, *p));
  p->offset_group = r.integer("offset_group", 1);
  MOTE_TRY(r.finish());
  if (p->offset_group < 1) {
    return Error{Code::kInvalidArgument, cat("offset_group ", p->offset_group, " is not positive")};
  }
  return p;
}

Status expect_divides(std::string_view what, std::int64_t groups, const Dim& size,
                      std::string_view of) {
  if (!size.known() || size.size() % groups == 0) return {};
  return Error{Code::kInvalidArgument,
               cat(what, " ", groups, " does not divide ", size.size(), " ", of)};
}

Status check_channels(const InferArgs& args, const DeformConvParams& p) {
  const Dim channels = size_of(args, kDeformX, 1);
  const Dim filters = size_of(args, kDeformW, 0);
  const Dim depth = size_of(args, kDeformW, 1);
  MOTE_TRY(expect_divides("group", p.group, channels, "channels"));
  MOTE_TRY(expect_divides("group", p.group, filters, "filters"));
  MOTE_TRY(expect_divides("offset_group", p.offset_group, channels, "channels"));
  if (channels.known() && depth.known() && channels.size() / p.group != depth.size()) {
    return Error{Code::kInvalidArgument, cat("W takes ", depth.size(), " channels for each of ",
                                             p.group, " groups, X has ", channels.size())};
  }
  return expect_vector(args, kDeformB, filters, "B");
}

// [N, rows for each tap of each offset group, O...]
Status expect_field(const InferArgs& args, std::size_t i, const Dim& taps, std::int64_t rows,
                    std::span<const Dim> sizes, std::string_view what) {
  const int rank = static_cast<int>(sizes.size()) + 2;
  MOTE_TRY(expect_rank(args, i, rank, what));
  MOTE_TRY(expect_size(args, i, 0, size_of(args, kDeformX, 0), what));
  const Dim factors[] = {taps, Dim(rows)};
  MOTE_ASSIGN(const Dim all, product(factors));
  MOTE_TRY(expect_size(args, i, 1, all, what));
  for (int d = 2; d < rank; ++d) {
    MOTE_TRY(expect_size(args, i, d, sizes[static_cast<std::size_t>(d - 2)], what));
  }
  return {};
}

// X: [N, C, D...]; W: [M, C/group, kernel...]; offset: [N, offset_group * taps * dimensions, O...];
// B: [M], optional; mask: [N, offset_group * taps, O...], optional. Y: [N, M, O...].
Status infer(const InferArgs& args) {
  const auto& p = args.params<DeformConvParams>();
  MOTE_TRY(expect_elements(args, kDeformX, FloatElements{}));
  MOTE_ASSIGN(const DType dtype,
              shared_dtype(args, {kDeformX, kDeformW, kDeformOffset, kDeformB, kDeformMask}));
  MOTE_ASSIGN(const int rank, conv_rank(args, p));
  if (rank < 0) {
    args.set(0, {dtype, std::nullopt});
    return {};
  }
  MOTE_TRY(check_channels(args, p));
  MOTE_ASSIGN(const Shape kernel, conv_kernel(args, p, rank));
  Shape in(static_cast<std::size_t>(rank - 2));
  for (int d = 2; d < rank; ++d) in[static_cast<std::size_t>(d - 2)] = size_of(args, kDeformX, d);
  MOTE_ASSIGN(const Shape sizes, window_output(p.window, in, kernel));
  MOTE_ASSIGN(const Dim taps, product(kernel));
  std::int64_t coordinates = 0;
  if (__builtin_mul_overflow(p.offset_group, std::int64_t{rank - 2}, &coordinates)) {
    return Error{Code::kInvalidArgument, cat("offset_group ", p.offset_group, " is too large")};
  }
  MOTE_TRY(expect_field(args, kDeformOffset, taps, coordinates, sizes, "offset"));
  MOTE_TRY(expect_field(args, kDeformMask, taps, p.offset_group, sizes, "mask"));
  Shape out{size_of(args, kDeformX, 0), size_of(args, kDeformW, 0)};
  out.insert(out.end(), sizes.begin(), sizes.end());
  args.set(0, {dtype, std::move(out)});
  return {};
}

// The output at `to`, place `place`, of filter `filter` over image `n`.
template <class T>
T convolve(const DeformConvParams& p, const Window& w, const RunArgs& args,
           const DeformField<T>& field, std::int64_t plane, const Dims& to, std::int64_t place) {
  const std::int64_t channels = args.in[kDeformX].dims[1];
  const std::int64_t filters = args.in[kDeformW].dims[0];
  const std::int64_t depth = args.in[kDeformW].dims[1];
  const std::int64_t together = channels / p.offset_group;  // channels of an offset group
  const std::int64_t n = plane / filters;
  const std::int64_t filter = plane % filters;
  const std::int64_t first = filter / (filters / p.group) * depth;
  const T* x = args.in[kDeformX].as<T>() + n * channels * w.in.count();
  const std::int64_t taps = w.kernel.count();
  const T* weights = args.in[kDeformW].as<T>() + filter * depth * taps;
  const TensorView bias = optional_input(args, kDeformB);
  double sum = bias ? static_cast<double>(bias.as<T>()[filter]) : 0.0;
  Corners corners;
  Dims at = w.kernel;
  for (std::int64_t& i : at) i = 0;
  for (std::int64_t tap = 0; tap < taps; ++tap, advance(at, w.kernel)) {
    for (std::int64_t c = 0; c < depth; ++c) {
      const std::int64_t channel = first + c;
      if (c == 0 || channel % together == 0) {
        field.look(n, channel / together, tap, at, place, to, corners);
      }
      sum +=
          static_cast<double>(weights[c * taps + tap]) * corners.value(x + channel * w.in.count());
    }
  }
  return rounded<T>(sum);
}

Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = *static_cast<const DeformConvParams*>(params);
  MOTE_ASSIGN(const Window w, make_window(p.window, spatial(args.in[kDeformX].dims),
                                          spatial(args.in[kDeformW].dims)));
  return with_dtype(FloatElements{}, args.in[kDeformX].dtype, [&](auto t) -> Status {
    using T = decltype(t);
    const DeformField<T> field(p, w, args);
    const std::int64_t planes = args.out[0].dims[0] * args.out[0].dims[1];
    const std::int64_t places = w.out.count();
    T* y = args.out[0].as<T>();
    for_each_place(w, planes, args.workers,
                   [&](std::int64_t plane, const Dims& at, std::int64_t i) {
                     y[i] = convolve<T>(p, w, args, field, plane, at, i % places);
                   });
    return {};
  });
}

std::int64_t macs(const PrepareArgs& args) {
  const Dims w = args.in_dims(kDeformW);
  return macs_of(args.out_dims(0).count(), w.count(1, w.rank()));
}

constexpr int kVersions[] = {19, 22};

constexpr std::string_view kSamples[] = {
    "(x: f32[1,2,5,4], f: f32[1,18,3,2]) -> (y) { w: f32[3,2,3,3] = {random 1}\n"
    "  y = DeformConv(x, w, f) }",
    "(x: f32[2,4,4,5], f: f32[2,16,3,2], b: f32[6], m: f32[2,8,3,2]) -> (y) {\n"
    "  w: f32[6,2,2,2] = {random 1}\n"
    "  y = DeformConv(x, w, f, b, m) {group=2, offset_group=2, strides=[2, 2], pads=[1, 0, 1, 0],\n"
    "  dilations=[1, 2]} }",
    "(x: f32[1,2,6], w: f32[2,2,2], f: f32[1,2,5]) -> (y) { y = DeformConv(x, w, f) }",
    "(x: f32[1,4,4,4], w: f32[2,4,1,1], f: f32[1,8,4,4], b: f32[2]) -> (y) {\n"
    "  y = DeformConv(x, w, f, b) {offset_group=4} }",
    "(x: f64[1,1,3,3,3], w: f64[1,1,2,2,2], f: f64[1,24,2,2,2]) -> (y) {\n"
    "  y = DeformConv(x, w, f) }",
    "(x: f16[1,1,3,3], w: f16[1,1,2,2], f: f16[1,8,2,2]) -> (y) { y = DeformConv(x, w, f) }",
    "(x: bf16[1,1,3,3], w: bf16[1,1,2,2], f: bf16[1,8,2,2]) -> (y) { y = DeformConv(x, w, f) }",
    "(x: f32[0,1,3,3], w: f32[1,1,2,2], f: f32[0,8,2,2]) -> (y) { y = DeformConv(x, w, f) }",
};

}  // namespace

extern const OpDef kOp_DeformConv;
constinit const OpDef kOp_DeformConv = {
    .name = "DeformConv",
    .min_inputs = 3,
    .max_inputs = 5,
    .parse = parse,
    .infer = infer,
    .reference = reference,
    .prepare = prepare_deform_conv,
    .macs = macs,
};

extern const OnnxOp kOnnx_DeformConv;
constinit const OnnxOp kOnnx_DeformConv = {.name = "DeformConv", .versions = kVersions};

extern const OpDoc kDoc_DeformConv;
constinit const OpDoc kDoc_DeformConv = {
    .name = "DeformConv",
    .doc =
        "Convolution whose taps are moved by `offset`, read by linear interpolation (0 outside) "
        "and multiplied with `mask`. Each of `offset_group` groups of channels has its own.",
    .samples = kSamples,
};

}  // namespace mote
