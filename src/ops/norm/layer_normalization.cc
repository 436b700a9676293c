// LayerNormalization: the last dimensions normalized together.
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

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<LayerNormParams>();
  AttributeReader r(attributes);
  p->axis = r.integer("axis", -1);
  p->epsilon = r.real("epsilon", 1e-5F);
  const std::int64_t stash = r.integer("stash_type", 1);
  MOTE_TRY(r.finish());
  if (stash != static_cast<int>(DType::kF32) && stash != static_cast<int>(DType::kBF16)) {
    return Error{Code::kInvalidArgument, cat("stash_type ", stash, " is not 1 (f32) or 16 (bf16)")};
  }
  p->stash = static_cast<DType>(stash);
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

bool wanted(const RunArgs& args, std::size_t i) {
  return i < args.out.size() && args.out[i].data != nullptr;
}

template <class T>
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
      moments = moments_of(x + i, inner);
      const std::int64_t row = i / inner;
      if (wanted(args, 1)) store_real(args.out[1], row, moments.mean);
      if (wanted(args, 2)) store_real(args.out[2], row, moments.inverse_deviation(p.epsilon));
    }
    // The first stage ends in the element type.
    const double first =
        (static_cast<double>(x[i]) - moments.mean) * moments.inverse_deviation(p.epsilon);
    double value = static_cast<double>(rounded<T>(first)) * load_real(args.in[1], at[0]);
    if (has_bias) value += load_real(args.in[2], at[1]);
    if (wanted(args, 0)) args.out[0].as<T>()[i] = rounded<T>(value);
    ++i;
  });
}

Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = *static_cast<const LayerNormParams*>(params);
  const Dims& dims = args.in[0].dims;
  MOTE_ASSIGN(const int axis, normalize_axis(p.axis, dims.rank()));
  return with_dtype(FloatElements{}, args.in[0].dtype, [&]<class T>(T) -> Status {
    normalize<T>(p, dims.count(axis, dims.rank()), args);
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

Result<std::unique_ptr<Step>> prepare(const PrepareArgs& args) {
  const auto& p = args.params<LayerNormParams>();
  const Dims x = args.in_dims(0);
  MOTE_ASSIGN(const int axis, normalize_axis(p.axis, x.rank()));
  const bool dense =
      covers(args.in_dims(1), x, axis) && (!args.has(2) || covers(args.in_dims(2), x, axis));
  if (args.in_dtype(0) != DType::kF32 || p.stash != DType::kF32 || x.count() == 0 || !dense) {
    return std::unique_ptr<Step>();
  }
  NormGeometry g;
  g.rows = x.count(0, axis);
  g.run = g.scales = x.count(axis, x.rank());
  return make_norm_step(args.kernels, g, p.epsilon);
}

// Before ONNX had it, ONNX Runtime put it into models of any opset of ONNX's domain.
constexpr int kVersions[] = {1, 17};

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

}  // namespace

extern const OpDef kOp_LayerNormalization;
constinit const OpDef kOp_LayerNormalization = {
    .name = "LayerNormalization",
    .min_inputs = 2,
    .max_inputs = 3,
    .max_outputs = 3,
    .parse = parse,
    .infer = infer,
    .reference = reference,
    .prepare = prepare,
};

extern const OnnxOp kOnnx_LayerNormalization;
constinit const OnnxOp kOnnx_LayerNormalization = {.name = "LayerNormalization",
                                                   .versions = kVersions};

extern const OpDoc kDoc_LayerNormalization;
constinit const OpDoc kDoc_LayerNormalization = {
    .name = "LayerNormalization",
    .doc =
        "The dimensions from `axis` on, normalized to mean 0 and variance 1, then scaled and "
        "shifted.",
    .samples = kSamples,
};

}  // namespace mote
