// Comparisons and logic: two broadcast tensors to booleans.
#include <functional>
#include <string>

#include "ops/elementwise/binary.h"

namespace mote {
namespace {

struct Equal {
  using Types =
      Elements<float, double, F16, BF16, std::int8_t, std::uint8_t, std::int16_t, std::uint16_t,
               std::int32_t, std::uint32_t, std::int64_t, std::uint64_t, bool, std::string>;
  using Output = bool;
  template <class T>
  bool operator()(const T& a, const T& b) const {
    return a == b;
  }
};

// One struct for each order of numbers; NaN is in none.
template <class Order>
struct Comparison {
  using Types = NumberElements;
  using Output = bool;
  template <class T>
  bool operator()(T a, T b) const {
    return Order()(a, b);
  }
};
using Greater = Comparison<std::greater<>>;
using Less = Comparison<std::less<>>;
using GreaterOrEqual = Comparison<std::greater_equal<>>;
using LessOrEqual = Comparison<std::less_equal<>>;

template <class Connective>
struct Logic {
  using Types = Elements<bool>;
  bool operator()(bool a, bool b) const { return Connective()(a, b); }
};
using And = Logic<std::logical_and<>>;
using Or = Logic<std::logical_or<>>;
using Xor = Logic<std::not_equal_to<>>;

constexpr int kEqualVersions[] = {1, 7, 11, 13, 19};
constexpr int kOrderVersions[] = {1, 7, 9, 13};
constexpr int kOrderOrEqualVersions[] = {12, 16};
constexpr int kLogicVersions[] = {1, 7};
constexpr OnnxUpgrade kTo7[] = {{7, upgrade_legacy_broadcast}};
constexpr std::span<const OnnxUpgrade> kNone;

}  // namespace

MOTE_BINARY_OP(Equal, kEqualVersions, kTo7, "True where the elements are equal; NaN never is.",
               MOTE_BINARY_SAMPLES(Equal, "s64", ""), MOTE_BINARY_SAMPLES(Equal, "bool", ""),
               "(x: f32[4]) -> (y) { y = Equal(x, x) }",
               "() -> (y) { a: string[2] = {\"a\", \"\"} b: string[2] = {\"b\", \"\"}\n"
               "  y = Equal(a, b) }")
MOTE_BINARY_OP(Greater, kOrderVersions, kTo7, "True where A is greater than B.",
               MOTE_BINARY_SAMPLES(Greater, "f32", ""), MOTE_BINARY_SAMPLES(Greater, "u8", ""))
MOTE_BINARY_OP(Less, kOrderVersions, kTo7, "True where A is less than B.",
               MOTE_BINARY_SAMPLES(Less, "f32", ""), MOTE_BINARY_SAMPLES(Less, "s16", ""))
MOTE_BINARY_OP(GreaterOrEqual, kOrderOrEqualVersions, kNone,
               "True where A is greater than B or equal to it.",
               MOTE_BINARY_SAMPLES(GreaterOrEqual, "f16", ""),
               MOTE_BINARY_SAMPLES(GreaterOrEqual, "s64", ""))
MOTE_BINARY_OP(LessOrEqual, kOrderOrEqualVersions, kNone,
               "True where A is less than B or equal to it.",
               MOTE_BINARY_SAMPLES(LessOrEqual, "f64", ""),
               MOTE_BINARY_SAMPLES(LessOrEqual, "s32", ""))
MOTE_BINARY_OP(And, kLogicVersions, kTo7, "True where both elements are.",
               MOTE_BINARY_SAMPLES(And, "bool", ""))
MOTE_BINARY_OP(Or, kLogicVersions, kTo7, "True where either element is.",
               MOTE_BINARY_SAMPLES(Or, "bool", ""))
MOTE_BINARY_OP(Xor, kLogicVersions, kTo7, "True where exactly one of the elements is.",
               MOTE_BINARY_SAMPLES(Xor, "bool", ""))

}  // namespace mote
