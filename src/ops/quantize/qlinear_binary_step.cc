#include "ops/quantize/qlinear_binary_step.h"

#include <cmath>

#include "kernels/table.h"
#include "ops/quantize/quantized.h"
#include "ops/support/broadcast.h"
#include "ops/support/has_kernels.h"

namespace mote {
namespace {

constexpr std::size_t kA = 0, kB = 3;
using Loop = decltype(KernelTable::add_q8);

class QBinaryStep final : public Step {
 public:
  QBinaryStep(Loop run_rows, std::string_view name, const BinaryQ8& f, const PrepareArgs& args)
      : kernel_(run_rows),
        name_(name),
        f_(f),
        rows_(broadcast_rows<2>({args.in_dims(kA), args.in_dims(kB)}, args.out_dims(0))),
        count_(args.out_dims(0).count()) {
    for (const std::size_t input : {kA, kB}) {
      whole_[input / kB] = args.in_dims(input).count() == count_;
    }
  }

  // An operand that is not broadcast is read at the place that is written.
  bool may_overwrite(int input) const override {
    return reads(input) && whole_[input == static_cast<int>(kB)];
  }
  bool reads(int input) const override {
    return input == static_cast<int>(kA) || input == static_cast<int>(kB);
  }
  std::string_view kernel() const override { return name_; }

  Status run(const RunArgs& args) const override {
    constexpr std::int64_t kGrain = 1 << 15;
    const auto* a = args.in[kA].as<std::uint8_t>();
    const auto* b = args.in[kB].as<std::uint8_t>();
    auto* y = args.out[0].as<std::uint8_t>();
    args.workers.for_each_range(count_, kGrain, [&](std::int64_t begin, std::int64_t end) {
      for_each_row(rows_, begin, end, [&](const auto& at, std::int64_t to, std::int64_t n) {
        kernel_(f_, a + at[0], rows_.step[0], b + at[1], rows_.step[1], y + to, n);
      });
    });
    return {};
  }

 private:
  Loop kernel_;
  std::string_view name_;
  BinaryQ8 f_;
  BroadcastRows<2> rows_;
  std::int64_t count_;
  bool whole_[2] = {};
};

bool fits(float factor) { return std::abs(factor) < 0x1p64F; }

Result<std::unique_ptr<Step>> prepare(const PrepareArgs& args, bool product) {
  const auto a = constant_affine(args, 1, 2);
  const auto b = constant_affine(args, 4, 5);
  const auto y = constant_affine(args, 6, 7);
  if (!a || !b || !y || args.out_dims(0).count() == 0) return std::unique_ptr<Step>();
  // The operations and their order are the reference's.
  const float a_factor = product ? a->scale * b->scale / y->scale : a->scale / y->scale;
  const float b_factor = product ? 1.0F : b->scale / y->scale;
  if (!fits(a_factor) || !fits(b_factor)) return std::unique_ptr<Step>();
  if (!(product ? has_kernels<Kernel::mul_q8>(args.kernels)
                : has_kernels<Kernel::add_q8>(args.kernels))) {
    return std::unique_ptr<Step>();
  }
  const std::uint8_t flip = flip_of(args.in_dtype(kA));
  const IntegerRange range = range_of(args.in_dtype(kA));
  const BinaryQ8 f{flip,
                   a->zero_point + flip,
                   b->zero_point + flip,
                   a_factor,
                   b_factor,
                   {y->zero_point, range.low, range.high}};
  const Loop kernel = product ? args.kernels.mul_q8 : args.kernels.add_q8;
  return std::make_unique<QBinaryStep>(kernel, product ? "mul_q8" : "add_q8", f, args);
}

}  // namespace

Result<std::unique_ptr<Step>> prepare_qlinear_add(const PrepareArgs& args) {
  return prepare(args, false);
}
Result<std::unique_ptr<Step>> prepare_qlinear_mul(const PrepareArgs& args) {
  return prepare(args, true);
}

}  // namespace mote
