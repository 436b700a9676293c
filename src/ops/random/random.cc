// RandomNormal, RandomUniform and their kin that take the shape of another tensor.
#include <cmath>
#include <limits>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/random/draw.h"
#include "ops/support/axes.h"
#include "ops/support/element.h"
#include "ops/support/portable_math.h"
#include "ops/support/read_dtype.h"

namespace mote {
namespace {

struct RandomParams : OpParams {
  RandomSource source;
  DType dtype = DType::kUndefined;  // the input's
  Shape shape;                      // of operators without input
  float a = 0.0F;                   // mean, low
  float b = 1.0F;                   // scale, high
};

bool is_drawn(DType dtype) {
  return static_cast<bool>(with_dtype(FloatElements{}, dtype, [](auto) -> Status { return {}; }));
}

Result<Shape> read_shape(AttributeReader& r) {
  Shape shape;
  for (const std::int64_t size : r.required_integers("shape")) {
    if (size < 0) return Error{Code::kInvalidArgument, cat("shape has size ", size)};
    shape.push_back(size);
  }
  MOTE_TRY(product(shape));
  return shape;
}

// What is drawn, and how it spells its parameters.
struct Normal {
  static constexpr std::string_view kA = "mean", kB = "scale";

  // Two at a time (Box, Muller: A note on the generation of random normal deviates, 1958).
  template <class T>
  static void fill(const RandomParams& p, T* y, std::int64_t count, Workers& workers) {
    for_each_draw(count, p.source.seed(), workers, [&](Random& random, std::int64_t i) {
      if (i % 2 != 0) return;
      const double radius = std::sqrt(-2.0 * portable_log(1.0 - draw_uniform(random)));
      const CirclePoint angle = on_circle(random.next() >> 11, std::uint64_t{1} << 53);
      const auto mean = static_cast<double>(p.a);
      const auto scale = static_cast<double>(p.b);
      y[i] = rounded<T>(mean + scale * radius * angle.cos);
      if (i + 1 < count) y[i + 1] = rounded<T>(mean + scale * radius * angle.sin);
    });
  }
};

template <class T>
constexpr int kDigits = std::numeric_limits<T>::digits;
template <>
constexpr int kDigits<F16> = 11;
template <>
constexpr int kDigits<BF16> = 8;

struct Uniform {
  static constexpr std::string_view kA = "low", kB = "high";

  // With as many random bits as T has digits: [0, 1) needs no rounding, which could reach 1.
  template <class T>
  static void fill(const RandomParams& p, T* y, std::int64_t count, Workers& workers) {
    const auto low = static_cast<double>(p.a);
    const auto high = static_cast<double>(p.b);
    for_each_draw(count, p.source.seed(), workers, [&](Random& random, std::int64_t i) {
      const double u = draw_uniform(random, kDigits<T>);
      y[i] = rounded<T>(low + (high - low) * u);
      if (static_cast<double>(y[i]) == high && low < high) y[i] = rounded<T>(low);
    });
  }
};

template <class Kind, bool kLike>
Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<RandomParams>();
  AttributeReader r(attributes);
  p->source.read(r);
  p->a = r.real(Kind::kA, p->a);
  p->b = r.real(Kind::kB, p->b);
  MOTE_ASSIGN(p->dtype, read_dtype(r, "dtype", kLike ? DType::kUndefined : DType::kF32));
  if constexpr (!kLike) {
    MOTE_ASSIGN(p->shape, read_shape(r));
  }
  MOTE_TRY(r.finish());
  if ((kLike && p->dtype == DType::kUndefined) || is_drawn(p->dtype)) return p;
  return Error{Code::kInvalidArgument, cat("dtype ", name(p->dtype), " is no float")};
}

Status infer(const InferArgs& args) {
  const auto& p = args.params<RandomParams>();
  args.set(0, {p.dtype, p.shape});
  return {};
}

// input: any type, of which the shape counts, and the element type if the attributes state none.
Status infer_like(const InferArgs& args) {
  const auto& p = args.params<RandomParams>();
  const DType own = args.type(0).dtype;
  const DType dtype = p.dtype == DType::kUndefined ? own : p.dtype;
  if (dtype != DType::kUndefined && !is_drawn(dtype)) {
    return Error{Code::kInvalidArgument,
                 cat("input is ", name(dtype), ", which is no float; dtype must say which")};
  }
  args.set(0, {dtype, args.type(0).shape});
  return {};
}

template <class Kind>
Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = *static_cast<const RandomParams*>(params);
  const MutTensorView& out = args.out[0];
  return with_dtype(FloatElements{}, out.dtype, [&]<class T>(T) -> Status {
    Kind::fill(p, out.as<T>(), out.dims.count(), args.workers);
    return {};
  });
}

