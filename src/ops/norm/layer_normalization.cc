// LayerNormalization and RMSNormalization: the last dimensions normalized together.
#include "base/text.h"
#include "ops/norm/moments.h"
#include "ops/norm/norm_step.h"
#include "ops/ops.h"
#include "ops/support/expect_elements.h"
#include "ops/support/shapes.h"
#include "ops/support/strides.h"

namespace mote {
namespace {

struct LayerNormParams : OpParams {
  std::int64_t axis = -1;
  float epsilon = 1e-5F;
  DType stash = DType::kF32;
};

Status read(AttributeReader& r, LayerNormParams& p) {
  p.axis = r.integer("axis", -1);
  p.epsilon = r.real("epsilon", 1e-5F);
  const std::int64_t stash = r.integer("stash_type", 1);
  MOTE_TRY(r.finish());
  for (const DType dtype : {DType::kF32, DType::kF16, DType::kF64, DType::kBF16}) {
    if (stash == static_cast<int>(dtype)) p.stash = dtype;
  }
  if (stash == static_cast<int>(p.stash)) return {};
  return Error{Code::kInvalidArgument, cat("stash_type ", stash, " is not that of a float")};
}

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<LayerNormParams>();
  AttributeReader r(attributes);
  MOTE_TRY(read(r, *p));
  if (p->stash != DType::kF32 && p->stash != DType::kBF16) {
    return Error{Code::kInvalidArgument,
                 cat("stash_type ", static_cast<int>(p->stash), " is not 1 (f32) or 16 (bf16)")};
  }
  return p;
}

// Whatever the stash type, we compute in f64.
Result<std::unique_ptr<const OpParams>> parse_rms(const Attributes& attributes) {
  auto p = std::make_unique<LayerNormParams>();
  AttributeReader r(attributes);
  MOTE_TRY(read(r, *p));
  return p;
}

// input i broadcasts to X one way.
Status check_broadcast(const InferArgs& args, std::size_t i, std::string_view what) {
  if (!args.has(i) || !args.type(i).shape) return {};
  const Shape& x = *args.type(0).shape;
  const Shape& s = *args.type(i).shape;
  bool fits = s.size() <= x.size();
  for (std::size_t d = 0; fits && d < s.size(); ++d) {
    const Dim& have = s[s.size() - 1 - d];
    const Dim& want = x[x.size() - 1 - d];
    fits = !have.known() || have.size() == 1 || !want.known() || have.size() == want.size();
  }
  if (fits) return {};
  return Error{Code::kInvalidArgument, cat(what, " of shape ", to_string(args.type(i)),
                                           " does not broadcast to ", to_string(args.type(0)))};
}

// X: [outer..., inner...], split at axis; Scale, B: broadcast to X.
// Y as X; Mean, InvStdDev: [outer..., 1...].
Status infer(const InferArgs& args) {
  const auto& p = args.params<LayerNormParams>();
  const TensorType& x = args.type(0);
  MOTE_TRY(expect_elements(args, 0, FloatElements{}));
  MOTE_TRY(shared_dtype(args, {0, 1, 2}));
  args.set(0, x);
  if (!x.shape) {
    for (const std::size_t i : {1, 2}) args.set(i, {p.stash, std::nullopt});
    return {};
  }
  MOTE_ASSIGN(const int axis, normalize_axis(p.axis, x.rank()));
  MOTE_TRY(check_broadcast(args, 1, "Scale"));
  MOTE_TRY(check_broadcast(args, 2, "B"));
  Shape outer = *x.shape;
  for (std::size_t d = static_cast<std::size_t>(axis); d < outer.size(); ++d) outer[d] = Dim(1);
  for (const std::size_t i : {1, 2}) args.set(i, {p.stash, outer});
  return {};
}

// X: as above; scale: broadcasts to it. Y: X's shape, scale's element type.
Status infer_rms(const InferArgs& args) {
  const TensorType& x = args.type(0);
  MOTE_TRY(expect_elements(args, 0, FloatElements{}));
  MOTE_TRY(expect_elements(args, 1, FloatElements{}));
  args.set(0, {args.type(1).dtype, x.shape});
  if (!x.shape) return {};
  MOTE_TRY(normalize_axis(args.params<LayerNormParams>().axis, x.rank()));
  return check_broadcast(args, 1, "scale");
}

bool wanted(const RunArgs& args, std::size_t i) {
  return i < args.out.size() && args.out[i].data != nullptr;
}

// T: of X; centered: about the mean.
template <class T, bool kCentered>
void normalize(const LayerNormParams& p, std::int64_t inner, const RunArgs& args) {
  const T* x = args.in[0].as<T>();
  const bool has_bias = args.in.size() > 2 && args.in[2];
  const Dims& dims = args.in[0].dims;
  const Dims scale_step = broadcast_strides(args.in[1].dims, dims);
  const Dims bias_step = has_bias ? broadcast_strides(args.in[2].dims, dims) : scale_step;
  std::int64_t i = 0;
  Moments moments{};
  for_each_offset<2>(dims, {scale_step, bias_step}, [&](const auto& at) {
    if (i % inner == 0) {
      moments = kCentered ? moments_of(x + i, inner) : moments_about_zero(x + i, inner);
      const std::int64_t row = i / inner;
      if (wanted(args, 1)) store_real(args.out[1], row, moments.mean);
      if (wanted(args, 2)) store_real(args.out[2], row, moments.inverse_deviation(p.epsilon));
    }
    // The first stage ends in the element type.
    const double first =
        (static_cast<double>(x[i]) - moments.mean) * moments.inverse_deviation(p.epsilon);
    double value = static_cast<double>(rounded<T>(first)) * load_real(args.in[1], at[0]);
    if (has_bias) value += load_real(args.in[2], at[1]);
    if (wanted(args, 0)) store_real(args.out[0], i, value);
    ++i;
  });
}

template <bool kCentered>
Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = *static_cast<const LayerNormParams*>(params);
  const Dims& dims = args.in[0].dims;
  MOTE_ASSIGN(const int axis, normalize_axis(p.axis, dims.rank()));
  return with_dtype(FloatElements{}, args.in[0].dtype, [&]<class T>(T) -> Status {
    normalize<T, kCentered>(p, dims.count(axis, dims.rank()), args);
    return {};
  });
}

