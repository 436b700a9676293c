// Add, Sub, Mul, Div, Mod. Integers wrap; dividing them by zero is an error.
#include <cmath>
#include <type_traits>

#include "ops/elementwise/binary.h"

namespace mote {
namespace {

// f(a, b) modulo 2^bits for integers: computed without sign, where nothing overflows.
template <class T, class F>
T wrapped(T a, T b, const F& f) {
  if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(f(static_cast<std::uint64_t>(a), static_cast<std::uint64_t>(b)));
  } else {
    return f(a, b);
  }
}

struct Add {
  using Types = NumberElements;
  static constexpr BinaryF32 kKernel = BinaryF32::kAdd;
  template <class T>
  T operator()(T a, T b) const {
    return wrapped(a, b, [](auto u, auto v) { return u + v; });
  }
};

struct Sub {
  using Types = NumberElements;
  static constexpr BinaryF32 kKernel = BinaryF32::kSub;
  template <class T>
  T operator()(T a, T b) const {
    return wrapped(a, b, [](auto u, auto v) { return u - v; });
  }
};

struct Mul {
  using Types = NumberElements;
  static constexpr BinaryF32 kKernel = BinaryF32::kMul;
  template <class T>
  T operator()(T a, T b) const {
    return wrapped(a, b, [](auto u, auto v) { return u * v; });
  }
};

// Remembers that an integer was divided by zero.
struct Division {
  bool by_zero = false;
  Status status() const {
    if (!by_zero) return {};
    return Error{Code::kInvalidArgument, "an integer is divided by 0"};
  }
  template <class T>
  bool refuses(T b) {
    by_zero |= b == 0;
    return b == 0;
  }
};

struct Div : Division {
  using Types = NumberElements;
  static constexpr BinaryF32 kKernel = BinaryF32::kDiv;
  template <class T>
  T operator()(T a, T b) {
    if constexpr (std::is_integral_v<T>) {
      if (refuses(b)) return 0;
      if (std::is_signed_v<T> && b == static_cast<T>(-1)) return Sub()(T{0}, a);
      return static_cast<T>(a / b);
    } else {
      return a / b;
    }
  }
};

struct Mod : Division {
  using Types = NumberElements;
  bool fmod = false;
  Status read(AttributeReader& r) {
    fmod = r.flag("fmod", false);
    return {};
  }
  template <class T>
  T operator()(T a, T b) {
    T rest = 0;
    if constexpr (std::is_integral_v<T>) {
      if (refuses(b) || (std::is_signed_v<T> && b == static_cast<T>(-1))) return 0;
      rest = static_cast<T>(a % b);
    } else {
      rest = std::fmod(a, b);
      if (!fmod && rest == 0) return std::copysign(rest, b);
    }
    const bool signs_differ = rest != 0 && (rest < 0) != (b < 0);
    return !fmod && signs_differ ? static_cast<T>(rest + b) : rest;
  }
};

constexpr int kArithmeticVersions[] = {1, 6, 7, 13, 14};
constexpr int kModVersions[] = {10, 13, 28};
constexpr OnnxUpgrade kArithmeticUpgrades[] = {{6, drop_consumed_inputs},
                                               {7, upgrade_legacy_broadcast}};
constexpr std::span<const OnnxUpgrade> kNone;

}  // namespace

MOTE_BINARY_OP(Add, kArithmeticVersions, kArithmeticUpgrades, "The sum of two broadcast tensors.",
               MOTE_BINARY_SAMPLES(Add, "f32", ""), MOTE_BINARY_SAMPLES(Add, "s64", ""),
               "(a: f16[4], b: f16[]) -> (y) { y = Add(a, b) }",
               "(a: u8[2,3], b: u8[3]) -> (y) { y = Add(a, b) }")
MOTE_BINARY_OP(Sub, kArithmeticVersions, kArithmeticUpgrades,
               "The difference of two broadcast tensors.", MOTE_BINARY_SAMPLES(Sub, "f32", ""),
               MOTE_BINARY_SAMPLES(Sub, "s32", ""),
               "(a: bf16[4], b: bf16[]) -> (y) { y = Sub(a, b) }",
               "(a: u8[2,3], b: u8[3]) -> (y) { y = Sub(a, b) }")
MOTE_BINARY_OP(Mul, kArithmeticVersions, kArithmeticUpgrades,
               "The product of two broadcast tensors.", MOTE_BINARY_SAMPLES(Mul, "f32", ""),
               MOTE_BINARY_SAMPLES(Mul, "s8", ""), "(a: f64[4], b: f64[]) -> (y) { y = Mul(a, b) }",
               "(a: u16[2,3], b: u16[3]) -> (y) { y = Mul(a, b) }")
MOTE_BINARY_OP(Div, kArithmeticVersions, kArithmeticUpgrades,
               "The quotient of two broadcast tensors; that of integers is rounded towards 0.",
               MOTE_BINARY_SAMPLES(Div, "f32", ""),
               "(a: f64[4], b: f64[]) -> (y) { y = Div(a, b) }",
               "(a: s32[2,3]) -> (y) { b: s32[3] = {2, -3, -1} y = Div(a, b) }",
               "(a: u8[2,3]) -> (y) { b: u8[] = {2} y = Div(a, b) }")
MOTE_BINARY_OP(Mod, kModVersions, kNone,
               "The rest of a division: with the divisor's sign, or with `fmod` the dividend's.",
               "(a: s32[2,3]) -> (y) { b: s32[3] = {2, -3, -1} y = Mod(a, b) }",
               "(a: s32[2,3]) -> (y) { b: s32[3] = {2, -3, -1} y = Mod(a, b) {fmod=1} }",
               "(a: u8[2,3]) -> (y) { b: u8[] = {2} y = Mod(a, b) }",
               MOTE_BINARY_SAMPLES(Mod, "f32", "{fmod=1}"),
               "(a: f16[2,3], b: f16[3]) -> (y) { y = Mod(a, b) }")

}  // namespace mote
