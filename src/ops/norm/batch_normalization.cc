// BatchNormalization: every channel scaled and shifted by its statistics.
#include <array>
#include <cmath>

#include "base/text.h"
#include "kernels/table.h"
#include "ops/norm/batch_upgrade.h"
#include "ops/norm/moments.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/has_kernels.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

struct BatchNormParams : OpParams {
  float epsilon = 1e-5F;
  float momentum = 0.9F;
  bool training = false;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<BatchNormParams>();
  AttributeReader r(attributes);
  p->epsilon = r.real("epsilon", 1e-5F);
  p->momentum = r.real("momentum", 0.9F);
  p->training = r.flag("training_mode", false);
  MOTE_TRY(r.finish());
  return p;
}

// X: [N, C, D...], or [N] with one channel; scale, B, input_mean, input_var: [C].
// Y as X; running_mean, running_var: [C], in training mode only.
Status infer(const InferArgs& args) {
  constexpr std::string_view kNames[] = {"X", "scale", "B", "input_mean", "input_var"};
  if (!args.params<BatchNormParams>().training && args.output_count > 1) {
    return Error{Code::kInvalidArgument,
                 cat("training_mode 0 has one output, the node ", args.output_count)};
  }
  const TensorType& x = args.type(0);
  Dim channels = x.rank() > 1 ? size_of(args, 0, 1) : x.rank() == 1 ? Dim(1) : Dim();
  if (x.rank() == 0) return Error{Code::kInvalidArgument, "X has rank 0"};
  for (std::size_t i = 0; i < 5; ++i) {
    MOTE_TRY(expect_dtype(args, i, {DType::kF32, DType::kF64, DType::kF16, DType::kBF16}));
    if (i == 0) continue;
    MOTE_TRY(expect_vector(args, i, channels, kNames[i]));
    if (!channels.known()) channels = size_of(args, i, 0);
  }
  MOTE_TRY(shared_dtype(args, {1, 2}));
  MOTE_TRY(shared_dtype(args, {3, 4}));
  args.set(0, x);
  const DType statistics = args.type(3).dtype;
  for (const std::size_t i : {1, 2}) args.set(i, {statistics, Shape{channels}});
  return {};
}

struct Geometry {
  std::int64_t n, channels, size;
};

Geometry geometry_of(const Dims& x) {
  if (x.rank() == 1) return {x[0], 1, 1};
  return {x[0], x[1], x.count(2, x.rank())};
}

// Mean and variance of channel c of the batch itself.
template <class T>
Moments batch_moments(const T* x, const Geometry& g, std::int64_t c) {
  const auto count = static_cast<double>(g.n * g.size);
  const auto sum_over = [&](const auto& f) {
    double sum = 0;
    for (std::int64_t n = 0; n < g.n; ++n) {
      const T* plane = x + (n * g.channels + c) * g.size;
      for (std::int64_t i = 0; i < g.size; ++i) sum += f(static_cast<double>(plane[i]));
    }
    return sum;
  };
  const double mean = sum_over([](double v) { return v; }) / count;
  const double variance = sum_over([&](double v) { return (v - mean) * (v - mean); }) / count;
  return {mean, variance};
}

// running = input * momentum + current * (1 - momentum)
void update_running(const BatchNormParams& p, const TensorView& input, double current,
                    const MutTensorView& running, std::int64_t c) {
  if (running.data == nullptr) return;
  const auto momentum = static_cast<double>(p.momentum);
  store_real(running, c, load_real(input, c) * momentum + current * (1.0 - momentum));
}

template <class T>
void normalize_channel(const BatchNormParams& p, const Geometry& g, std::int64_t c,
                       const RunArgs& args) {
  const T* x = args.in[0].as<T>();
  Moments moments{load_real(args.in[3], c), load_real(args.in[4], c)};
  if (p.training) {
    moments = batch_moments(x, g, c);
    if (args.out.size() > 1) update_running(p, args.in[3], moments.mean, args.out[1], c);
    if (args.out.size() > 2) update_running(p, args.in[4], moments.variance, args.out[2], c);
  }
  const double scale = load_real(args.in[1], c) * moments.inverse_deviation(p.epsilon);
  const double shift = load_real(args.in[2], c);
  for (std::int64_t n = 0; n < g.n && args.out[0].data != nullptr; ++n) {
    const std::int64_t begin = (n * g.channels + c) * g.size;
    for (std::int64_t i = begin; i < begin + g.size; ++i) {
      args.out[0].as<T>()[i] =
          rounded<T>((static_cast<double>(x[i]) - moments.mean) * scale + shift);
    }
  }
}

Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = *static_cast<const BatchNormParams*>(params);
  const Geometry g = geometry_of(args.in[0].dims);
  return with_dtype(FloatElements{}, args.in[0].dtype, [&]<class T>(T) -> Status {
    for (std::int64_t c = 0; c < g.channels; ++c) normalize_channel<T>(p, g, c, args);
    return {};
  });
}

// y = x * scale[c] + shift[c], folded from constant statistics.
class AffineStep final : public Step {
 public:
  AffineStep(const KernelTable& kernels, const Geometry& g) : kernels_(kernels), g_(g) {}

