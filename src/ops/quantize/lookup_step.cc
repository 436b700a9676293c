#include "ops/quantize/lookup_step.h"

#include "kernels/table.h"
#include "ops/support/has_kernels.h"

namespace mote {
namespace {

class LookupStep final : public Step {
 public:
  LookupStep(const KernelTable& kernels, Tensor table)
      : kernels_(kernels), table_(std::move(table)) {}
  bool may_overwrite(int input) const override { return input == 0; }
  bool reads(int input) const override { return input == 0; }
  std::string_view kernel() const override { return "lookup_q8"; }

  Status run(const RunArgs& args) const override {
    const auto* table = static_cast<const std::uint8_t*>(table_.data());
    const auto* x = args.in[0].as<std::uint8_t>();
    auto* y = args.out[0].as<std::uint8_t>();
    constexpr std::int64_t kGrain = 1 << 15;
    args.workers.for_each_range(args.in[0].dims.count(), kGrain,
                                [&](std::int64_t begin, std::int64_t end) {
                                  kernels_.lookup_q8(table, x + begin, y + begin, end - begin);
                                });
    return {};
  }

 private:
  const KernelTable& kernels_;
  Tensor table_;
};

}  // namespace

std::unique_ptr<Step> make_lookup_step(const KernelTable& kernels, Tensor table) {
  if (!has_kernels<Kernel::lookup_q8>(kernels)) {
    return nullptr;
  }
  return std::make_unique<LookupStep>(kernels, std::move(table));
}

}  // namespace mote
