#include <algorithm>

#include "base/result.h"
#include "ops/conv/deform_conv.h"
#include "ops/matmul/gemm_grid.h"
#include "ops/support/has_kernels.h"

namespace mote {
namespace {

constexpr std::int64_t kColumnFloats = 1 << 20;  // that are gathered at once

std::int64_t aligned(std::int64_t floats) { return (floats + 15) / 16 * 16; }

class DeformConvStep final : public Step {
 public:
  DeformConvStep(const DeformConvParams& p, const Window& w, const PrepareArgs& args)
      : kernels_(args.kernels),
        p_(p),
        w_(w),
        images_(args.in_dims(kDeformX)[0]),
        channels_(args.in_dims(kDeformX)[1]),
        filters_(args.in_dims(kDeformW)[0]),
        taps_(w.kernel.count()),
        depth_(args.in_dims(kDeformW)[1] * taps_),
        packed_size_(aligned(kernels_.packed_gemm_size_f32(filters_ / p.group, depth_, 1))),
        chunk_(std::clamp<std::int64_t>(kColumnFloats / (channels_ * taps_), 1, w.out.count())) {}

  Status pack(const PrepareArgs& args) {
    if (!args.constant(kDeformW) || (args.has(kDeformB) && !args.constant(kDeformB))) return {};
    const auto fill = [&](const MutTensorView& packed, Workers& workers) -> Status {
      pack_groups(args.constant(kDeformW)->values<float>().data(),
                  args.has(kDeformB) ? args.constant(kDeformB)->values<float>().data() : nullptr,
                  packed.as<float>(), workers);
      return {};
    };
    MOTE_ASSIGN(packed_,
                args.derive({kDeformW, kDeformB}, p_.group * packed_size_, DType::kF32, fill));
    return {};
  }

  std::string_view kernel() const override { return "deform_gemm_f32"; }
  std::size_t packed_bytes() const override { return packed_ ? packed_.bytes() : 0; }
  bool reads(int input) const override {
    return !packed_ || (input != kDeformW && input != kDeformB);
  }
  std::size_t scratch_bytes() const override {
    const std::int64_t packing = packed_ ? 0 : p_.group * packed_size_;
    return static_cast<std::size_t>(packing + aligned(chunk_ * channels_ * taps_) +
                                    aligned(chunk_ * filters_)) *
           sizeof(float);
  }

  Status run(const RunArgs& args) const override {
    auto* scratch = reinterpret_cast<float*>(args.scratch);
    const float* packed = static_cast<const float*>(packed_.data());
    if (!packed_) {
      const TensorView b = optional_input(args, kDeformB);
      pack_groups(args.in[kDeformW].as<float>(), b ? b.as<float>() : nullptr, scratch,
                  args.workers);
      packed = scratch;
      scratch += p_.group * packed_size_;
    }
    float* columns = scratch;
    float* sums = columns + aligned(chunk_ * channels_ * taps_);
    const std::int64_t places = w_.out.count();
    for (std::int64_t n = 0; n < images_; ++n) {
      for (std::int64_t first = 0; first < places; first += chunk_) {
        MOTE_TRY(args.stop.check());
        const std::int64_t count = std::min(chunk_, places - first);
        gather(args, n, first, count, columns);
        multiply(args, packed, columns, count, sums);
        store(args, n, first, count, sums);
      }
    }
    return {};
  }

 private:
  void pack_groups(const float* w, const float* bias, float* packed, Workers& workers) const {
    const std::int64_t n = filters_ / p_.group;
    for (std::int64_t g = 0; g < p_.group; ++g) {
      pack_weights(kernels_, {w + g * n * depth_, n, depth_, depth_, 1},
                   bias != nullptr ? bias + g * n : nullptr, packed + g * packed_size_, workers);
    }
  }

