#include <algorithm>

#include "base/result.h"
#include "kernels/table.h"
#include "ops/exec/conv_geometry.h"
#include "ops/exec/image.h"
#include "ops/exec/transposed_geometry.h"
#include "ops/matmul/gemm_grid.h"
#include "ops/support/has_kernels.h"

namespace mote {

// No phase beyond the output: a stride may be absurd.
TransposedGeometry::TransposedGeometry(const TransposedParams& p, const Dims& x, const Dims& w)
    : images(x[0]),
      channels(x[3]),
      filters(w[1] * p.group),
      group(p.group),
      in{x[1], x[2]},
      kernel{w[2], w[3]},
      stride(p.stride),
      out(p.out) {
  for (std::size_t d = 0; d < 2; ++d) {
    phases[d].resize(static_cast<std::size_t>(std::min(stride[d], out[d])));
    for (std::int64_t tap = 0; tap < kernel[d]; ++tap) {
      const std::int64_t reach = tap * p.dilation[d] - p.begin[d];
      // Output pixel q * stride + phase is input pixel (q + offset) * stride + reach.
      const std::int64_t phase = (reach % stride[d] + stride[d]) % stride[d];
      if (phase < std::ssize(phases[d])) {
        phases[d][static_cast<std::size_t>(phase)].push_back({tap, (phase - reach) / stride[d]});
      }
    }
  }
}

namespace {

using Taps = std::vector<PhaseTap>;

// Parts of rows of the output: for each, the products of its phases, whose results lie a stride
// apart.
class TransposedStep final : public Step {
 public:
  TransposedStep(const KernelTable& kernels, TransposedGeometry geometry,
                 const EpilogueActivation& activation, Tensor zeros)
      : kernels_(kernels),
        g_(std::move(geometry)),
        activation_(activation),
        zeros_(std::move(zeros)) {
    constexpr std::int64_t kMacs = 1 << 17;
    const std::int64_t column_macs =
        g_.filters * g_.depth() * g_.kernel[0] * g_.kernel[1] / g_.stride[0];
    columns_ = std::max(kMacs / std::max<std::int64_t>(column_macs, 1), 4 * kernels.gemm_rows);
    for (const Taps& ty : g_.phases[0]) {
      for (const Taps& tx : g_.phases[1]) {
        at_.push_back(floats_);
        floats_ += g_.group * size_of_phase(std::ssize(ty) * std::ssize(tx));
      }
    }
  }

  std::int64_t packed_floats() const { return floats_; }
  void take(Tensor packed) { packed_ = std::move(packed); }

  // w, bias: the operator's.
  void pack(const float* w, const float* bias, float* packed, Workers& workers) const {
    std::vector<float> taps_last;
    for (std::size_t py = 0; py < g_.phases[0].size(); ++py) {
      for (std::size_t px = 0; px < g_.phases[1].size(); ++px) {
        const Taps &ty = g_.phases[0][py], &tx = g_.phases[1][px];
        const std::int64_t taps = std::ssize(ty) * std::ssize(tx);
        const std::int64_t n = g_.group_filters(), k = g_.depth();
        float* to = packed + at_[py * g_.phases[1].size() + px];
        for (std::int64_t group = 0; group < g_.group; ++group, to += size_of_phase(taps)) {
          gather(w, group, ty, tx, taps_last);
          pack_weights(kernels_, {taps_last.data(), n, k, taps * k, 1, taps, k},
                       bias != nullptr ? bias + group * n : nullptr, to, workers);
        }
      }
    }
  }

  std::size_t packed_bytes() const override { return packed_.bytes() + zeros_.bytes(); }
  bool reads(int input) const override { return input == 0 || input == 3; }
  std::string_view kernel() const override { return "indirect_gemm_f32 (phases)"; }

  Status run(const RunArgs& args) const override {
    const std::int64_t columns = (g_.out[1] + g_.stride[1] - 1) / g_.stride[1];
    const std::int64_t parts = (columns + columns_ - 1) / columns_;
    args.workers.for_each_range(
        g_.images * g_.out[0] * parts, 1, [&](std::int64_t part, std::int64_t) {
          const std::int64_t first = part % parts * columns_;
          run_part(args, part / parts, first, std::min(columns_, columns - first));
        });
    return {};
  }

 private:
  std::int64_t size_of_phase(std::int64_t taps) const {
    return kernels_.packed_gemm_size_f32(g_.group_filters(), g_.depth(), taps);
  }

  // The phase's weights of one group as [filters, taps, depth].
  void gather(const float* w, std::int64_t group, const Taps& ty, const Taps& tx,
              std::vector<float>& to) const {
    const std::int64_t n = g_.group_filters(), k = g_.depth();
    to.clear();
    for (std::int64_t o = group * n; o < (group + 1) * n; ++o) {
      for (const PhaseTap& y : ty) {
        for (const PhaseTap& x : tx) {
          const std::int64_t tap = y.tap * g_.kernel[1] + x.tap;
          for (std::int64_t c = 0; c < k; ++c) to.push_back(w[g_.weight_at(group * k + c, o, tap)]);
        }
      }
    }
  }

