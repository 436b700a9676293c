#include "ops/norm/norm_step.h"

#include <algorithm>
#include <cmath>

#include "kernels/table.h"
#include "ops/support/has_kernels.h"

namespace mote {
namespace {

class NormStep final : public Step {
 public:
  NormStep(const KernelTable& kernels, const NormGeometry& geometry, float epsilon)
      : kernels_(kernels), g_(geometry), epsilon_(epsilon) {}

  std::string_view kernel() const override { return "norm_f32"; }
  bool may_overwrite(int input) const override { return input == 0; }

  Status run(const RunArgs& args) const override {
    const std::int64_t size = g_.channels * g_.run;
    const std::int64_t grain = std::max<std::int64_t>(1, kGrain / size);
    args.workers.for_each_range(g_.rows, grain, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t r = begin; r < end; ++r) row(args, r, size);
    });
    return {};
  }

 private:
  static constexpr std::int64_t kGrain = 1 << 13;  // elements
  static constexpr std::int64_t kChunk = 1024;

  void row(const RunArgs& args, std::int64_t r, std::int64_t size) const {
    const float* x = args.in[0].as<float>() + r * size;
    float* y = args.out[0].as<float>() + r * size;
    float mean = 0;
    if (g_.centered) {
      kernels_.sum_rows_f32(x, &mean, 1, size, 1.0F / static_cast<float>(size));
      kernels_.binary_f32(BinaryF32::kSub, x, 1, &mean, 0, y, size);
      x = y;
    }
    const double variance = sum_of_squares(x, size) / static_cast<double>(size);
    const auto inverse =
        static_cast<float>(1.0 / std::sqrt(variance + static_cast<double>(epsilon_)));
    kernels_.binary_f32(BinaryF32::kMul, x, 1, &inverse, 0, y, size);
    apply(BinaryF32::kMul, args.in[1].as<float>(), r, y);
    if (args.in.size() > 2 && args.in[2]) apply(BinaryF32::kAdd, args.in[2].as<float>(), r, y);
    store(args, 1, r, mean);
    store(args, 2, r, inverse);
  }

  double sum_of_squares(const float* x, std::int64_t size) const {
    float squares[kChunk];
    double sum = 0;
    for (std::int64_t i = 0; i < size; i += kChunk) {
      const std::int64_t n = std::min(kChunk, size - i);
      float part = 0;
      kernels_.binary_f32(BinaryF32::kMul, x + i, 1, x + i, 1, squares, n);
      kernels_.sum_rows_f32(squares, &part, 1, n, 1.0F);
      sum += static_cast<double>(part);
    }
    return sum;
  }

  void apply(BinaryF32 f, const float* values, std::int64_t r, float* y) const {
    if (!g_.by_channel) {
      kernels_.binary_f32(f, y, 1, values, 1, y, g_.channels * g_.run);
      return;
    }
    for (std::int64_t c = 0; c < g_.channels; ++c) {
      const float* value = values + (r * g_.channels + c) % g_.scales;
      kernels_.binary_f32(f, y + c * g_.run, 1, value, 0, y + c * g_.run, g_.run);
    }
  }

  static void store(const RunArgs& args, std::size_t i, std::int64_t r, float value) {
    if (i < args.out.size() && args.out[i].data != nullptr) args.out[i].as<float>()[r] = value;
  }

  const KernelTable& kernels_;
  NormGeometry g_;
  float epsilon_;
};

}  // namespace

std::unique_ptr<Step> make_norm_step(const KernelTable& kernels, const NormGeometry& geometry,
                                     float epsilon) {
  if (!has_kernels<Kernel::binary_f32, Kernel::sum_rows_f32>(kernels)) {
    return nullptr;
  }
  return std::make_unique<NormStep>(kernels, geometry, epsilon);
}

}  // namespace mote