  Status fold(const BatchNormParams& p, const PrepareArgs& args) {
    MOTE_ASSIGN(affine_, Tensor::zeros(DType::kF32, {2, g_.channels}));
    auto* scale = static_cast<float*>(affine_.mut().data);
    float* shift = scale + g_.channels;
    const auto value = [&](std::size_t i, std::int64_t c) {
      return load_real(args.constant(i)->view(), c);
    };
    for (std::int64_t c = 0; c < g_.channels; ++c) {
      const Moments moments{value(3, c), value(4, c)};
      const double s = value(1, c) * moments.inverse_deviation(p.epsilon);
      scale[c] = static_cast<float>(s);
      shift[c] = static_cast<float>(value(2, c) - moments.mean * s);
    }
    return {};
  }

  std::size_t packed_bytes() const override { return affine_.bytes(); }
  bool may_overwrite(int input) const override { return input == 0; }
  std::string_view kernel() const override { return "binary_f32"; }

  Status run(const RunArgs& args) const override {
    const auto* x = args.in[0].as<float>();
    auto* y = args.out[0].as<float>();
    const auto* scale = static_cast<const float*>(affine_.data());
    const std::int64_t grain = std::max<std::int64_t>(1, kGrain / g_.size);
    args.workers.for_each_range(
        g_.n * g_.channels, grain, [&](std::int64_t begin, std::int64_t end) {
          for (std::int64_t i = begin; i < end; ++i) {
            const float* a = scale + i % g_.channels;
            float* to = y + i * g_.size;
            kernels_.binary_f32(BinaryF32::kMul, x + i * g_.size, 1, a, 0, to, g_.size);
            kernels_.binary_f32(BinaryF32::kAdd, to, 1, a + g_.channels, 0, to, g_.size);
          }
        });
    return {};
  }

 private:
  static constexpr std::int64_t kGrain = 1 << 14;  // elements

  const KernelTable& kernels_;
  Geometry g_;
  Tensor affine_;  // [2, C]: scale, shift
};

Result<std::unique_ptr<Step>> prepare(const PrepareArgs& args) {
  const auto& p = args.params<BatchNormParams>();
  const bool constant = args.constant(1) != nullptr && args.constant(2) != nullptr &&
                        args.constant(3) != nullptr && args.constant(4) != nullptr;
  const Dims x = args.in_dims(0);
  if (args.in_dtype(0) != DType::kF32 || !constant || p.training || x.count() == 0) {
    return std::unique_ptr<Step>();
  }
  if (!has_kernels<Kernel::binary_f32>(args.kernels)) {
    return std::unique_ptr<Step>();
  }
  auto step = std::make_unique<AffineStep>(args.kernels, geometry_of(x));
  MOTE_TRY(step->fold(p, args));
  return step;
}

constexpr int kVersions[] = {1, 6, 7, 9, 14, 15};
constexpr OnnxUpgrade kUpgrades[] = {{6, drop_consumed_inputs},
                                     {7, batch_norm_without_is_test},
                                     {9, batch_norm_without_spatial},
                                     {14, batch_norm_with_training_mode}};

constexpr std::string_view kSamples[] = {
    "(x: f32[2,3,4,5]) -> (y) {\n"
    "  s: f32[3] = {1.0, 0.5, -2.0} b: f32[3] = {0.0, 1.0, -1.0} m: f32[3] = {0.5, -1.0, 2.0}\n"
    "  v: f32[3] = {1.0, 4.0, 0.25} y = BatchNormalization(x, s, b, m, v) }",
    "(x: f32[2,2,3], s: f32[2], b: f32[2], m: f32[2]) -> (y) {\n"
    "  v: f32[2] = {1.0, 4.0} y = BatchNormalization(x, s, b, m, v) {epsilon=0.1} }",
    "(x: f32[3,2,4,2], s: f32[2], b: f32[2], m: f32[2]) -> (y, rm, rv) {\n"
    "  v: f32[2] = {1.0, 4.0}\n"
    "  y, rm, rv = BatchNormalization(x, s, b, m, v) {training_mode=1, momentum=0.75} }",
    "(x: f16[2,2,3], s: f32[2], b: f32[2], m: f64[2]) -> (y) {\n"
    "  v: f64[2] = {1.0, 4.0} y = BatchNormalization(x, s, b, m, v) }",
    "(x: bf16[2,2], s: bf16[2], b: bf16[2], m: f32[2]) -> (y) {\n"
    "  v: f32[2] = {1.0, 4.0} y = BatchNormalization(x, s, b, m, v) }",
    "(x: f64[5], s: f64[1], b: f64[1], m: f64[1]) -> (y) {\n"
    "  v: f64[1] = {2.0} y = BatchNormalization(x, s, b, m, v) }",
};

}  // namespace

extern const OpDef kOp_BatchNormalization;
constinit const OpDef kOp_BatchNormalization = {
    .name = "BatchNormalization",
    .min_inputs = 5,
    .max_inputs = 5,
    .max_outputs = 3,
    .parse = parse,
    .infer = infer,
    .reference = reference,
    .prepare = prepare,
};

extern const OnnxOp kOnnx_BatchNormalization;
constinit const OnnxOp kOnnx_BatchNormalization = {
    .name = "BatchNormalization", .versions = kVersions, .upgrades = kUpgrades};

extern const OpDoc kDoc_BatchNormalization;
constinit const OpDoc kDoc_BatchNormalization = {
    .name = "BatchNormalization",
    .doc =
        "Normalizes every channel by the given mean and variance, then scales and shifts it. In "
        "training mode by those of the batch, which also move the running ones.",
    .samples = kSamples,
};

}  // namespace mote
