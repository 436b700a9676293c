#include "ir/dtype.h"

#include <array>

namespace mote {
namespace {

enum class Family : std::uint8_t { kOther, kFloat, kSigned, kUnsigned };

struct Facts {
  std::string_view name;
  int bits;
  Family family;
};

// Indexed by DType.
constexpr std::array<Facts, 27> kFacts = {{
    {"undefined", 0, Family::kOther},
    {"f32", 32, Family::kFloat},
    {"u8", 8, Family::kUnsigned},
    {"s8", 8, Family::kSigned},
    {"u16", 16, Family::kUnsigned},
    {"s16", 16, Family::kSigned},
    {"s32", 32, Family::kSigned},
    {"s64", 64, Family::kSigned},
    {"string", 8 * sizeof(std::string), Family::kOther},
    {"bool", 8, Family::kOther},
    {"f16", 16, Family::kFloat},
    {"f64", 64, Family::kFloat},
    {"u32", 32, Family::kUnsigned},
    {"u64", 64, Family::kUnsigned},
    {"c64", 64, Family::kOther},
    {"c128", 128, Family::kOther},
    {"bf16", 16, Family::kFloat},
    {"f8e4m3fn", 8, Family::kFloat},
    {"f8e4m3fnuz", 8, Family::kFloat},
    {"f8e5m2", 8, Family::kFloat},
    {"f8e5m2fnuz", 8, Family::kFloat},
    {"u4", 4, Family::kUnsigned},
    {"s4", 4, Family::kSigned},
    {"f4e2m1", 4, Family::kFloat},
    {"f8e8m0", 8, Family::kFloat},
    {"u2", 2, Family::kUnsigned},
    {"s2", 2, Family::kSigned},
}};

const Facts& facts(DType dtype) { return kFacts[static_cast<std::size_t>(dtype)]; }

}  // namespace

std::string_view name(DType dtype) { return facts(dtype).name; }

DType dtype_named(std::string_view name) {
  for (std::size_t i = 1; i < kFacts.size(); ++i) {
    if (kFacts[i].name == name) return static_cast<DType>(i);
  }
  return DType::kUndefined;
}

int bit_width(DType dtype) { return facts(dtype).bits; }
bool is_float(DType dtype) { return facts(dtype).family == Family::kFloat; }
bool is_signed_integer(DType dtype) { return facts(dtype).family == Family::kSigned; }
bool is_integer(DType dtype) {
  return is_signed_integer(dtype) || facts(dtype).family == Family::kUnsigned;
}

}  // namespace mote
