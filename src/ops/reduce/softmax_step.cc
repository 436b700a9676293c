#include "ops/reduce/softmax_step.h"

#include <algorithm>

#include "ops/support/has_kernels.h"

namespace mote {
namespace {

constexpr std::int64_t kElements = 8192;  // that a thread takes at once

// The lanes are rows.
class SoftmaxRowsStep final : public Step {
 public:
  SoftmaxRowsStep(const KernelTable& kernels, const Lanes& lanes)
      : kernels_(kernels), rows_(lanes.outer), columns_(lanes.size) {}

  bool may_overwrite(int input) const override { return input == 0; }
  std::string_view kernel() const override { return "softmax_f32"; }

  Status run(const RunArgs& args) const override {
    const float* x = args.in[0].as<float>();
    float* y = args.out[0].as<float>();
    const std::int64_t grain = std::max<std::int64_t>(1, kElements / columns_);
    args.workers.for_each_range(rows_, grain, [&](std::int64_t begin, std::int64_t end) {
      kernels_.softmax_f32(x + begin * columns_, y + begin * columns_, end - begin, columns_);
    });
    return {};
  }

 private:
  const KernelTable& kernels_;
  std::int64_t rows_, columns_;
};

// The lanes are columns: vectors run across them, kColumns at a time.
class SoftmaxColumnsStep final : public Step {
 public:
  SoftmaxColumnsStep(const KernelTable& kernels, const Lanes& lanes)
      : kernels_(kernels), lanes_(lanes) {}

  bool may_overwrite(int input) const override { return input == 0; }
  std::string_view kernel() const override { return "softmax_columns_f32"; }

  Status run(const RunArgs& args) const override {
    const std::int64_t pieces = (lanes_.inner + kColumns - 1) / kColumns;
    const std::int64_t work = lanes_.size * std::min(kColumns, lanes_.inner);
    const std::int64_t grain = std::max<std::int64_t>(1, kElements / work);
    args.workers.for_each_range(
        lanes_.outer * pieces, grain, [&](std::int64_t begin, std::int64_t end) {
          for (std::int64_t i = begin; i < end; ++i) {
            const std::int64_t c = i % pieces * kColumns;
            const std::int64_t at = i / pieces * lanes_.size * lanes_.inner + c;
            columns(args.in[0].as<float>() + at, args.out[0].as<float>() + at,
                    std::min(kColumns, lanes_.inner - c));
          }
        });
    return {};
  }

 private:
  static constexpr std::int64_t kColumns = 256;

  void columns(const float* x, float* y, std::int64_t n) const {
    float row[kColumns];  // the greatest of each column, then one over its sum
    const std::int64_t ld = lanes_.inner;
    std::copy_n(x, n, row);
    for (std::int64_t i = 1; i < lanes_.size; ++i) {
      kernels_.binary_f32(BinaryF32::kMax, row, 1, x + i * ld, 1, row, n);
    }
    for (std::int64_t i = 0; i < lanes_.size; ++i) {
      kernels_.binary_f32(BinaryF32::kSub, x + i * ld, 1, row, 1, y + i * ld, n);
      kernels_.unary_f32(UnaryF32::kExp, 0.0F, 0.0F, y + i * ld, y + i * ld, n);
    }
    kernels_.sum_columns_f32(y, ld, row, lanes_.size, n, 1.0F);
    kernels_.unary_f32(UnaryF32::kReciprocal, 0.0F, 0.0F, row, row, n);
    for (std::int64_t i = 0; i < lanes_.size; ++i) {
      kernels_.binary_f32(BinaryF32::kMul, y + i * ld, 1, row, 1, y + i * ld, n);
    }
  }

  const KernelTable& kernels_;
  Lanes lanes_;
};

}  // namespace

std::unique_ptr<Step> make_softmax_step(const KernelTable& kernels, const Lanes& lanes) {
  if (lanes.inner == 1) {
    if (!has_kernels<Kernel::softmax_f32>(kernels)) return nullptr;
    return std::make_unique<SoftmaxRowsStep>(kernels, lanes);
  }
  if (!has_kernels<Kernel::binary_f32, Kernel::unary_f32, Kernel::sum_columns_f32>(kernels))
    return nullptr;
  return std::make_unique<SoftmaxColumnsStep>(kernels, lanes);
}

}  // namespace mote
