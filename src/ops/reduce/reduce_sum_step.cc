#include "ops/reduce/reduce_sum_step.h"

#include <algorithm>

#include "ops/support/has_kernels.h"

namespace mote {
namespace {

class ReduceSumStep final : public Step {
 public:
  ReduceSumStep(const KernelTable& kernels, const Lanes& lanes, float scale)
      : kernels_(kernels), lanes_(lanes), scale_(scale) {}

  std::string_view kernel() const override {
    return lanes_.inner == 1 ? "sum_rows_f32" : "sum_columns_f32";
  }

  Status run(const RunArgs& args) const override {
    const float* x = args.in[0].as<float>();
    float* y = args.out[0].as<float>();
    if (lanes_.inner == 1) {
      rows(x, y, args.workers);
    } else {
      columns(x, y, args.workers);
    }
    return {};
  }

 private:
  static constexpr std::int64_t kElements = 16384;  // that a thread takes at once

  void rows(const float* x, float* y, Workers& workers) const {
    const std::int64_t grain = std::max<std::int64_t>(1, kElements / lanes_.size);
    workers.for_each_range(lanes_.outer, grain, [&](std::int64_t begin, std::int64_t end) {
      kernels_.sum_rows_f32(x + begin * lanes_.size, y + begin, end - begin, lanes_.size, scale_);
    });
  }

  // Pieces of kColumns neighbouring columns.
  void columns(const float* x, float* y, Workers& workers) const {
    constexpr std::int64_t kColumns = 256;
    const std::int64_t pieces = (lanes_.inner + kColumns - 1) / kColumns;
    const std::int64_t work = lanes_.size * std::min(kColumns, lanes_.inner);
    const std::int64_t grain = std::max<std::int64_t>(1, kElements / work);
    workers.for_each_range(lanes_.outer * pieces, grain, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        const std::int64_t o = i / pieces;
        const std::int64_t c = i % pieces * kColumns;
        kernels_.sum_columns_f32(x + o * lanes_.size * lanes_.inner + c, lanes_.inner,
                                 y + o * lanes_.inner + c, lanes_.size,
                                 std::min(kColumns, lanes_.inner - c), scale_);
      }
    });
  }

  const KernelTable& kernels_;
  Lanes lanes_;
  float scale_;
};

}  // namespace

std::unique_ptr<Step> make_reduce_sum_step(const KernelTable& kernels, const Dims& dims,
                                           const AxisGroups::Marks& marks, bool mean) {
  Lanes lanes{1, 1, 1};
  for (int d = 0; d < dims.rank(); ++d) {
    if (dims[d] == 1) continue;
    const bool marked = marks[static_cast<std::size_t>(d)];
    if (marked && lanes.inner != 1) return nullptr;
    std::int64_t& part = marked ? lanes.size : lanes.size == 1 ? lanes.outer : lanes.inner;
    part *= dims[d];
  }
  if (lanes.outer * lanes.size * lanes.inner == 0) return nullptr;
  if (!(lanes.inner == 1 ? has_kernels<Kernel::sum_rows_f32>(kernels)
                         : has_kernels<Kernel::sum_columns_f32>(kernels))) {
    return nullptr;
  }
  const float scale = mean ? 1.0F / static_cast<float>(lanes.size) : 1.0F;
  return std::make_unique<ReduceSumStep>(kernels, lanes, scale);
}

}  // namespace mote
