// Element types as C++ types, and calling a template for the one that a tensor has.
#pragma once
#include <cstdint>
#include <limits>
#include <string>

#include "base/result.h"
#include "base/text.h"
#include "ir/half.h"
#include "mote/tensor.h"

namespace mote {

// Storage of 16-bit floats; arithmetic goes through float.
struct F16 {
  std::uint16_t bits = 0;
  F16() = default;
  F16(float v) : bits(f32_to_f16(v)) {}
  operator float() const { return f16_to_f32(bits); }
};

struct BF16 {
  std::uint16_t bits = 0;
  BF16() = default;
  BF16(float v) : bits(f32_to_bf16(v)) {}
  operator float() const { return bf16_to_f32(bits); }
};

// A list of element types, for with_dtype.
template <class... T>
struct Elements {};

using FloatElements = Elements<float, double, F16, BF16>;
using IntegerElements = Elements<std::int8_t, std::uint8_t, std::int16_t, std::uint16_t,
                                 std::int32_t, std::uint32_t, std::int64_t, std::uint64_t>;
using NumberElements =
    Elements<float, double, F16, BF16, std::int8_t, std::uint8_t, std::int16_t, std::uint16_t,
             std::int32_t, std::uint32_t, std::int64_t, std::uint64_t>;

template <class T>
constexpr DType element_dtype() {
  if constexpr (std::is_same_v<T, F16>) return DType::kF16;
  if constexpr (std::is_same_v<T, BF16>) return DType::kBF16;
  return kDTypeOf<T>;
}

// Whether loops over elements of the type are part of the build: docs/small-binary.md.
constexpr bool is_built(DType dtype) {
  switch (dtype) {
#define MOTE_DTYPE(dtype) case DType::dtype:
#include "ops/dtype_list.inc"
#undef MOTE_DTYPE
    return true;
    default:
      return false;
  }
}

// Errors: kUnsupported, always.
Status no_such_elements(DType dtype);

// Calls f(T{}) for the T of `dtype`; f returns Status.
// Errors: kUnsupported, if the list or the build has none.
template <class... T, class F>
Status with_dtype(Elements<T...>, DType dtype, const F& f) {
  Status status;
  const auto call = [&]<class E>(E element) {
    if constexpr (is_built(element_dtype<E>())) {
      if (element_dtype<E>() != dtype) return false;
      status = f(element);
      return true;
    } else {
      return false;
    }
  };
  if ((call(T{}) || ...)) return status;
  return no_such_elements(dtype);
}

// The type to compute in: float for the 16-bit ones, T itself otherwise.
template <class T>
struct ComputeType {
  using type = T;
};
template <>
struct ComputeType<F16> {
  using type = float;
};
template <>
struct ComputeType<BF16> {
  using type = float;
};
template <class T>
using Compute = typename ComputeType<T>::type;

// The element nearest to v: rounded once, not by way of f32.
template <class T>
T rounded(double v) {
  if constexpr (std::is_same_v<T, F16> || std::is_same_v<T, BF16>) {
    return T(f64_to_f32_odd(v));
  } else {
    return static_cast<T>(v);
  }
}

// Below or equal to every number.
template <class T>
constexpr T least() {
  using Limits = std::numeric_limits<T>;
  return Limits::has_infinity ? -Limits::infinity() : Limits::lowest();
}

// An element of complex64 or complex128.
template <class R>
struct ComplexElement {
  R re, im;
};

}  // namespace mote
