#include "ops/quantize/quantized_binary.h"

#include "ops/support/broadcast.h"

namespace mote {
namespace {

using NarrowElements = Elements<std::int8_t, std::uint8_t, std::int16_t, std::uint16_t>;

// Y: unsigned, of y's width; signed elements have the same bits.
template <class T, class Y, class F>
void apply_rows(const F& f, const TensorView& a, const TensorView& b, const MutTensorView& y,
                Workers& workers) {
  const auto rows = broadcast_rows<2>({a.dims, b.dims}, y.dims);
  constexpr std::int64_t kGrain = 1 << 13;
  if (y.dims.count() == 0) return;
  workers.for_each_range(y.dims.count(), kGrain, [&](std::int64_t begin, std::int64_t end) {
    for_each_row(rows, begin, end, [&](const auto& at, std::int64_t to, std::int64_t n) {
      const T* x = a.as<T>() + at[0];
      const T* w = b.as<T>() + at[1];
      Y* out = y.as<Y>() + to;
      for (std::int64_t i = 0; i < n; ++i) {
        out[i] = static_cast<Y>(f(x[i * rows.step[0]], w[i * rows.step[1]]));
      }
    });
  });
}

template <class F>
Status apply_to(const F& f, const TensorView& a, const TensorView& b, const MutTensorView& y,
                Workers& workers) {
  return with_dtype(NarrowElements{}, a.dtype, [&]<class T>(T) -> Status {
    const bool bytes = y.dtype == DType::kS8 || y.dtype == DType::kU8;
    if (bytes) {
      apply_rows<T, std::uint8_t>(f, a, b, y, workers);
    } else {
      apply_rows<T, std::uint16_t>(f, a, b, y, workers);
    }
    return {};
  });
}

}  // namespace

Status apply(const QuantizedSum& f, const TensorView& a, const TensorView& b,
             const MutTensorView& y, Workers& workers) {
  return apply_to(f, a, b, y, workers);
}

Status apply(const QuantizedProduct& f, const TensorView& a, const TensorView& b,
             const MutTensorView& y, Workers& workers) {
  return apply_to(f, a, b, y, workers);
}

}  // namespace mote