  // Of output row `row`, numbered through the images, the pixels of `count` strides.
  void run_part(const RunArgs& args, std::int64_t row, std::int64_t first,
                std::int64_t count) const {
    for (std::int64_t px = 0; px < std::ssize(g_.phases[1]); ++px) {
      const std::int64_t all = (g_.out[1] - px + g_.stride[1] - 1) / g_.stride[1];
      const std::int64_t end = std::min(first + count, all);
      const std::int64_t taps =
          std::ssize(g_.taps_of(0, row % g_.out[0])) * std::ssize(g_.taps_of(1, px));
      const std::int64_t tile = taps == 0 ? kMaxRows : tile_rows(kernels_, taps);
      for (std::int64_t q = first; q < end; q += tile) {
        run_pixels(args, row, px, q, std::min(tile, end - q));
      }
    }
  }

  // Pixels px + (first + i) * stride of the row, i in [0, count).
  void run_pixels(const RunArgs& args, std::int64_t row, std::int64_t px, std::int64_t first,
                  std::int64_t count) const {
    const std::int64_t y = row % g_.out[0];
    const Taps &ty = g_.taps_of(0, y), &tx = g_.taps_of(1, px);
    const std::int64_t taps = std::ssize(ty) * std::ssize(tx);
    const std::int64_t n = g_.group_filters(), k = g_.depth();
    const auto phase = static_cast<std::size_t>(y % g_.stride[0] * std::ssize(g_.phases[1]) + px);
    const float* weights = static_cast<const float*>(packed_.data()) + at_[phase];
    const std::int64_t at = (row * g_.out[1] + px + first * g_.stride[1]) * g_.filters;
    const float* rows[kMaxRows];
    for (std::int64_t group = 0; group < g_.group; ++group, weights += size_of_phase(taps)) {
      point(args, row, first, count, ty, tx, group * k, rows);
      EpilogueF32 e{activation_.function, activation_.a, activation_.b};
      if (args.in.size() > 3 && args.in[3]) {
        e.residual = args.in[3].as<float>() + at + group * n;
        e.residual_ld = g_.stride[1] * g_.filters;
      }
      kernels_.indirect_gemm_f32({count, n, k, taps, rows, weights,
                                  args.out[0].as<float>() + at + group * n,
                                  g_.stride[1] * g_.filters, e});
    }
  }

  // rows[i * taps + t]: what tap t of pixel first + i sees, from channel `channel` on.
  void point(const RunArgs& args, std::int64_t row, std::int64_t first, std::int64_t count,
             const Taps& ty, const Taps& tx, std::int64_t channel, const float** rows) const {
    const std::int64_t line = g_.in[1] * g_.channels;
    const float* image = args.in[0].as<float>() + row / g_.out[0] * g_.in[0] * line + channel;
    const std::int64_t below = row % g_.out[0] / g_.stride[0];
    for (std::int64_t q = first; q < first + count; ++q) {
      for (const PhaseTap& y : ty) {
        const std::int64_t in_y = below + y.offset;
        const bool inside = in_y >= 0 && in_y < g_.in[0];
        for (const PhaseTap& x : tx) {
          const std::int64_t in_x = q + x.offset;
          *rows++ = inside && in_x >= 0 && in_x < g_.in[1]
                        ? image + in_y * line + in_x * g_.channels
                        : static_cast<const float*>(zeros_.data());
        }
      }
    }
  }

  const KernelTable& kernels_;
  TransposedGeometry g_;
  EpilogueActivation activation_;
  Tensor zeros_;                  // a pixel outside the image
  std::vector<std::int64_t> at_;  // of each phase in the packed weights
  std::int64_t floats_ = 0;
  std::int64_t columns_;  // strides of a row for a thread to take at once
  Tensor packed_;
};

bool fits(const KernelTable& kernels, const TransposedGeometry& g) {
  std::int64_t most[2] = {0, 0};
  for (std::size_t d = 0; d < 2; ++d) {
    for (const Taps& taps : g.phases[d]) most[d] = std::max(most[d], std::ssize(taps));
  }
  if (most[0] > kMaxRows || most[1] > kMaxRows) return false;
  return most[0] * most[1] == 0 || tile_rows(kernels, most[0] * most[1]) > 0;
}

}  // namespace

Result<std::unique_ptr<Step>> prepare_transposed(const TransposedParams& p,
                                                 const PrepareArgs& args) {
  const Tensor* w = args.constant(1);
  const Tensor* bias = args.constant(2);
  const bool known = w != nullptr && (bias != nullptr || !args.has(2));
  if (!known || args.in_dims(0).count() == 0 || args.out_dims(0).count() == 0) {
    return std::unique_ptr<Step>();
  }
  TransposedGeometry g(p, args.in_dims(0), args.in_dims(1));
  const bool depthwise = g.group > 1 && g.depth() == 1 && g.group_filters() == 1;
  if (depthwise || !fits(args.kernels, g) ||
      !has_kernels<Kernel::pack_gemm_f32, Kernel::indirect_gemm_f32>(args.kernels)) {
    return std::unique_ptr<Step>();
  }
  MOTE_ASSIGN(Tensor zeros, Tensor::zeros(DType::kF32, {g.channels}));
  auto step =
      std::make_unique<TransposedStep>(args.kernels, std::move(g), p.activation, std::move(zeros));
  const auto fill = [&](const MutTensorView& packed, Workers& workers) -> Status {
    step->pack(w->values<float>().data(), bias != nullptr ? bias->values<float>().data() : nullptr,
               packed.as<float>(), workers);
    return {};
  };
  MOTE_ASSIGN(Tensor packed, args.derive({1, 2}, step->packed_floats(), DType::kF32, fill));
  step->take(std::move(packed));
  return step;
}

}  // namespace mote