// `dims` are the normalized ones of x, after ones.
bool covers(const Dims& dims, const Dims& x, int axis) {
  const int missing = x.rank() - dims.rank();
  for (int d = 0; d < x.rank(); ++d) {
    const std::int64_t size = d < missing ? 1 : dims[d - missing];
    if (size != (d < axis ? 1 : x[d])) return false;
  }
  return true;
}

template <bool kCentered>
Result<std::unique_ptr<Step>> prepare(const PrepareArgs& args) {
  const auto& p = args.params<LayerNormParams>();
  const Dims x = args.in_dims(0);
  MOTE_ASSIGN(const int axis, normalize_axis(p.axis, x.rank()));
  const bool dense =
      covers(args.in_dims(1), x, axis) && (!args.has(2) || covers(args.in_dims(2), x, axis));
  const bool f32 = args.in_dtype(0) == DType::kF32 && args.in_dtype(1) == DType::kF32;
  if (!f32 || p.stash != DType::kF32 || x.count() == 0 || !dense) return std::unique_ptr<Step>();
  NormGeometry g;
  g.centered = kCentered;
  g.rows = x.count(0, axis);
  g.run = g.scales = x.count(axis, x.rank());
  return make_norm_step(args.kernels, g, p.epsilon);
}

// Before ONNX had it, ONNX Runtime put it into models of any opset of ONNX's domain.
constexpr int kVersions[] = {1, 17};
constexpr int kRmsVersions[] = {23};

