#include "ops/exec/qconv_step.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/result.h"
#include "ops/exec/image.h"
#include "ops/exec/qconv_steps.h"

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

// Kernels read x as u8: the zero point moves with it and, times the weights' sum, joins the bias.
// False: a sum may need more than 32 bits, or a number is none.
bool gather(const QConvParams& p, DType x, const Tensor& w, const Tensor* bias,
            const Tensor& factor, QWeights& q) {
  const IntegerRange range = range_of(x);
  if (p.x_zero_point < range.low || p.x_zero_point > range.high) return false;
  const std::int64_t most = std::max(range.high - p.x_zero_point, p.x_zero_point - range.low);
  const std::int64_t filters = w.dims()[0];
  const std::int64_t size = w.dims().count(1, w.dims().rank());
  const int shift = x == DType::kS8 ? 0x80 : 0;
  q.flip = static_cast<std::uint8_t>(shift);
  q.outside = static_cast<std::uint8_t>(p.x_zero_point);
  q.w = wide_weights(w);
  for (std::int64_t o = 0; o < filters; ++o) {
    std::int64_t sum = 0, magnitude = 0;
    const std::int16_t* weights = q.w.data() + o * size;
    std::int32_t least = 0, most_weight = 0;
    for (std::int64_t i = 0; i < size; ++i) {
      const std::int32_t weight = weights[i];
      least = std::min(least, weight);
      most_weight = std::max(most_weight, weight);
      sum += weight;
      magnitude += std::abs(weight);
    }
    if (least < -255 || most_weight > 255) return false;
    q.narrow = q.narrow && least >= -128 && most_weight <= 127;
    const std::int64_t own =
        bias != nullptr ? bias->values<std::int32_t>()[static_cast<std::size_t>(o)] : 0;
    if (magnitude * most + std::abs(own) > std::numeric_limits<std::int32_t>::max()) return false;
    const float f = factor.values<float>()[static_cast<std::size_t>(o)];
    if (!std::isfinite(f)) return false;
    // Modulo 2^32, as the kernel's sum.
    q.bias.push_back(static_cast<std::int32_t>(own - sum * (p.x_zero_point + shift)));
    q.factor.push_back(f);
  }
  return true;
}

// Operands that kernels take; false: there are none.
bool gather_operands(const QConvParams& p, const PrepareArgs& args, QWeights& q) {
  const Tensor* w = args.constant(kQWeights);
  const Tensor* factor = args.constant(kQFactor);
  const Tensor* bias = args.constant(kQBias);
  const bool known = w != nullptr && factor != nullptr && (bias != nullptr || !args.has(kQBias));
  if (!known || args.in_dims(0).count() == 0 || args.out_dims(0).count() == 0) return false;
  return gather(p, args.in_dtype(0), *w, bias, *factor, q);
}

}  // namespace

Result<Tensor> pack_groups_q8(const PrepareArgs& args, const QWeights& q, std::int64_t group,
                              std::int64_t n, std::int64_t k, std::int64_t taps) {
  const std::int64_t size = product_of(args.kernels, q).packed_size(n, k, taps);
  MOTE_ASSIGN(Tensor packed, args.room_for_packed(group * size, DType::kS32));
  auto* to = packed.mut().as<std::int32_t>();
  for (std::int64_t i = 0; i < group; ++i) {
    product_of(args.kernels, q)
        .pack({q.w.data() + i * n * k * taps, q.bias.data() + i * n, q.factor.data() + i * n, n, k,
               taps, k * taps, 1, taps},
              to + i * size);
  }
  return packed;
}

Result<std::unique_ptr<Step>> prepare_qconv(const QConvParams& p, const PrepareArgs& args) {
  QWeights q;
  if (!gather_operands(p, args, q)) return std::unique_ptr<Step>();
  MOTE_ASSIGN(const ConvGeometry g,
              conv_geometry(p.window, p.group, args.in_dims(0), args.in_dims(kQWeights)));
  const ConvKind kind = kind_of(args.kernels, g);
  if (kind == ConvKind::kPointwise && g.group == 1) {
    const RowGeometry rows = rows_of(g, 1);
    return make_qgemm_step(args, p, q, {g.pixels, g.filters, g.channels, &rows});
  }
  if (kind == ConvKind::kDepthwise) return make_qdepthwise_step(args, p, q, g);
  if (kind == ConvKind::kStem) return make_qstem_step(args, p, q, g);
  if (tile_rows(args.kernels, g.taps()) == 0) return std::unique_ptr<Step>();
  return make_qwindow_step(args, p, q, g);
}

Result<std::unique_ptr<Step>> prepare_qgemm(const QConvParams& p, const PrepareArgs& args) {
  QWeights q;
  if (!gather_operands(p, args, q)) return std::unique_ptr<Step>();
  const std::int64_t n = args.in_dims(kQWeights)[0];
  const std::int64_t k = args.in_dims(kQWeights)[1];
  return make_qgemm_step(args, p, q, {args.out_dims(0).count() / n, n, k});
}

}  // namespace mote