  // columns: [count, channels, taps], what each tap sees in each channel.
  void gather(const RunArgs& args, std::int64_t n, std::int64_t first, std::int64_t count,
              float* columns) const {
    const DeformField<float> field(p_, w_, args);
    const std::int64_t row = channels_ * taps_;
    const float* x = args.in[kDeformX].as<float>() + n * channels_ * w_.in.count();
    const std::int64_t grain = std::max<std::int64_t>(1, (1 << 13) / row);
    args.workers.for_each_range(count, grain, [&](std::int64_t begin, std::int64_t end) {
      Dims to = w_.out;
      std::int64_t rest = first + begin;
      for (int d = w_.rank() - 1; d >= 0; rest /= w_.out[d], --d) to[d] = rest % w_.out[d];
      for (std::int64_t i = begin; i < end; ++i, advance(to, w_.out)) {
        look_around(field, n, first + i, to, x, columns + i * row);
      }
    });
  }

  void look_around(const DeformField<float>& field, std::int64_t n, std::int64_t place,
                   const Dims& to, const float* x, float* column) const {
    const std::int64_t together = channels_ / p_.offset_group;
    Corners corners;
    for (std::int64_t group = 0; group < p_.offset_group; ++group) {
      Dims at = w_.kernel;
      for (std::int64_t& i : at) i = 0;
      for (std::int64_t tap = 0; tap < taps_; ++tap, advance(at, w_.kernel)) {
        field.look(n, group, tap, at, place, to, corners);
        for (std::int64_t c = group * together; c < (group + 1) * together; ++c) {
          column[c * taps_ + tap] = static_cast<float>(corners.value(x + c * w_.in.count()));
        }
      }
    }
  }

  // sums: [count, filters].
  void multiply(const RunArgs& args, const float* packed, const float* columns, std::int64_t count,
                float* sums) const {
    const std::int64_t n = filters_ / p_.group;
    const GemmGrid grid = cut_gemm(kernels_, count, n, depth_);
    for (std::int64_t g = 0; g < p_.group; ++g) {
      const GemmF32 product{count,
                            n,
                            depth_,
                            columns + g * depth_,
                            channels_ * taps_,
                            packed + g * packed_size_,
                            sums + g * n,
                            filters_,
                            {}};
      run_gemm(kernels_, grid, product, args.workers);
    }
  }

  void store(const RunArgs& args, std::int64_t n, std::int64_t first, std::int64_t count,
             const float* sums) const {
    const std::int64_t places = w_.out.count();
    auto* y = args.out[0].as<std::uint32_t>() + n * filters_ * places + first;
    const auto* x = reinterpret_cast<const std::uint32_t*>(sums);
    constexpr std::int64_t kStripe = 64;  // places
    args.workers.for_each_range(count, kStripe, [&](std::int64_t begin, std::int64_t end) {
      kernels_.transpose_32(x + begin * filters_, filters_, y + begin, places, end - begin,
                            filters_);
    });
  }

  const KernelTable& kernels_;
  DeformConvParams p_;
  Window w_;
  std::int64_t images_, channels_, filters_, taps_;
  std::int64_t depth_;        // of a group, times taps
  std::int64_t packed_size_;  // of a group
  std::int64_t chunk_;        // places that are computed at once
  Tensor packed_;             // undefined: packed at each run
};

}  // namespace

Result<std::unique_ptr<Step>> prepare_deform_conv(const PrepareArgs& args) {
  const auto& p = args.params<DeformConvParams>();
  const Dims x = args.in_dims(kDeformX);
  const Dims w = args.in_dims(kDeformW);
  if (args.in_dtype(kDeformX) != DType::kF32 || x.count() == 0 || w.count() == 0) {
    return std::unique_ptr<Step>();
  }
  MOTE_ASSIGN(const Window window, make_window(p.window, spatial(x), spatial(w)));
  if (window.out.count() == 0) return std::unique_ptr<Step>();
  if (!has_kernels<Kernel::pack_gemm_f32, Kernel::gemm_f32, Kernel::transpose_32>(args.kernels)) {
    return std::unique_ptr<Step>();
  }
  auto step = std::make_unique<DeformConvStep>(p, window, args);
  MOTE_TRY(step->pack(args));
  return step;
}

}  // namespace mote