constexpr std::string_view kSamples[] = {
    "(x: f32[2,3,50], s: f32[50], b: f32[50]) -> (y, m, i) {\n"
    "  y, m, i = LayerNormalization(x, s, b) }",
    "(x: f32[2,3,4,5], s: f32[4,5]) -> (y) { y = LayerNormalization(x, s) {axis=2} }",
    "(x: f32[3,2000], s: f32[2000]) -> (y, m, i) {\n"
    "  y, m, i = LayerNormalization(x, s) {axis=-1, epsilon=0.01} }",
    "(x: f32[2,3,4], s: f32[3,1], b: f32[]) -> (y, i) {\n"
    "  y, _, i = LayerNormalization(x, s, b) {axis=0} }",
    "(x: f64[2,5], s: f64[5], b: f64[5]) -> (y) { y = LayerNormalization(x, s, b) }",
    "(x: f16[2,5], s: f16[5], b: f16[5]) -> (y, m) { y, m = LayerNormalization(x, s, b) }",
    "(x: bf16[2,5], s: bf16[5]) -> (y, m) { y, m = LayerNormalization(x, s) {stash_type=16} }",
    "(x: f32[0,5], s: f32[5]) -> (y) { y = LayerNormalization(x, s) }",
};
constexpr std::string_view kRmsSamples[] = {
    "(x: f32[2,3,50], s: f32[50]) -> (y) { y = RMSNormalization(x, s) }",
    "(x: f32[2,3,4,5], s: f32[4,5]) -> (y) { y = RMSNormalization(x, s) {axis=2} }",
    "(x: f32[3,2000], s: f32[2000]) -> (y) { y = RMSNormalization(x, s) {axis=1, epsilon=0.01} }",
    "(x: f32[2,3,4], s: f32[3,1]) -> (y) { y = RMSNormalization(x, s) {axis=0} }",
    "(x: f32[2,3], s: f32[]) -> (y) { y = RMSNormalization(x, s) }",
    "(x: f64[2,5], s: f64[5]) -> (y) { y = RMSNormalization(x, s) }",
    "(x: f16[2,5], s: f32[5]) -> (y) { y = RMSNormalization(x, s) }",
    "(x: bf16[2,5], s: bf16[5]) -> (y) { y = RMSNormalization(x, s) {stash_type=16} }",
    "(x: f32[0,5], s: f32[5]) -> (y) { y = RMSNormalization(x, s) }",
};

}  // namespace

extern const OpDef kOp_LayerNormalization;
constinit const OpDef kOp_LayerNormalization = {
    .name = "LayerNormalization",
    .min_inputs = 2,
    .max_inputs = 3,
    .max_outputs = 3,
    .parse = parse,
    .infer = infer,
    .reference = reference<true>,
    .prepare = prepare<true>,
};
extern const OpDef kOp_RMSNormalization;
constinit const OpDef kOp_RMSNormalization = {
    .name = "RMSNormalization",
    .min_inputs = 2,
    .max_inputs = 2,
    .parse = parse_rms,
    .infer = infer_rms,
    .reference = reference<false>,
    .prepare = prepare<false>,
};

extern const OnnxOp kOnnx_LayerNormalization;
constinit const OnnxOp kOnnx_LayerNormalization = {.name = "LayerNormalization",
                                                   .versions = kVersions};
extern const OnnxOp kOnnx_RMSNormalization;
constinit const OnnxOp kOnnx_RMSNormalization = {.name = "RMSNormalization",
                                                 .versions = kRmsVersions};

extern const OpDoc kDoc_LayerNormalization;
constinit const OpDoc kDoc_LayerNormalization = {
    .name = "LayerNormalization",
    .doc =
        "The dimensions from `axis` on, normalized to mean 0 and variance 1, then scaled and "
        "shifted.",
    .samples = kSamples,
};
extern const OpDoc kDoc_RMSNormalization;
constinit const OpDoc kDoc_RMSNormalization = {
    .name = "RMSNormalization",
    .doc =
        "The dimensions from `axis` on, divided by the root of the mean of their squares, then "
        "scaled.",
    .samples = kRmsSamples,
};

}  // namespace mote
