// GlobalAveragePool, GlobalMaxPool, GlobalLpPool: one number for each channel.
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "kernels/table.h"
#include "ops/ops.h"
#include "ops/pool/pool_params.h"
#include "ops/support/axes.h"
#include "ops/support/element.h"
#include "ops/support/has_kernels.h"

namespace mote {
namespace {

struct GlobalPoolParams : OpParams {
  std::int64_t p = 2;  // GlobalLpPool
};

Result<std::unique_ptr<const OpParams>> parse_lp(const Attributes& attributes) {
  auto p = std::make_unique<GlobalPoolParams>();
  AttributeReader r(attributes);
  p->p = r.integer("p", 2);
  MOTE_TRY(r.finish());
  if (p->p < 1) return Error{Code::kInvalidArgument, cat("p ", p->p, " is not positive")};
  return p;
}

// X: [N, C, D...]. Y: [N, C, 1...].
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_dtype(args, 0, {DType::kF32, DType::kF64, DType::kF16, DType::kBF16}));
  const TensorType& x = args.type(0);
  if (!x.shape) {
    args.set(0, {x.dtype, std::nullopt});
    return {};
  }
  if (x.rank() < 2) {
    return Error{Code::kInvalidArgument, cat("X has rank ", x.rank(), ", less than 2")};
  }
  Shape shape(x.shape->size(), Dim(1));
  std::copy_n(x.shape->begin(), 2, shape.begin());
  args.set(0, {x.dtype, std::move(shape)});
  return {};
}

// value(x, size): the output of one plane of `size` elements.
template <class Value>
Status pool(const RunArgs& args, const Value& value) {
  const Dims& dims = args.in[0].dims;
  const std::int64_t size = dims.count(2, dims.rank());
  return with_dtype(FloatElements{}, args.in[0].dtype, [&]<class T>(T) -> Status {
    for (std::int64_t i = 0; i < dims[0] * dims[1]; ++i) {
      args.out[0].as<T>()[i] = rounded<T>(value(args.in[0].as<T>() + i * size, size));
    }
    return {};
  });
}

Status reference_average(const OpParams*, const RunArgs& args) {
  return pool(args, [](const auto* x, std::int64_t size) {
    double sum = 0;
    for (std::int64_t i = 0; i < size; ++i) sum += static_cast<double>(x[i]);
    return sum / static_cast<double>(size);
  });
}

Status reference_max(const OpParams*, const RunArgs& args) {
  return pool(args, [](const auto* x, std::int64_t size) {
    double best = -std::numeric_limits<double>::infinity();
    for (std::int64_t i = 0; i < size; ++i) {
      const auto value = static_cast<double>(x[i]);
      if (value > best || std::isnan(value)) best = value;
      if (std::isnan(best)) break;
    }
    return best;
  });
}

Status reference_lp(const OpParams* params, const RunArgs& args) {
  const auto p = static_cast<double>(static_cast<const GlobalPoolParams*>(params)->p);
  return pool(args, [&](const auto* x, std::int64_t size) {
    double sum = 0;
    for (std::int64_t i = 0; i < size; ++i) sum += std::pow(std::abs(static_cast<double>(x[i])), p);
    return std::pow(sum, 1.0 / p);
  });
}

class AverageStep final : public Step {
 public:
  explicit AverageStep(const KernelTable& kernels) : kernels_(kernels) {}
  std::string_view kernel() const override { return "sum_rows_f32"; }

  Status run(const RunArgs& args) const override {
    const Dims& dims = args.in[0].dims;
    const std::int64_t size = dims.count(2, dims.rank());
    const auto* x = args.in[0].as<float>();
    auto* y = args.out[0].as<float>();
    const std::int64_t grain = std::max<std::int64_t>(1, kGrain / size);
    args.workers.for_each_range(dims[0] * dims[1], grain,
                                [&](std::int64_t begin, std::int64_t end) {
                                  kernels_.sum_rows_f32(x + begin * size, y + begin, end - begin,
                                                        size, 1.0F / static_cast<float>(size));
                                });
    return {};
  }

 private:
  static constexpr std::int64_t kGrain = 1 << 15;  // elements

  const KernelTable& kernels_;
};

