#include "ops/elementwise/binary.h"

#include "ops/support/has_kernels.h"

namespace mote {
namespace {

// Elements that a thread takes at once.
constexpr std::int64_t kGrain = 16384;

class BinaryStep final : public Step {
 public:
  BinaryStep(const PrepareArgs& args, BinaryF32 f)
      : kernels_(args.kernels),
        f_(f),
        rows_(broadcast_rows<2>({args.in_dims(0), args.in_dims(1)}, args.out_dims(0))) {
    for (int i = 0; i < 2; ++i) {
      whole_[i] = args.in_dims(static_cast<std::size_t>(i)) == args.out_dims(0);
    }
  }

  bool may_overwrite(int input) const override { return input >= 0 && input < 2 && whole_[input]; }
  std::string_view kernel() const override { return "binary_f32"; }

  Status run(const RunArgs& args) const override {
    const float* a = args.in[0].as<float>();
    const float* b = args.in[1].as<float>();
    float* y = args.out[0].as<float>();
    args.workers.for_each_range(rows_.count(), kGrain, [&](std::int64_t begin, std::int64_t end) {
      for_each_row(rows_, begin, end, [&](const auto& at, std::int64_t to, std::int64_t n) {
        kernels_.binary_f32(f_, a + at[0], rows_.step[0], b + at[1], rows_.step[1], y + to, n);
      });
    });
    return {};
  }

 private:
  const KernelTable& kernels_;
  BinaryF32 f_;
  BroadcastRows<2> rows_;
  bool whole_[2];  // the operand has the result's shape
};

}  // namespace

std::unique_ptr<Step> make_binary_step(const PrepareArgs& args, BinaryF32 f) {
  if (args.in_dtype(0) != DType::kF32) return nullptr;
  if (!has_kernels<Kernel::binary_f32>(args.kernels)) {
    return nullptr;
  }
  return std::make_unique<BinaryStep>(args, f);
}

}  // namespace mote
