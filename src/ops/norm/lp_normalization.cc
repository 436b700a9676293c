// LpNormalization and LRN: elements divided by a norm of their neighbours.
#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/expect_elements.h"

namespace mote {
namespace {

struct LpParams : OpParams {
  std::int64_t axis = -1;
  std::int64_t p = 2;
};

Result<std::unique_ptr<const OpParams>> parse_lp(const Attributes& attributes) {
  auto p = std::make_unique<LpParams>();
  AttributeReader r(attributes);
  p->axis = r.integer("axis", -1);
  p->p = r.integer("p", 2);
  MOTE_TRY(r.finish());
  if (p->p != 1 && p->p != 2) {
    return Error{Code::kInvalidArgument, cat("p ", p->p, " is not 1 or 2")};
  }
  return p;
}

Status infer_lp(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, 0, FloatElements{}));
  const TensorType& x = args.type(0);
  if (x.shape) MOTE_TRY(normalize_axis(args.params<LpParams>().axis, x.rank()));
  args.set(0, x);
  return {};
}

// count elements, `step` apart.
template <class T>
void normalize(std::int64_t p, const T* x, T* y, std::int64_t count, std::int64_t step) {
  double sum = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    const auto v = static_cast<double>(x[i * step]);
    sum += p == 1 ? std::abs(v) : v * v;
  }
  const double norm = p == 1 ? sum : std::sqrt(sum);
  for (std::int64_t i = 0; i < count; ++i) {
    y[i * step] = rounded<T>(norm == 0.0 ? 0.0 : static_cast<double>(x[i * step]) / norm);
  }
}

Status reference_lp(const OpParams* params, const RunArgs& args) {
  const auto& p = *static_cast<const LpParams*>(params);
  const Dims& dims = args.in[0].dims;
  MOTE_ASSIGN(const int axis, normalize_axis(p.axis, dims.rank()));
  const std::int64_t inner = dims.count(axis + 1, dims.rank());
  const std::int64_t lines = dims.count(0, axis) * inner;
  return with_dtype(FloatElements{}, args.in[0].dtype, [&]<class T>(T) -> Status {
    for (std::int64_t i = 0; i < lines; ++i) {
      const std::int64_t begin = i / inner * inner * dims[axis] + i % inner;
      normalize<T>(p.p, args.in[0].as<T>() + begin, args.out[0].as<T>() + begin, dims[axis], inner);
    }
    return {};
  });
}

struct LrnParams : OpParams {
  std::int64_t size = 1;
  float alpha = 1e-4F;
  float beta = 0.75F;
  float bias = 1.0F;
};

Result<std::unique_ptr<const OpParams>> parse_lrn(const Attributes& attributes) {
  auto p = std::make_unique<LrnParams>();
  AttributeReader r(attributes);
  p->size = r.required_integer("size");
  p->alpha = r.real("alpha", 1e-4F);
  p->beta = r.real("beta", 0.75F);
  p->bias = r.real("bias", 1.0F);
  MOTE_TRY(r.finish());
  if (p->size < 1) return Error{Code::kInvalidArgument, cat("size ", p->size, " is not positive")};
  return p;
}

// X: [N, C, D...]. Y as X.
Status infer_lrn(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, 0, FloatElements{}));
  const TensorType& x = args.type(0);
  if (x.shape && x.rank() < 2) {
    return Error{Code::kInvalidArgument, cat("X has rank ", x.rank(), ", less than 2")};
  }
  args.set(0, x);
  return {};
}

