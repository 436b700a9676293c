// BitShift, BitwiseAnd, BitwiseOr, BitwiseXor.
#include <limits>
#include <type_traits>

#include "base/text.h"
#include "ops/elementwise/binary.h"

namespace mote {
namespace {

// Beyond the width, and for negative amounts, only the sign is left of a right shift.
struct BitShift {
  using Types = IntegerElements;
  bool left = false;
  Status read(AttributeReader& r) {
    const std::string direction = r.required_text("direction");
    left = direction == "LEFT";
    if (left || direction == "RIGHT") return {};
    return Error{Code::kInvalidArgument,
                 cat("direction is '", direction, "', not 'LEFT' or 'RIGHT'")};
  }
  template <class T>
  T operator()(T x, T amount) const {
    constexpr auto kBits = static_cast<T>(8 * sizeof(T));
    const bool fits = amount >= 0 && amount < kBits;
    if (left) return fits ? static_cast<T>(static_cast<std::uint64_t>(x) << amount) : T{0};
    if (fits) return static_cast<T>(x >> amount);
    return static_cast<T>(x < 0 ? -1 : 0);
  }
};

struct BitwiseAnd {
  using Types = IntegerElements;
  template <class T>
  T operator()(T a, T b) const {
    return static_cast<T>(a & b);
  }
};

struct BitwiseOr {
  using Types = IntegerElements;
  template <class T>
  T operator()(T a, T b) const {
    return static_cast<T>(a | b);
  }
};

struct BitwiseXor {
  using Types = IntegerElements;
  template <class T>
  T operator()(T a, T b) const {
    return static_cast<T>(a ^ b);
  }
};

constexpr int kBitShiftVersions[] = {11, 28};
constexpr int kBitwiseVersions[] = {18};
constexpr std::span<const OnnxUpgrade> kNone;

}  // namespace

MOTE_BINARY_OP(BitShift, kBitShiftVersions, kNone,
               "Bits of X moved by Y places, to the `direction` LEFT or RIGHT; the sign is kept "
               "to the right.",
               MOTE_BINARY_SAMPLES(BitShift, "u8", "{direction=\"LEFT\"}"),
               MOTE_BINARY_SAMPLES(BitShift, "s64", "{direction=\"RIGHT\"}"),
               "(a: s8[7], b: s8[7]) -> (y) { y = BitShift(a, b) {direction=\"LEFT\"} }",
               "() -> (y) { a: s16[4] = {-5, -5, 5, -5} b: s16[4] = {16, -1, 17, 15}\n"
               "  y = BitShift(a, b) {direction=\"RIGHT\"} }")
MOTE_BINARY_OP(BitwiseAnd, kBitwiseVersions, kNone, "The bits that both integers have.",
               MOTE_BINARY_SAMPLES(BitwiseAnd, "s32", ""),
               "(a: u64[2,3], b: u64[3]) -> (y) { y = BitwiseAnd(a, b) }")
MOTE_BINARY_OP(BitwiseOr, kBitwiseVersions, kNone, "The bits that either integer has.",
               MOTE_BINARY_SAMPLES(BitwiseOr, "s16", ""),
               "(a: u32[2,3], b: u32[3]) -> (y) { y = BitwiseOr(a, b) }")
MOTE_BINARY_OP(BitwiseXor, kBitwiseVersions, kNone, "The bits in which the integers differ.",
               MOTE_BINARY_SAMPLES(BitwiseXor, "s8", ""),
               "(a: u16[2,3], b: u16[3]) -> (y) { y = BitwiseXor(a, b) }")

}  // namespace mote
