#include "ops/exec/qconv_step.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include "base/result.h"
#include "ops/exec/image.h"
#include "ops/exec/qconv_steps.h"
#include "ops/support/has_kernels.h"

namespace mote {
namespace {

// As s16. Requires: s8 or s16.
std::vector<std::int16_t> wide_weights(const Tensor& w) {
  if (w.dtype() == DType::kS8) {
    const auto bytes = w.values<std::int8_t>();
    return {bytes.begin(), bytes.end()};
  }
  const auto halves = w.values<std::int16_t>();
  return {halves.begin(), halves.end()};
}

// Sizes of w as filters of so many weights.
struct FilterSizes {
  std::int64_t filters, size;
};
FilterSizes sizes_of(const Tensor& w) { return {w.dims()[0], w.dims().count(1, w.dims().rank())}; }

std::int64_t bias_at(const QWeights& q, std::int64_t o) {
  return q.bias != nullptr ? q.bias->values<std::int32_t>()[static_cast<std::size_t>(o)] : 0;
}

// As bits of the one number that is derived.
constexpr std::int32_t kFits = 1, kNarrow = 2;

// kFits: no sum needs more than 32 bits, and factors are numbers. most: of x less its zero point.
std::int32_t examine(const QWeights& q, std::int64_t most) {
  const auto [filters, size] = sizes_of(*q.w);
  const std::vector<std::int16_t> w = wide_weights(*q.w);
  bool narrow = true;
  for (std::int64_t o = 0; o < filters; ++o) {
    std::int64_t magnitude = 0;
    std::int32_t least = 0, most_weight = 0;
    for (std::int64_t i = 0; i < size; ++i) {
      const std::int32_t weight = w[static_cast<std::size_t>(o * size + i)];
      least = std::min(least, weight);
      most_weight = std::max(most_weight, weight);
      magnitude += std::abs(weight);
    }
    if (least < -255 || most_weight > 255) return 0;
    narrow = narrow && least >= -128 && most_weight <= 127;
    const std::int64_t sum = magnitude * most + std::abs(bias_at(q, o));
    if (sum > std::numeric_limits<std::int32_t>::max()) return 0;
    if (!std::isfinite(q.factor->values<float>()[static_cast<std::size_t>(o)])) return 0;
  }
  return narrow ? kFits | kNarrow : kFits;
}

// Operands that kernels take; nothing: they do not. Errors: kResourceExhausted.
Result<std::optional<QWeights>> find_operands(const QConvParams& p, const PrepareArgs& args) {
  const Tensor* w = args.constant(kQWeights);
  const Tensor* factor = args.constant(kQFactor);
  const Tensor* bias = args.constant(kQBias);
  const bool known = w != nullptr && factor != nullptr && (bias != nullptr || !args.has(kQBias));
  if (!known || args.in_dims(0).count() == 0 || args.out_dims(0).count() == 0) return std::nullopt;
  const IntegerRange range = range_of(args.in_dtype(0));
  if (p.x_zero_point < range.low || p.x_zero_point > range.high) return std::nullopt;
  QWeights q{.w = w, .factor = factor, .bias = bias, .x_zero_point = p.x_zero_point};
  q.flip = args.in_dtype(0) == DType::kS8 ? 0x80 : 0;
  q.outside = static_cast<std::uint8_t>(p.x_zero_point);
  const std::int64_t most = std::max(range.high - p.x_zero_point, p.x_zero_point - range.low);
  MOTE_ASSIGN(const Tensor facts,
              derive_from_weights(args, 1, [&](const MutTensorView& to, Workers&) -> Status {
                *to.as<std::int32_t>() = examine(q, most);
                return {};
              }));
  const std::int32_t bits = facts.values<std::int32_t>()[0];
  if ((bits & kFits) == 0) return std::nullopt;
  q.narrow = (bits & kNarrow) != 0;
  return q;
}

// [O, C, T] as [O, T, C].
std::vector<std::int16_t> channels_last(const std::vector<std::int16_t>& w, std::int64_t filters,
                                        std::int64_t taps) {
  std::vector<std::int16_t> last(w.size());
  const std::int64_t size = std::ssize(w) / filters, channels = size / taps;
  auto to = last.begin();
  for (auto filter = w.begin(); filter != w.end(); filter += size) {
    for (std::int64_t t = 0; t < taps; ++t) {
      for (std::int64_t c = 0; c < channels; ++c) *to++ = filter[c * taps + t];
    }
  }
  return last;
}

bool has_product(const KernelTable& kernels, const QWeights& q) {
  return q.narrow ? has_kernels<Kernel::product_s8>(kernels)
                  : has_kernels<Kernel::product_q8>(kernels);
}

}  // namespace

// Kernels read x as u8: the zero point moves with it and, times the weights' sum, joins the bias.
QElements elements_of(const QWeights& q) {
  const auto [filters, size] = sizes_of(*q.w);
  QElements e;
  e.w = wide_weights(*q.w);
  const auto factors = q.factor->values<float>();
  e.factor.assign(factors.begin(), factors.end());
  for (std::int64_t o = 0; o < filters; ++o) {
    const std::int16_t* weights = e.w.data() + o * size;
    const std::int64_t sum = std::accumulate(weights, weights + size, std::int64_t{0});
    // Modulo 2^32, as the kernel's sum.
    e.bias.push_back(static_cast<std::int32_t>(bias_at(q, o) - sum * (q.x_zero_point + q.flip)));
  }
  return e;
}

Result<Tensor> pack_groups_q8(const PrepareArgs& args, const QWeights& q, const QGroups& groups) {
  const ProductQ8& product = product_of(args.kernels, q);
  const std::int64_t group = groups.group, n = groups.n, k = groups.k, taps = groups.taps;
  const std::int64_t size = product.packed_size(n, k, taps), panel = args.kernels.gemm_panel;
  const std::int64_t panels = (n + panel - 1) / panel;
  const auto fill = [&](const MutTensorView& packed, Workers& workers) -> Status {
    QElements e = elements_of(q);
    const std::int64_t all_taps = q.w->dims().count(2, q.w->dims().rank());
    if (groups.channels_last) e.w = channels_last(e.w, group * n, all_taps);
    workers.for_each_range(group * panels, 1, [&](std::int64_t i, std::int64_t) {
      const std::int64_t j = i % panels * panel, first = i / panels * n + j;
      product.pack({e.w.data() + first * k * taps, e.bias.data() + first, e.factor.data() + first,
                    std::min(panel, n - j), k, taps, k * taps, 1, taps},
                   packed.as<std::int32_t>() + i / panels * size + product.packed_size(j, k, taps));
    });
    return {};
  };
  return derive_from_weights(args, group * size, fill);
}

Result<std::unique_ptr<Step>> prepare_qconv(const QConvParams& p, const PrepareArgs& args) {
  MOTE_ASSIGN(const auto operands, find_operands(p, args));
  if (!operands) return std::unique_ptr<Step>();
  const QWeights& q = *operands;
  MOTE_ASSIGN(const ConvGeometry g,
              conv_geometry(p.window, p.group, args.in_dims(0), args.in_dims(kQWeights)));
  const ConvKind kind = kind_of(args.kernels, g);
  if (kind == ConvKind::kDepthwise) {
    if (!has_kernels<Kernel::pack_depthwise_q8, Kernel::depthwise_q8>(args.kernels)) {
      return std::unique_ptr<Step>();
    }
    return make_qdepthwise_step(args, p, q, g);
  }
  if (!has_product(args.kernels, q)) return std::unique_ptr<Step>();
  if (kind == ConvKind::kPointwise && g.group == 1) {
    const RowGeometry rows = rows_of(g, 1);
    return make_qgemm_step(args, p, q, {g.pixels, g.filters, g.channels, &rows});
  }
  if (kind == ConvKind::kStem) return make_qstem_step(args, p, q, g);
  if (tile_rows(args.kernels, g.taps()) == 0) return std::unique_ptr<Step>();
  return make_qwindow_step(args, p, q, g);
}

Result<std::unique_ptr<Step>> prepare_qgemm(const QConvParams& p, const PrepareArgs& args) {
  MOTE_ASSIGN(const auto operands, find_operands(p, args));
  if (!operands) return std::unique_ptr<Step>();
  const QWeights& q = *operands;
  if (!has_product(args.kernels, q)) return std::unique_ptr<Step>();
  const std::int64_t n = args.in_dims(kQWeights)[0];
  const std::int64_t k = args.in_dims(kQWeights)[1];
  return make_qgemm_step(args, p, q, {args.out_dims(0).count() / n, n, k});
}

}  // namespace mote
