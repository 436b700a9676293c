// Inverse of square matrices.
#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "ops/microsoft/composite.h"
#include "ops/support/expect_elements.h"

namespace mote {
namespace {

// X: [batch..., n, n]. Y as X.
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, 0, FloatElements{}));
  const TensorType& x = args.type(0);
  args.set(0, x);
  if (!x.shape) return {};
  const std::size_t rank = x.shape->size();
  if (rank < 2) return Error{Code::kInvalidArgument, cat("X has rank ", rank, ", below 2")};
  const Dim &rows = (*x.shape)[rank - 2], &columns = (*x.shape)[rank - 1];
  if (!rows.known() || !columns.known() || rows.size() == columns.size()) return {};
  return Error{Code::kInvalidArgument,
               cat("matrices of ", rows.size(), " rows and ", columns.size(), " columns")};
}

// Gauss-Jordan elimination with row exchanges, in f64; a singular matrix gives infinities and NaNs.
class InverseStep final : public Step {
 public:
  explicit InverseStep(std::int64_t n) : n_(n) {}
  // The matrix, and what becomes its inverse, row beside row.
  std::size_t scratch_bytes() const override {
    return static_cast<std::size_t>(2 * n_ * n_) * sizeof(double);
  }
  std::string_view kernel() const override { return "elimination"; }

  Status run(const RunArgs& args) const override {
    auto* work = reinterpret_cast<double*>(args.scratch);
    const std::int64_t size = n_ * n_;
    const std::int64_t matrices = size > 0 ? args.in[0].dims.count() / size : 0;
    return with_dtype(FloatElements{}, args.in[0].dtype, [&]<class T>(T) -> Status {
      for (std::int64_t m = 0; m < matrices; ++m) {
        load(args.in[0].as<T>() + m * size, work);
        for (std::int64_t c = 0; c < n_; ++c) {
          MOTE_TRY(args.stop.check());
          eliminate(work, c, args.workers);
        }
        T* y = args.out[0].as<T>() + m * size;
        for (std::int64_t i = 0; i < size; ++i) y[i] = rounded<T>(row(work, i / n_)[n_ + i % n_]);
      }
      return {};
    });
  }

 private:
  double* row(double* work, std::int64_t r) const { return work + r * 2 * n_; }

  template <class T>
  void load(const T* x, double* work) const {
    for (std::int64_t r = 0; r < n_; ++r) {
      for (std::int64_t c = 0; c < n_; ++c) {
        row(work, r)[c] = static_cast<double>(x[r * n_ + c]);
        row(work, r)[n_ + c] = r == c ? 1.0 : 0.0;
      }
    }
  }

  // Column c becomes that of the identity.
  void eliminate(double* work, std::int64_t c, Workers& workers) const {
    std::int64_t pivot = c;
    for (std::int64_t r = c + 1; r < n_; ++r) {
      if (std::abs(row(work, r)[c]) > std::abs(row(work, pivot)[c])) pivot = r;
    }
    double* top = row(work, c);
    if (pivot != c) std::swap_ranges(top, top + 2 * n_, row(work, pivot));
    const double divisor = top[c];
    for (std::int64_t i = 0; i < 2 * n_; ++i) top[i] /= divisor;
    const std::int64_t grain = std::max<std::int64_t>(1, 4096 / n_);
    workers.for_each_range(n_, grain, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t r = begin; r < end; ++r) {
        const double factor = row(work, r)[c];
        if (r == c || factor == 0) continue;
        for (std::int64_t i = 0; i < 2 * n_; ++i) row(work, r)[i] -= factor * top[i];
      }
    });
  }

  std::int64_t n_;
};

Result<std::unique_ptr<Step>> prepare(const PrepareArgs& args) {
  const Dims x = args.in_dims(0);
  return std::make_unique<InverseStep>(x.count() == 0 ? 0 : x[x.rank() - 1]);
}

std::int64_t macs(const PrepareArgs& args) {
  const Dims x = args.in_dims(0);
  return macs_of(x.count(), 2 * x[x.rank() - 1]);
}

constexpr OpDef inverse() {
  OpDef op;
  op.name = "Inverse";
  op.domain = "com.microsoft";
  op.infer = infer;
  op.prepare = prepare;
  op.macs = macs;
  return op;
}

constexpr std::string_view kSamples[] = {
    "(x: f32[2,3,3]) -> (y) { y = com.microsoft.Inverse(x) }",
    "() -> (y) { x: f64[2,2] = {0, 2, 1, 0} y = com.microsoft.Inverse(x) }",
    "() -> (y) { x: f16[2,2] = {4, 7, 2, 6} y = com.microsoft.Inverse(x) }",
    "(x: f32[0,0]) -> (y) { y = com.microsoft.Inverse(x) }",
};

}  // namespace

MOTE_MICROSOFT_OP(Inverse, inverse(), "The inverse of each square matrix.", kSamples)

}  // namespace mote
