#include "ops/resize/resize_step.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "base/text.h"
#include "ir/dtype.h"

namespace mote {
namespace {

// Elements that a thread computes at a time.
constexpr std::int64_t kGrain = 16 * 1024;
constexpr std::int64_t kMaxEntries = std::int64_t{1} << 31;

// x [outer, in, inner] to y [outer, out, inner]: y[o, j] = sum_t weight[j, t] * x[o, index[j, t]].
struct Pass {
  std::int64_t outer = 1, in = 1, out = 1, inner = 1;
  std::int64_t taps = 1;
  std::vector<std::int64_t> index;  // [out, taps]
  std::vector<float> weight;        // [out, taps]; empty where nearest

  std::int64_t out_count() const { return outer * out * inner; }
};

std::int64_t tap_count(const ResizeParams& p, const ResizeAxis& axis) {
  std::int64_t count = 1;
  for (std::int64_t x = 0; x < axis.out; ++x) {
    const ResizeTaps taps(p, axis, x);
    count = std::max(count, taps.last() - taps.first() + 1);
  }
  return count;
}

// Entries beyond an element's own taps repeat an index with weight 0.
Result<Pass> make_pass(const ResizeParams& p, const ResizeAxis& axis) {
  Pass pass;
  pass.in = axis.in;
  pass.out = axis.out;
  pass.taps = p.mode == ResizeMode::kNearest ? 1 : tap_count(p, axis);
  std::int64_t entries = 0;
  if (__builtin_mul_overflow(pass.out, pass.taps, &entries) || entries > kMaxEntries) {
    return Error{Code::kResourceExhausted,
                 cat("tables of ", pass.out, " times ", pass.taps, " entries")};
  }
  const bool weighted = p.mode != ResizeMode::kNearest;
  pass.index.reserve(static_cast<std::size_t>(entries));
  if (weighted) pass.weight.reserve(static_cast<std::size_t>(entries));
  for (std::int64_t x = 0; x < axis.out; ++x) {
    const ResizeTaps taps(p, axis, x);
    for (std::int64_t t = 0; t < pass.taps; ++t) {
      const std::int64_t i = std::min(taps.first() + t, taps.last());
      pass.index.push_back(taps.index(i));
      const bool own = taps.first() + t <= taps.last();
      if (weighted) pass.weight.push_back(own ? static_cast<float>(taps.weight(i)) : 0.0F);
    }
  }
  return pass;
}

// A part [j, j + count) of one outer index: x [in, inner] and y [count, inner] are its own.
void weigh(const Pass& pass, const float* x, float* y, std::int64_t j, std::int64_t count) {
  const std::int64_t taps = pass.taps;
  const std::int64_t inner = pass.inner;
  for (std::int64_t k = 0; k < count; ++k) {
    const std::int64_t* index = pass.index.data() + (j + k) * taps;
    const float* weight = pass.weight.data() + (j + k) * taps;
    float* row = y + k * inner;
    for (std::int64_t i = 0; i < inner; ++i) row[i] = weight[0] * x[index[0] * inner + i];
    for (std::int64_t t = 1; t < taps; ++t) {
      const float w = weight[t];
      const float* from = x + index[t] * inner;
      for (std::int64_t i = 0; i < inner; ++i) row[i] += w * from[i];
    }
  }
}

// The same for inner == 1: the sum stays in a register.
void weigh_scalars(const Pass& pass, const float* x, float* y, std::int64_t j, std::int64_t count) {
  const std::int64_t taps = pass.taps;
  for (std::int64_t k = 0; k < count; ++k) {
    const std::int64_t* index = pass.index.data() + (j + k) * taps;
    const float* weight = pass.weight.data() + (j + k) * taps;
    float sum = weight[0] * x[index[0]];
    for (std::int64_t t = 1; t < taps; ++t) sum += weight[t] * x[index[t]];
    y[k] = sum;
  }
}

template <class T>
void pick_scalars(const std::int64_t* index, const std::byte* x, std::byte* y, std::int64_t count) {
  const auto* source = reinterpret_cast<const T*>(x);
  auto* target = reinterpret_cast<T*>(y);
  for (std::int64_t k = 0; k < count; ++k) target[k] = source[index[k]];
}

void pick(const Pass& pass, const std::byte* x, std::byte* y, std::int64_t j, std::int64_t count,
          std::int64_t width) {
  const std::int64_t* index = pass.index.data() + j;
  const std::int64_t run = pass.inner * width;
  switch (run) {
    case 1:
      return pick_scalars<std::uint8_t>(index, x, y, count);
    case 2:
      return pick_scalars<std::uint16_t>(index, x, y, count);
    case 4:
      return pick_scalars<std::uint32_t>(index, x, y, count);
    default:
      for (std::int64_t k = 0; k < count; ++k) {
        std::memcpy(y + k * run, x + index[k] * run, static_cast<std::size_t>(run));
      }
  }
}

class ResizeStep final : public Step {
 public:
  ResizeStep(std::vector<Pass> passes, bool weighted, std::int64_t width)
      : passes_(std::move(passes)), weighted_(weighted), width_(width) {
    std::int64_t most = 0;
    for (std::size_t i = 0; i + 1 < passes_.size(); ++i) {
      most = std::max(most, passes_[i].out_count());
    }
    half_bytes_ = (most * width_ + 63) / 64 * 64;
  }