Result<std::unique_ptr<Step>> prepare_average(const PrepareArgs& args) {
  if (args.in_dtype(0) != DType::kF32 || args.in_dims(0).count() == 0) {
    return std::unique_ptr<Step>();
  }
  if (!has_kernels<Kernel::sum_rows_f32>(args.kernels)) {
    return std::unique_ptr<Step>();
  }
  return std::make_unique<AverageStep>(args.kernels);
}

constexpr int kVersions[] = {1, 22};
constexpr int kLpVersions[] = {1, 2, 22};
constexpr OnnxUpgrade kLpUpgrades[] = {{2, integer_p}};

constexpr std::string_view kAverageSamples[] = {
    "(x: f32[2,3,5,6]) -> (y) { y = GlobalAveragePool(x) }",
    "(x: f64[1,2,7]) -> (y) { y = GlobalAveragePool(x) }",
    "(x: f16[1,2,3,2,2]) -> (y) { y = GlobalAveragePool(x) }",
    "(x: bf16[1,2,4]) -> (y) { y = GlobalAveragePool(x) }",
    "(x: f32[0,3,4,4]) -> (y) { y = GlobalAveragePool(x) }",
};
constexpr std::string_view kMaxSamples[] = {
    "(x: f32[2,3,5,6]) -> (y) { y = GlobalMaxPool(x) }",
    "(x: f64[1,2,7]) -> (y) { y = GlobalMaxPool(x) }",
    "(x: f16[1,2,3,2,2]) -> (y) { y = GlobalMaxPool(x) }",
    "(x: bf16[1,2,4]) -> (y) { y = GlobalMaxPool(x) }",
};
constexpr std::string_view kLpSamples[] = {
    "(x: f32[2,3,5,6]) -> (y) { y = GlobalLpPool(x) }",
    "(x: f64[1,2,7]) -> (y) { y = GlobalLpPool(x) {p=1} }",
    "(x: f16[1,2,3,2,2]) -> (y) { y = GlobalLpPool(x) {p=3} }",
    "(x: bf16[1,2,4]) -> (y) { y = GlobalLpPool(x) }",
};

}  // namespace

extern const OpDef kOp_GlobalAveragePool;
constinit const OpDef kOp_GlobalAveragePool = {
    .name = "GlobalAveragePool",
    .infer = infer,
    .reference = reference_average,
    .prepare = prepare_average,
};

extern const OpDef kOp_GlobalMaxPool;
constinit const OpDef kOp_GlobalMaxPool = {
    .name = "GlobalMaxPool",
    .infer = infer,
    .reference = reference_max,
};

extern const OpDef kOp_GlobalLpPool;
constinit const OpDef kOp_GlobalLpPool = {
    .name = "GlobalLpPool",
    .parse = parse_lp,
    .infer = infer,
    .reference = reference_lp,
};

extern const OnnxOp kOnnx_GlobalAveragePool;
constinit const OnnxOp kOnnx_GlobalAveragePool = {.name = "GlobalAveragePool",
                                                  .versions = kVersions};

extern const OnnxOp kOnnx_GlobalMaxPool;
constinit const OnnxOp kOnnx_GlobalMaxPool = {.name = "GlobalMaxPool", .versions = kVersions};

extern const OnnxOp kOnnx_GlobalLpPool;
constinit const OnnxOp kOnnx_GlobalLpPool = {
    .name = "GlobalLpPool", .versions = kLpVersions, .upgrades = kLpUpgrades};

extern const OpDoc kDoc_GlobalAveragePool;
constinit const OpDoc kDoc_GlobalAveragePool = {
    .name = "GlobalAveragePool",
    .doc = "The mean of each channel.",
    .samples = kAverageSamples,
};

extern const OpDoc kDoc_GlobalMaxPool;
constinit const OpDoc kDoc_GlobalMaxPool = {
    .name = "GlobalMaxPool",
    .doc = "The largest element of each channel.",
    .samples = kMaxSamples,
};

extern const OpDoc kDoc_GlobalLpPool;
constinit const OpDoc kDoc_GlobalLpPool = {
    .name = "GlobalLpPool",
    .doc = "The p-norm of each channel.",
    .samples = kLpSamples,
};

}  // namespace mote
