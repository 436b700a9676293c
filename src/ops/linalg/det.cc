// Det: determinants of square matrices.
#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/expect_elements.h"
#include "ops/support/real.h"

namespace mote {
namespace {

// X: [batch..., M, M]. Y: [batch...].
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, 0, FloatElements{}));
  const TensorType& x = args.type(0);
  if (!x.shape) {
    args.set(0, {x.dtype, std::nullopt});
    return {};
  }
  if (x.rank() < 2) {
    return Error{Code::kInvalidArgument, cat("X has rank ", x.rank(), ", less than 2")};
  }
  const Dim &rows = *(x.shape->end() - 2), &columns = x.shape->back();
  if (rows.known() && columns.known() && rows.size() != columns.size()) {
    return Error{Code::kInvalidArgument,
                 cat("a matrix of ", rows.size(), " by ", columns.size(), " is not square")};
  }
  args.set(0, {x.dtype, Shape(x.shape->begin(), x.shape->end() - 2)});
  return {};
}

// By elimination with the largest pivot of each column. a: [n, n] row-major, is used up.
double determinant(double* a, std::int64_t n, const StopToken& stop) {
  double product = 1;
  for (std::int64_t k = 0; k < n && !stop.stopped(); ++k) {
    std::int64_t pivot = k;
    for (std::int64_t i = k + 1; i < n; ++i) {
      if (std::abs(a[i * n + k]) > std::abs(a[pivot * n + k])) pivot = i;
    }
    if (pivot != k) {
      std::swap_ranges(a + k * n, a + (k + 1) * n, a + pivot * n);
      product = -product;
    }
    const double top = a[k * n + k];
    product *= top;
    if (top == 0) return 0;
    for (std::int64_t i = k + 1; i < n; ++i) {
      const double factor = a[i * n + k] / top;
      for (std::int64_t j = k + 1; j < n; ++j) a[i * n + j] -= factor * a[k * n + j];
    }
  }
  return product;
}

// Each range of matrices has room for one in scratch.
class DetStep final : public Step {
 public:
  DetStep(std::int64_t count, std::int64_t n)
      : count_(count), n_(n), slots_(std::min<std::int64_t>(count, 16)) {}

  std::size_t scratch_bytes() const override {
    return static_cast<std::size_t>(slots_ * n_ * n_) * sizeof(double);
  }
  std::string_view kernel() const override { return "elimination_f64"; }

  Status run(const RunArgs& args) const override {
    if (count_ == 0) return {};
    const std::int64_t grain = (count_ + slots_ - 1) / slots_;
    const std::int64_t size = n_ * n_;
    args.workers.for_each_range(count_, grain, [&](std::int64_t begin, std::int64_t end) {
      double* a = reinterpret_cast<double*>(args.scratch) + begin / grain * size;
      for (std::int64_t m = begin; m < end; ++m) {
        for (std::int64_t i = 0; i < size; ++i) a[i] = load_real(args.in[0], m * size + i);
        store_real(args.out[0], m, determinant(a, n_, args.stop));
      }
    });
    return args.stop.check();
  }

 private:
  std::int64_t count_, n_, slots_;
};

Result<std::unique_ptr<Step>> prepare(const PrepareArgs& args) {
  const Dims x = args.in_dims(0);
  return std::make_unique<DetStep>(x.count(0, x.rank() - 2), x[x.rank() - 1]);
}

std::int64_t macs(const PrepareArgs& args) {
  const Dims x = args.in_dims(0);
  return macs_of(x.count(), x[x.rank() - 1] / 3);
}

constexpr int kVersions[] = {11, 22};

constexpr std::string_view kSamples[] = {
    "(x: f32[3,3]) -> (y) { y = Det(x) }",    "(x: f32[2,40,5,5]) -> (y) { y = Det(x) }",
    "(x: f64[2,1,1]) -> (y) { y = Det(x) }",  "(x: f16[2,2]) -> (y) { y = Det(x) }",
    "(x: bf16[1,2,2]) -> (y) { y = Det(x) }", "(x: f32[3,0,0]) -> (y) { y = Det(x) }",
    "(x: f32[0,4,4]) -> (y) { y = Det(x) }",
};

}  // namespace

extern const OpDef kOp_Det;
constinit const OpDef kOp_Det = {.name = "Det", .infer = infer, .prepare = prepare, .macs = macs};

extern const OnnxOp kOnnx_Det;
constinit const OnnxOp kOnnx_Det = {.name = "Det", .versions = kVersions};

extern const OpDoc kDoc_Det;
constinit const OpDoc kDoc_Det = {
    .name = "Det",
    .doc = "The determinants of the matrices that the last two dimensions hold. Computed in f64.",
    .samples = kSamples,
};

}  // namespace mote
