#include "ops/support/convert.h"

#include <algorithm>
#include <type_traits>

#include "base/check.h"
#include "ir/dtype.h"
#include "ops/support/element.h"

namespace mote {
namespace {

// Elements travel through the widest type of their kind, f64, s64 or u64, a block at a time.
constexpr std::int64_t kBlock = 256;

// Rounded to odd, as f64_to_f32_odd.
float to_f32_odd(double v) { return f64_to_f32_odd(v); }
float to_f32_odd(std::uint64_t v) {
  constexpr std::uint64_t kExact = std::uint64_t{1} << 53;
  if (v < kExact) return f64_to_f32_odd(static_cast<double>(v));
  const std::uint64_t lost = (v & 0x7ff) != 0 ? 1 : 0;
  return f64_to_f32_odd(static_cast<double>((v >> 11) | lost) * 2048.0);
}
float to_f32_odd(std::int64_t v) {
  const auto u = static_cast<std::uint64_t>(v);
  return v < 0 ? -to_f32_odd(0 - u) : to_f32_odd(u);
}

// Integers of a byte or more and booleans as s64 or u64; false if that is not what they are.
template <class W>
bool load_integers(const TensorView& from, std::int64_t begin, std::int64_t n, W* out) {
  using Signed = Elements<std::int8_t, std::uint8_t, std::int16_t, std::uint16_t, std::int32_t,
                          std::uint32_t, std::int64_t, bool>;
  using List =
      std::conditional_t<std::is_same_v<W, std::uint64_t>, Elements<std::uint64_t>, Signed>;
  const Status loaded = with_dtype(List{}, from.dtype, [&](auto element) -> Status {
    const auto* p = from.as<decltype(element)>() + begin;
    std::copy(p, p + n, out);
    return {};
  });
  return static_cast<bool>(loaded);
}

void load(const TensorView& from, std::int64_t begin, std::int64_t n, std::int64_t* out) {
  if (bit_width(from.dtype) < 8) {
    for (std::int64_t i = 0; i < n; ++i) out[i] = load_packed(from.dtype, from.data, begin + i);
    return;
  }
  MOTE_CHECK(load_integers(from, begin, n, out));
}

void load(const TensorView& from, std::int64_t begin, std::int64_t n, std::uint64_t* out) {
  MOTE_CHECK(load_integers(from, begin, n, out));
}

void load(const TensorView& from, std::int64_t begin, std::int64_t n, double* out) {
  if (bit_width(from.dtype) < 8) {
    for (std::int64_t i = 0; i < n; ++i) {
      const int bits = load_packed(from.dtype, from.data, begin + i);
      out[i] = minifloat_to_f32(from.dtype, static_cast<std::uint8_t>(bits));
    }
    return;
  }
  if (is_minifloat(from.dtype)) {
    const auto* p = from.as<std::uint8_t>() + begin;
    for (std::int64_t i = 0; i < n; ++i) out[i] = minifloat_to_f32(from.dtype, p[i]);
    return;
  }
  const Status loaded = with_dtype(FloatElements{}, from.dtype, [&](auto element) -> Status {
    const auto* p = from.as<decltype(element)>() + begin;
    for (std::int64_t i = 0; i < n; ++i) out[i] = static_cast<double>(p[i]);
    return {};
  });
  MOTE_CHECK(static_cast<bool>(loaded));
}

template <class T, class W>
T narrow(W value) {
  if constexpr (std::is_same_v<T, bool>) {
    return value != 0;
  } else if constexpr (std::is_same_v<T, F16> || std::is_same_v<T, BF16>) {
    return T(to_f32_odd(value));
  } else if constexpr (std::is_integral_v<T> && std::is_same_v<W, double>) {
    return real_to_integer<T>(value);
  } else {
    return static_cast<T>(value);
  }
}

template <class W>
void store_minifloats(const W* values, const MutTensorView& to, std::int64_t begin, std::int64_t n,
                      const ConvertOptions& options) {
  const bool scale = to.dtype == DType::kF8E8M0;
  for (std::int64_t i = 0; i < n; ++i) {
    const float value = to_f32_odd(values[i]);
    const std::uint8_t bits = scale ? f32_to_e8m0(value, options.e8m0, options.saturate)
                                    : f32_to_minifloat(to.dtype, value, options.saturate);
    if (to.dtype == DType::kF4E2M1) {
      store_packed(to.dtype, to.data, begin + i, bits);
    } else {
      to.as<std::uint8_t>()[begin + i] = bits;
    }
  }
}

template <class W>
void store(const W* values, const MutTensorView& to, std::int64_t begin, std::int64_t n,
           const ConvertOptions& options) {
  using Whole =
      Elements<float, double, F16, BF16, std::int8_t, std::uint8_t, std::int16_t, std::uint16_t,
               std::int32_t, std::uint32_t, std::int64_t, std::uint64_t, bool>;
  if (is_minifloat(to.dtype)) return store_minifloats(values, to, begin, n, options);
  if (bit_width(to.dtype) < 8) {
    for (std::int64_t i = 0; i < n; ++i) {
      store_packed(to.dtype, to.data, begin + i, narrow<std::int8_t>(values[i]));
    }
    return;
  }
  const Status stored = with_dtype(Whole{}, to.dtype, [&](auto element) -> Status {
    using T = decltype(element);
    T* p = to.as<T>() + begin;
    for (std::int64_t i = 0; i < n; ++i) p[i] = narrow<T>(values[i]);
    return {};
  });
  MOTE_CHECK(static_cast<bool>(stored));
}

template <class W>
void convert_through(const TensorView& from, std::int64_t from_index, const MutTensorView& to,
                     std::int64_t to_index, std::int64_t count, const ConvertOptions& options) {
  W block[kBlock];
  for (std::int64_t done = 0; done < count; done += kBlock) {
    const std::int64_t n = std::min(kBlock, count - done);
    load(from, from_index + done, n, block);
    store(block, to, to_index + done, n, options);
  }
}

}  // namespace

bool is_convertible(DType dtype) {
  return dtype == DType::kBool || is_float(dtype) || is_integer(dtype);
}

void convert_range(const TensorView& from, std::int64_t from_index, const MutTensorView& to,
                   std::int64_t to_index, std::int64_t count, const ConvertOptions& options) {
  if (is_float(from.dtype)) {
    convert_through<double>(from, from_index, to, to_index, count, options);
  } else if (from.dtype == DType::kU64) {
    convert_through<std::uint64_t>(from, from_index, to, to_index, count, options);
  } else {
    convert_through<std::int64_t>(from, from_index, to, to_index, count, options);
  }
}

}  // namespace mote
