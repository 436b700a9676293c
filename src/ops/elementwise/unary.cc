#include "ops/elementwise/unary.h"

#include "ops/support/has_kernels.h"

namespace mote {
namespace {

// Elements that a thread takes at once.
constexpr std::int64_t kGrain = 16384;

class UnaryStep final : public Step {
 public:
  UnaryStep(const KernelTable& kernels, const UnaryCall& call) : kernels_(kernels), call_(call) {}

  bool may_overwrite(int input) const override { return input == 0; }
  std::string_view kernel() const override { return "unary_f32"; }

  Status run(const RunArgs& args) const override {
    const float* x = args.in[0].as<float>();
    float* y = args.out[0].as<float>();
    args.workers.for_each_range(
        args.in[0].dims.count(), kGrain, [&](std::int64_t begin, std::int64_t end) {
          kernels_.unary_f32(call_.f, call_.a, call_.b, x + begin, y + begin, end - begin);
        });
    return {};
  }

 private:
  const KernelTable& kernels_;
  UnaryCall call_;
};

}  // namespace

std::unique_ptr<Step> make_unary_step(const PrepareArgs& args, const UnaryCall& call) {
  if (args.in_dtype(0) != DType::kF32) return nullptr;
  if (!has_kernels<Kernel::unary_f32>(args.kernels)) {
    return nullptr;
  }
  return std::make_unique<UnaryStep>(args.kernels, call);
}

}  // namespace mote
