// Bernoulli and Multinomial: outcomes drawn by the probabilities that a tensor gives.
#include <cmath>
#include <limits>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/random/draw.h"
#include "ops/support/expect_elements.h"
#include "ops/support/portable_math.h"
#include "ops/support/read_dtype.h"
#include "ops/support/real.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

// -- Bernoulli

using OutcomeElements =
    Elements<float, double, F16, BF16, std::int8_t, std::uint8_t, std::int16_t, std::uint16_t,
             std::int32_t, std::uint32_t, std::int64_t, std::uint64_t, bool>;

struct BernoulliParams : OpParams {
  RandomSource source;
  DType dtype = DType::kUndefined;  // the input's
};

Result<std::unique_ptr<const OpParams>> parse_bernoulli(const Attributes& attributes) {
  auto p = std::make_unique<BernoulliParams>();
  AttributeReader r(attributes);
  p->source.read(r);
  MOTE_ASSIGN(p->dtype, read_dtype(r, "dtype"));
  MOTE_TRY(r.finish());
  if (p->dtype == DType::kUndefined) return p;
  if (with_dtype(OutcomeElements{}, p->dtype, [](auto) -> Status { return {}; })) return p;
  return Error{Code::kInvalidArgument,
               cat("dtype ", name(p->dtype), " is no float, integer or bool")};
}

Status infer_bernoulli(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, 0, FloatElements{}));
  const DType dtype = args.params<BernoulliParams>().dtype;
  args.set(0, {dtype == DType::kUndefined ? args.type(0).dtype : dtype, args.type(0).shape});
  return {};
}

// A probability outside of [0, 1] is the nearest in it, NaN is 0.
Status reference_bernoulli(const OpParams* params, const RunArgs& args) {
  const auto& p = *static_cast<const BernoulliParams*>(params);
  const MutTensorView& out = args.out[0];
  return with_dtype(OutcomeElements{}, out.dtype, [&]<class T>(T) -> Status {
    T* y = out.as<T>();
    const std::uint64_t seed = p.source.seed();
    for_each_draw(out.dims.count(), seed, args.workers, [&](Random& random, std::int64_t i) {
      const bool one = draw_uniform(random) < load_real(args.in[0], i);
      y[i] = static_cast<T>(one ? 1.0F : 0.0F);
    });
    return {};
  });
}

// -- Multinomial

struct MultinomialParams : OpParams {
  RandomSource source;
  DType dtype = DType::kS32;
  std::int64_t sample_size = 1;
};

Result<std::unique_ptr<const OpParams>> parse_multinomial(const Attributes& attributes) {
  auto p = std::make_unique<MultinomialParams>();
  AttributeReader r(attributes);
  p->source.read(r);
  const std::int64_t dtype = r.integer("dtype", 6);
  p->sample_size = r.integer("sample_size", 1);
  MOTE_TRY(r.finish());
  if (dtype != static_cast<int>(DType::kS32) && dtype != static_cast<int>(DType::kS64)) {
    return Error{Code::kInvalidArgument, cat("dtype ", dtype, " is not 6 (s32) or 7 (s64)")};
  }
  if (p->sample_size < 0) {
    return Error{Code::kInvalidArgument, cat("sample_size ", p->sample_size, " is negative")};
  }
  p->dtype = static_cast<DType>(dtype);
  return p;
}

// input: [batch, classes], logarithms of what is in proportion to probabilities. Output: [batch,
// sample_size].
Status infer_multinomial(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, 0, FloatElements{}));
  MOTE_TRY(expect_rank(args, 0, 2, "input"));
  const auto& p = args.params<MultinomialParams>();
  Shape shape{size_of(args, 0, 0), Dim(p.sample_size)};
  MOTE_TRY(product(shape));
  args.set(0, {p.dtype, std::move(shape)});
  return {};
}

// One row of input.
class Outcomes {
 public:
  Outcomes(const TensorView& input, std::int64_t row)
      : input_(input), classes_(input.dims[1]), begin_(row * classes_) {
    for (std::int64_t c = 0; c < classes_; ++c) {
      const double x = load_real(input_, begin_ + c);
      if (!(x <= highest_)) highest_ = x;
    }
    for (std::int64_t c = 0; c < classes_; ++c) total_ += share(c);
  }

  // False: a NaN, infinity, or nothing that may happen.
  bool possible() const { return std::isfinite(total_) && total_ > 0; }

  // The first class below which, and at which, lies more than `part` of all shares.
  std::int64_t at(double part) const {
    double below = 0;
    std::int64_t last = 0;
    for (std::int64_t c = 0; c < classes_; ++c) {
      const double own = share(c);
      if (own > 0) last = c;
      below += own;
      if (below > part * total_) return c;
    }
    return last;
  }