// Channel c of one image of `channels` planes.
template <class T>
void respond(const LrnParams& p, const T* image, T* y, std::int64_t c, std::int64_t channels,
             std::int64_t plane) {
  const std::int64_t first = std::max<std::int64_t>(0, c - (p.size - 1) / 2);
  const std::int64_t after = p.size / 2;  // ceil((size - 1) / 2)
  const std::int64_t last = after < channels - 1 - c ? c + after : channels - 1;
  const double factor = static_cast<double>(p.alpha) / static_cast<double>(p.size);
  for (std::int64_t i = 0; i < plane; ++i) {
    double squares = 0;
    for (std::int64_t k = first; k <= last; ++k) {
      const auto v = static_cast<double>(image[k * plane + i]);
      squares += v * v;
    }
    const double base = static_cast<double>(p.bias) + factor * squares;
    y[i] = rounded<T>(static_cast<double>(image[c * plane + i]) *
                      std::pow(base, -static_cast<double>(p.beta)));
  }
}

Status reference_lrn(const OpParams* params, const RunArgs& args) {
  const auto& p = *static_cast<const LrnParams*>(params);
  const Dims& dims = args.in[0].dims;
  const std::int64_t channels = dims[1];
  const std::int64_t plane = dims.count(2, dims.rank());
  return with_dtype(FloatElements{}, args.in[0].dtype, [&]<class T>(T) -> Status {
    const auto* x = args.in[0].as<T>();
    auto* y = args.out[0].as<T>();
    args.workers.for_each_range(dims[0] * channels, 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        respond<T>(p, x + i / channels * channels * plane, y + i * plane, i % channels, channels,
                   plane);
      }
    });
    return {};
  });
}

constexpr int kLpVersions[] = {1, 22};
constexpr int kLrnVersions[] = {1, 13};

constexpr std::string_view kLpSamples[] = {
    "(x: f32[2,3,4]) -> (y) { y = LpNormalization(x) }",
    "(x: f64[2,3,4]) -> (y) { y = LpNormalization(x) {axis=1, p=1} }",
    "(x: f16[2,3]) -> (y) { y = LpNormalization(x) {axis=-2} }",
    "(x: bf16[2,3]) -> (y) { y = LpNormalization(x) {axis=0} }",
    "() -> (y) { x: f32[2,2] = {0, 0, 3, 4} y = LpNormalization(x) }",
};
constexpr std::string_view kLrnSamples[] = {
    "(x: f32[2,7,3,2]) -> (y) { y = LRN(x) {size=3} }",
    "(x: f32[1,5,4]) -> (y) { y = LRN(x) {size=4, alpha=0.5, beta=0.5, bias=2.0} }",
    "(x: f64[1,5]) -> (y) { y = LRN(x) {size=9, alpha=0.5} }",
    "(x: f16[1,3,2]) -> (y) { y = LRN(x) {size=1} }",
    "(x: bf16[1,3,2]) -> (y) { y = LRN(x) {size=2, alpha=1.0} }",
};

}  // namespace

extern const OpDef kOp_LpNormalization;
constinit const OpDef kOp_LpNormalization = {
    .name = "LpNormalization",
    .parse = parse_lp,
    .infer = infer_lp,
    .reference = reference_lp,
};

extern const OpDef kOp_LRN;
constinit const OpDef kOp_LRN = {
    .name = "LRN",
    .parse = parse_lrn,
    .infer = infer_lrn,
    .reference = reference_lrn,
    .windowed = true,
};

extern const OnnxOp kOnnx_LpNormalization;
constinit const OnnxOp kOnnx_LpNormalization = {.name = "LpNormalization", .versions = kLpVersions};

extern const OnnxOp kOnnx_LRN;
constinit const OnnxOp kOnnx_LRN = {.name = "LRN", .versions = kLrnVersions};

extern const OpDoc kDoc_LpNormalization;
constinit const OpDoc kDoc_LpNormalization = {
    .name = "LpNormalization",
    .doc = "Elements along `axis` divided by their 1- or 2-norm; zeros where that is 0.",
    .samples = kLpSamples,
};

extern const OpDoc kDoc_LRN;
constinit const OpDoc kDoc_LRN = {
    .name = "LRN",
    .doc =
        "Local response normalization: each element divided by a power of the squares of `size` "
        "channels around it.",
    .samples = kLrnSamples,
};

}  // namespace mote
