#include "measure/parity/real_numbers.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/random.h"
#include "base/text.h"
#include "ir/dtype.h"
#include "ops/support/convert.h"

namespace mote {
namespace {

constexpr std::int64_t kPart = 1024;  // elements, on the stack
using Part = std::array<double, kPart>;

constexpr int kDraws = 4;  // that are averaged

void load(const RealTensor& from, std::int64_t first, std::int64_t count, double* to) {
  convert_range(from.tensor.view(), first, {DType::kF64, {count}, to}, 0, count);
  if (!from.scale) return;
  for (std::int64_t i = 0; i < count; ++i) {
    to[i] = (to[i] - from.scale->zero_point) * from.scale->scale;
  }
}

// Of an integer type; others end nowhere.
std::pair<double, double> range_of(DType dtype) {
  if (!is_integer(dtype)) return {-INFINITY, INFINITY};
  const int bits = bit_width(dtype);
  const double count = std::ldexp(1.0, bits);
  if (is_signed_integer(dtype)) return {-count / 2, count / 2 - 1};
  return {0, count - 1};
}

void quantize(std::span<double> numbers, const LinearScale& scale, DType dtype) {
  const auto [low, high] = range_of(dtype);
  for (double& x : numbers) {
    const double step = x / scale.scale;
    const double q = (is_integer(dtype) ? std::nearbyint(step) : step) + scale.zero_point;
    x = std::isnan(q) ? scale.zero_point : std::clamp(q, low, high);
  }
}

Status check_types(const RealTensor& from, DType dtype, bool quantized) {
  const DType given = from.tensor.dtype();
  const bool are_numbers = is_convertible(given) && is_convertible(dtype);
  const bool rounds = !quantized && !is_float(dtype) && (is_float(given) || from.scale);
  if (are_numbers && !rounds) return {};
  return Error{Code::kInvalidArgument, cat("no QuantizeLinear or DequantizeLinear states how ",
                                           name(given), " becomes ", name(dtype))};
}

}  // namespace

void for_each_part(const RealTensor& a, const RealTensor& b,
                   const std::function<void(std::span<const double>, std::span<const double>)>& f) {
  Part a_part, b_part;
  const std::int64_t count = a.tensor.count();
  for (std::int64_t begin = 0; begin < count; begin += kPart) {
    const std::int64_t n = std::min(kPart, count - begin);
    load(a, begin, n, a_part.data());
    load(b, begin, n, b_part.data());
    const auto size = static_cast<std::size_t>(n);
    f(std::span(a_part).first(size), std::span(b_part).first(size));
  }
}

Result<Tensor> as_dtype(const RealTensor& from, DType dtype,
                        const std::optional<LinearScale>& scale) {
  const bool same_type = from.tensor.dtype() == dtype;
  if (same_type && from.scale == scale) return from.tensor;
  MOTE_TRY(check_types(from, dtype, scale.has_value()));
  MOTE_ASSIGN(Tensor to, Tensor::zeros(dtype, from.tensor.dims()));
  const MutTensorView out = to.mut();
  Part part;
  for (std::int64_t begin = 0; begin < to.count(); begin += kPart) {
    const std::int64_t n = std::min(kPart, to.count() - begin);
    load(from, begin, n, part.data());
    if (scale) quantize(std::span(part).first(static_cast<std::size_t>(n)), *scale, dtype);
    convert_range({DType::kF64, {n}, part.data()}, 0, out, begin, n);
  }
  return to;
}

Result<Tensor> cut_off(const RealTensor& from, DType dtype, const LinearScale& scale) {
  const auto [low, high] = range_of(dtype);
  const double least = (low - scale.zero_point) * scale.scale;
  const double greatest = (high - scale.zero_point) * scale.scale;
  MOTE_ASSIGN(Tensor to, Tensor::zeros(from.tensor.dtype(), from.tensor.dims()));
  const MutTensorView out = to.mut();
  Part part;
  for (std::int64_t begin = 0; begin < to.count(); begin += kPart) {
    const std::int64_t n = std::min(kPart, to.count() - begin);
    load(from, begin, n, part.data());
    for (double& x : std::span(part).first(static_cast<std::size_t>(n))) {
      x = std::isnan(x) ? x : std::clamp(x, least, greatest);
    }
    convert_range({DType::kF64, {n}, part.data()}, 0, out, begin, n);
  }
  return to;
}

Result<Tensor> random_steps(DType dtype, const Dims& dims, std::uint64_t seed) {
  MOTE_ASSIGN(Tensor tensor, Tensor::zeros(dtype, dims));
  const auto [low, high] = is_integer(dtype) ? range_of(dtype) : std::pair(-4.0, 4.0);
  const MutTensorView out = tensor.mut();
  Random random(seed);
  Part part;
  for (std::int64_t begin = 0; begin < tensor.count(); begin += kPart) {
    const std::int64_t n = std::min(kPart, tensor.count() - begin);
    for (double& x : std::span(part).first(static_cast<std::size_t>(n))) {
      double sum = 0;
      for (int i = 0; i < kDraws; ++i) sum += random.uniform();
      x = std::nearbyint(low + (high - low) * (sum / kDraws));
    }
    convert_range({DType::kF64, {n}, part.data()}, 0, out, begin, n);
  }
  return tensor;
}

}  // namespace mote