  std::string_view kernel() const override {
    return weighted_ ? "resize_taps_f32" : "resize_nearest";
  }

  // Two buffers, used in turn between passes.
  std::size_t scratch_bytes() const override {
    return static_cast<std::size_t>(half_bytes_) * std::min<std::size_t>(2, passes_.size() - 1);
  }

  std::size_t packed_bytes() const override {
    std::size_t bytes = 0;
    for (const Pass& pass : passes_) {
      bytes += pass.index.size() * sizeof(std::int64_t) + pass.weight.size() * sizeof(float);
    }
    return bytes;
  }

  Status run(const RunArgs& args) const override {
    const auto* x = args.in[0].as<std::byte>();
    for (std::size_t i = 0; i < passes_.size(); ++i) {
      const bool last = i + 1 == passes_.size();
      auto* y = last ? args.out[0].as<std::byte>() : args.scratch + (i % 2 == 0 ? 0 : half_bytes_);
      run_pass(passes_[i], x, y, args.workers);
      x = y;
    }
    return {};
  }

 private:
  void run_pass(const Pass& pass, const std::byte* x, std::byte* y, Workers& workers) const {
    const std::int64_t grain = std::max<std::int64_t>(1, kGrain / (pass.inner * pass.taps));
    workers.for_each_range(pass.outer * pass.out, grain, [&](std::int64_t n, std::int64_t end) {
      while (n < end) {
        const std::int64_t j = n % pass.out;
        const std::int64_t count = std::min(end - n, pass.out - j);
        const std::byte* from = x + n / pass.out * pass.in * pass.inner * width_;
        run_part(pass, from, y + n * pass.inner * width_, j, count);
        n += count;
      }
    });
  }

  void run_part(const Pass& pass, const std::byte* x, std::byte* y, std::int64_t j,
                std::int64_t count) const {
    if (!weighted_) return pick(pass, x, y, j, count, width_);
    const auto* from = reinterpret_cast<const float*>(x);
    auto* to = reinterpret_cast<float*>(y);
    if (pass.inner == 1) return weigh_scalars(pass, from, to, j, count);
    weigh(pass, from, to, j, count);
  }

  std::vector<Pass> passes_;  // at least one
  bool weighted_;
  std::int64_t width_;
  std::int64_t half_bytes_ = 0;
};

// Axes that shrink most come first: less is left for the others.
std::vector<std::size_t> pass_order(std::span<const ResizeAxis> axes) {
  std::vector<std::size_t> order;
  for (std::size_t d = 0; d < axes.size(); ++d) {
    if (!axes[d].same()) order.push_back(d);
  }
  std::ranges::stable_sort(order, {}, [&](std::size_t d) {
    return static_cast<double>(axes[d].out) / static_cast<double>(axes[d].in);
  });
  return order;
}

}  // namespace

Result<std::unique_ptr<Step>> make_resize_step(const ResizeParams& p, DType dtype,
                                               std::span<const ResizeAxis> axes) {
  const bool weighted = p.mode != ResizeMode::kNearest;
  const bool movable = dtype != DType::kString && bit_width(dtype) >= 8;
  const bool some = std::ranges::all_of(axes, [](const ResizeAxis& a) { return a.out > 0; });
  const std::vector<std::size_t> order = pass_order(axes);
  if (p.coordinates == ResizeCoordinates::kTfCropAndResize || !some || order.empty() ||
      !(weighted ? dtype == DType::kF32 : movable)) {
    return std::unique_ptr<Step>();
  }
  std::vector<std::int64_t> sizes;
  for (const ResizeAxis& axis : axes) sizes.push_back(axis.in);
  std::vector<Pass> passes;
  for (const std::size_t d : order) {
    MOTE_ASSIGN(Pass pass, make_pass(p, axes[d]));
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      if (i != d) (i < d ? pass.outer : pass.inner) *= sizes[i];
    }
    sizes[d] = pass.out;
    passes.push_back(std::move(pass));
  }
  return std::make_unique<ResizeStep>(std::move(passes), weighted, byte_width(dtype));
}

}  // namespace mote
