// What the Reduce operators compute of a group of elements: add() each, then result().
#pragma once
#include <cmath>
#include <limits>

#include "ops/reduce/accumulate.h"

namespace mote {

// A real result as a T.
template <class T>
T from_real(double x) {
  if constexpr (std::is_integral_v<T>) return real_to_integer<T>(x);
  return rounded<T>(x);
}

template <class T>
struct SumOf {
  Wide<T> total = 0;
  void add(T x) { total += widened(x); }
  T result(std::int64_t) const { return narrowed<T>(total); }
};

// Of nothing: NaN, or 0 for integers, which are rounded towards 0.
template <class T>
struct MeanOf : SumOf<T> {
  T result(std::int64_t n) const {
    if constexpr (std::is_signed_v<T> && std::is_integral_v<T>) {
      return n == 0 ? T{0} : static_cast<T>(static_cast<std::int64_t>(this->total) / n);
    } else if constexpr (std::is_integral_v<T>) {
      return n == 0 ? T{0} : static_cast<T>(this->total / static_cast<std::uint64_t>(n));
    } else {
      return narrowed<T>(this->total / static_cast<double>(n));
    }
  }
};

template <class T>
struct ProductOf {
  Wide<T> total = 1;
  void add(T x) { total *= widened(x); }
  T result(std::int64_t) const { return narrowed<T>(total); }
};

template <class T>
struct SumSquareOf {
  Wide<T> total = 0;
  void add(T x) { total += widened(x) * widened(x); }
  T result(std::int64_t) const { return narrowed<T>(total); }
};

template <class T>
struct L1Of {
  Wide<T> total = 0;
  void add(T x) { total += x < T(0) ? 0 - widened(x) : widened(x); }
  T result(std::int64_t) const { return narrowed<T>(total); }
};

template <class T>
struct L2Of {
  double total = 0;
  void add(T x) { total += static_cast<double>(x) * static_cast<double>(x); }
  T result(std::int64_t) const { return from_real<T>(std::sqrt(total)); }
};

template <class T>
struct LogSumOf {
  double total = 0;
  void add(T x) { total += static_cast<double>(x); }
  T result(std::int64_t) const { return from_real<T>(std::log(total)); }
};

// log(sum exp(x)) = top + log(sum exp(x - top)), top the greatest so far.
template <class T>
struct LogSumExpOf {
  double top = -std::numeric_limits<double>::infinity();
  double total = 0;
  void add(T element) {
    const auto x = static_cast<double>(element);
    if (x == top) {  // infinities among them
      total += std::isinf(x) && x < 0 ? 0 : 1;
    } else if (x < top) {
      total += std::exp(x - top);
    } else {
      total = total * std::exp(top - x) + 1;
      top = x;
    }
  }
  T result(std::int64_t) const { return from_real<T>(top + std::log(total)); }
};

// The least of a type: the greatest of nothing.
template <class T>
constexpr Compute<T> least_of_all() {
  using Limits = std::numeric_limits<Compute<T>>;
  return Limits::has_infinity ? -Limits::infinity() : Limits::lowest();
}
template <class T>
constexpr Compute<T> greatest_of_all() {
  using Limits = std::numeric_limits<Compute<T>>;
  return Limits::has_infinity ? Limits::infinity() : Limits::max();
}

// NaN wins, in both.
template <class T>
struct MaxOf {
  Compute<T> best = least_of_all<T>();
  void add(T element) {
    const auto x = static_cast<Compute<T>>(element);
    if (x > best || x != x) best = x;
  }
  T result(std::int64_t) const { return static_cast<T>(best); }
};

template <class T>
struct MinOf {
  Compute<T> best = greatest_of_all<T>();
  void add(T element) {
    const auto x = static_cast<Compute<T>>(element);
    if (x < best || x != x) best = x;
  }
  T result(std::int64_t) const { return static_cast<T>(best); }
};

}  // namespace mote