template <class Kind, bool kLike>
constexpr OpDef random_op(std::string_view name) {
  OpDef op;
  op.name = name;
  op.min_inputs = op.max_inputs = kLike ? 1 : 0;
  op.parse = parse<Kind, kLike>;
  op.infer = kLike ? infer_like : infer;
  op.reference = reference<Kind>;
  op.impure = true;
  return op;
}

constexpr int kVersions[] = {1, 22};

constexpr std::string_view kNormalSamples[] = {
    "() -> (y) { y = RandomNormal() {shape=[3, 5], seed=7.0} }",
    "() -> (y) { y = RandomNormal() {shape=[5000], seed=0.5, mean=-2.0, scale=0.5} }",
    "() -> (y) { y = RandomNormal() {shape=ints[], seed=1.0, dtype=11} }",
    "() -> (y) { y = RandomNormal() {shape=[7], seed=1.0, dtype=10} }",
    "() -> (y) { y = RandomNormal() {shape=[2, 0], dtype=16} }",
};
constexpr std::string_view kNormalLikeSamples[] = {
    "(x: f32[2,3]) -> (y) { y = RandomNormalLike(x) {seed=7.0} }",
    "(x: s64[2,3]) -> (y) { y = RandomNormalLike(x) {seed=7.0, dtype=1, mean=4.0, scale=2.0} }",
    "(x: bf16[9]) -> (y) { y = RandomNormalLike(x) {seed=-1.5} }",
};
constexpr std::string_view kUniformSamples[] = {
    "() -> (y) { y = RandomUniform() {shape=[3, 5], seed=7.0} }",
    "() -> (y) { y = RandomUniform() {shape=[5000], seed=0.5, low=-2.0, high=0.5} }",
    "() -> (y) { y = RandomUniform() {shape=ints[], seed=1.0, dtype=11} }",
    "() -> (y) { y = RandomUniform() {shape=[7], seed=1.0, dtype=10} }",
    "() -> (y) { y = RandomUniform() {shape=[2, 0], dtype=16} }",
};
constexpr std::string_view kUniformLikeSamples[] = {
    "(x: f32[2,3]) -> (y) { y = RandomUniformLike(x) {seed=7.0} }",
    "(x: bool[2,3]) -> (y) { y = RandomUniformLike(x) {seed=7.0, dtype=1, low=4.0, high=5.0} }",
    "(x: bf16[9]) -> (y) { y = RandomUniformLike(x) {seed=-1.5} }",
};

}  // namespace

#define MOTE_RANDOM_OP(Op, Kind, like, op_samples, text)                    \
  extern const OpDef kOp_##Op;                                              \
  constinit const OpDef kOp_##Op = random_op<Kind, like>(#Op);              \
  extern const OnnxOp kOnnx_##Op;                                           \
  constinit const OnnxOp kOnnx_##Op = {.name = #Op, .versions = kVersions}; \
  extern const OpDoc kDoc_##Op;                                             \
  constinit const OpDoc kDoc_##Op = {.name = #Op, .doc = text, .samples = op_samples};
MOTE_RANDOM_OP(RandomNormal, Normal, false, kNormalSamples,
               "Numbers of the normal distribution of `mean` and standard deviation `scale`. The "
               "same `seed` gives the same numbers; without one they differ from run to run.")
MOTE_RANDOM_OP(
    RandomNormalLike, Normal, true, kNormalLikeSamples,
    "RandomNormal of the shape of `input`, and its element type unless `dtype` is given.")
MOTE_RANDOM_OP(RandomUniform, Uniform, false, kUniformSamples,
               "Numbers that lie anywhere in [`low`, `high`) alike. The same `seed` gives the same "
               "numbers; without one they differ from run to run.")
MOTE_RANDOM_OP(RandomUniformLike, Uniform, true, kUniformLikeSamples,
               "RandomUniform of the shape of `input`, and its element type unless `dtype` is "
               "given.")
#undef MOTE_RANDOM_OP

}  // namespace mote
