#include "ops/support/box_step.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "ir/dtype.h"
#include "ops/support/has_kernels.h"

namespace mote {
namespace {

// Bytes that a thread moves at a time.
constexpr std::int64_t kGrainBytes = 64 * 1024;
// Elements below which a dimension is too short to be the inner loop.
constexpr std::int64_t kShort = 16;

struct Row {
  std::int64_t count, from_step, to_step;
};

using CopyRow = void (*)(const std::byte* from, std::byte* to, const Row& row);

template <class T>
void copy_row(const std::byte* from, std::byte* to, const Row& row) {
  const T* x = reinterpret_cast<const T*>(from);
  T* y = reinterpret_cast<T*>(to);
  for (std::int64_t i = 0; i < row.count; ++i) y[i * row.to_step] = x[i * row.from_step];
}

template <class T>
void copy_run(const std::byte* from, std::byte* to, const Row& row) {
  std::memcpy(to, from, static_cast<std::size_t>(row.count) * sizeof(T));
}

CopyRow copy_for(std::int64_t width, bool run) {
  switch (width) {
    case 1:
      return run ? copy_run<std::uint8_t> : copy_row<std::uint8_t>;
    case 2:
      return run ? copy_run<std::uint16_t> : copy_row<std::uint16_t>;
    case 4:
      return run ? copy_run<std::uint32_t> : copy_row<std::uint32_t>;
    default:
      return run ? copy_run<std::uint64_t> : copy_row<std::uint64_t>;
  }
}

class BoxStep final : public Step {
 public:
  BoxStep(MergedBox box, std::int64_t offset, std::int64_t width, const KernelTable& kernels)
      : kernels_(kernels), box_(std::move(box)), offset_(offset), width_(width) {
    // The inner loop is the last dimension, or the one before where that is longer.
    int inner = box_.dims.rank() - 1;
    if (inner > 0 && box_.dims[inner] < kShort && box_.dims[inner - 1] > box_.dims[inner]) --inner;
    if (inner >= 0) {
      row_ = {box_.dims[inner], box_.strides[0][inner], box_.strides[1][inner]};
      box_.dims[inner] = 1;
    }
    by_kernel_ = width == 4 && row_.to_step == 1 && row_.from_step != 1 &&
                 has_kernels<Kernel::copy_steps_32>(kernels_);
    copy_ = copy_for(width, row_.from_step == 1 && row_.to_step == 1);
  }

  std::string_view kernel() const override { return by_kernel_ ? "copy_steps_32" : "copy_box"; }

  Status run(const RunArgs& args) const override {
    const auto* x = args.in[0].as<std::byte>();
    auto* y = args.out[0].as<std::byte>();
    const std::int64_t grain = std::max<std::int64_t>(1, kGrainBytes / (row_.count * width_));
    args.workers.for_each_range(box_.dims.count(), grain,
                                [&](std::int64_t begin, std::int64_t end) {
                                  for (std::int64_t i = begin; i < end; ++i) {
                                    const auto [from, to] = offsets(i);
                                    copy(x + from * width_, y + to * width_);
                                  }
                                });
    return {};
  }

 private:
  void copy(const std::byte* from, std::byte* to) const {
    if (!by_kernel_) return copy_(from, to, row_);
    kernels_.copy_steps_32(reinterpret_cast<const std::uint32_t*>(from), row_.from_step,
                           reinterpret_cast<std::uint32_t*>(to), row_.count);
  }

  // Where row i lies: elements of the source, of the destination.
  std::pair<std::int64_t, std::int64_t> offsets(std::int64_t i) const {
    std::int64_t from = offset_, to = 0;
    for (int d = box_.dims.rank() - 1; d >= 0 && i > 0; --d) {
      const std::int64_t at = i % box_.dims[d];
      i /= box_.dims[d];
      from += at * box_.strides[0][d];
      to += at * box_.strides[1][d];
    }
    return {from, to};
  }

  const KernelTable& kernels_;
  MergedBox box_;
  std::int64_t offset_, width_;
  Row row_ = {1, 1, 1};
  CopyRow copy_ = nullptr;
  bool by_kernel_ = false;
};

}  // namespace

std::unique_ptr<Step> make_box_step(DType dtype, const Dims& dims, const BoxPlace& from,
                                    const KernelTable& kernels) {
  const int bits = bit_width(dtype);
  if (dtype == DType::kString || bits < 8 || bits > 64 || dims.count() == 0) return nullptr;
  return std::make_unique<BoxStep>(merge_box(dims, from.strides, placed_whole(dims).strides),
                                   from.offset, bits / 8, kernels);
}

}  // namespace mote