 private:
  double share(std::int64_t c) const {
    const double below = load_real(input_, begin_ + c) - highest_;
    return below > 0 ? std::numeric_limits<double>::quiet_NaN() : portable_exp(below);
  }

  const TensorView& input_;
  std::int64_t classes_, begin_;
  double highest_ = -std::numeric_limits<double>::infinity();
  double total_ = 0;
};

void store_outcome(const MutTensorView& out, std::int64_t i, std::int64_t outcome) {
  if (out.dtype == DType::kS64) {
    out.as<std::int64_t>()[i] = outcome;
  } else {
    out.as<std::int32_t>()[i] = static_cast<std::int32_t>(outcome);
  }
}

Status reference_multinomial(const OpParams* params, const RunArgs& args) {
  const auto& p = *static_cast<const MultinomialParams*>(params);
  const std::int64_t samples = args.out[0].dims[1];
  const std::int64_t grain = std::max<std::int64_t>((1 << 14) / (args.in[0].dims[1] + 1), 1);
  Random seeds(p.source.seed());
  for (std::int64_t row = 0; row < args.in[0].dims[0] && samples > 0; ++row) {
    if (args.stop.stopped()) return args.stop.check();
    const Outcomes outcomes(args.in[0], row);
    if (!outcomes.possible()) {
      return Error{Code::kInvalidArgument, cat("row ", row, " of input gives no probabilities")};
    }
    const std::uint64_t seed = seeds.next();
    args.workers.for_each_range(samples, grain, [&](std::int64_t begin, std::int64_t end) {
      Random random(seed);
      random.skip(static_cast<std::uint64_t>(begin));
      for (std::int64_t i = begin; i < end; ++i) {
        store_outcome(args.out[0], row * samples + i, outcomes.at(draw_uniform(random)));
      }
    });
  }
  return {};
}

constexpr int kBernoulliVersions[] = {15, 22};
constexpr int kMultinomialVersions[] = {7, 22};

constexpr std::string_view kBernoulliSamples[] = {
    "(x: f32[3,40]) -> (y) { y = Bernoulli(x) {seed=3.0} }",
    "() -> (y) { x: f64[3] = {0, 1, 0.5} y = Bernoulli(x) {seed=3.0, dtype=9} }",
    "() -> (y) { x: f16[3] = {0, 1, 0.5} y = Bernoulli(x) {seed=3.0, dtype=2} }",
    "() -> (y) { x: bf16[3] = {0.1, nan, 0.5} y = Bernoulli(x) {seed=3.0} }",
};
constexpr std::string_view kMultinomialSamples[] = {
    "(x: f32[3,5]) -> (y) { y = Multinomial(x) {seed=3.0, sample_size=50} }",
    "(x: f64[1,700]) -> (y) { y = Multinomial(x) {seed=3.0, sample_size=90, dtype=7} }",
    "() -> (y) { x: f16[1,3] = {-inf, 0, -inf} y = Multinomial(x) {seed=1.0} }",
    "(x: bf16[0,3]) -> (y) { y = Multinomial(x) {seed=1.0} }",
};

}  // namespace

extern const OpDef kOp_Bernoulli;
constinit const OpDef kOp_Bernoulli = {
    .name = "Bernoulli",
    .parse = parse_bernoulli,
    .infer = infer_bernoulli,
    .reference = reference_bernoulli,
    .impure = true,
};
extern const OpDef kOp_Multinomial;
constinit const OpDef kOp_Multinomial = {
    .name = "Multinomial",
    .parse = parse_multinomial,
    .infer = infer_multinomial,
    .reference = reference_multinomial,
    .impure = true,
    .windowed = true,
};

extern const OnnxOp kOnnx_Bernoulli;
constinit const OnnxOp kOnnx_Bernoulli = {.name = "Bernoulli", .versions = kBernoulliVersions};
extern const OnnxOp kOnnx_Multinomial;
constinit const OnnxOp kOnnx_Multinomial = {.name = "Multinomial",
                                            .versions = kMultinomialVersions};

extern const OpDoc kDoc_Bernoulli;
constinit const OpDoc kDoc_Bernoulli = {
    .name = "Bernoulli",
    .doc =
        "1 with the probability that `input` gives, else 0. The same `seed` gives the same "
        "numbers; without one they differ from run to run.",
    .samples = kBernoulliSamples,
};
extern const OpDoc kDoc_Multinomial;
constinit const OpDoc kDoc_Multinomial = {
    .name = "Multinomial",
    .doc =
        "`sample_size` classes for each row of `input`, drawn with probabilities in proportion to "
        "exp(input). Seeded as Bernoulli.",
    .samples = kMultinomialSamples,
};

}  // namespace mote
