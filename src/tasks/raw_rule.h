// RawRule: what files of bare numbers hold.
#pragma once
#include <optional>

#include "tasks/choices.h"
#include "tasks/quantization_rule.h"

namespace mote {

enum class RawType : std::uint8_t { kS8, kU8, kS16, kF32 };
template <>
inline constexpr std::array<std::string_view, 4> kNames<RawType> = {"s8", "u8", "s16", "f32"};

DType dtype_of(RawType type);

struct RawRule {
  RawType dtype = RawType::kF32;
  std::optional<QuantizationRule> numbers;  // what its integers stand for; null: themselves
  bool operator==(const RawRule&) const = default;
};

// "s8", "s8,0.5847" or "s8,0.5847,83": type, scale, zero point.
// Errors: kInvalidArgument, beginning with the text.
Result<RawRule> parse_raw(std::string_view text);

// Little-endian elements of a whole file as a tensor of `dims`. Without a rule they are of `dtype`
// themselves, as they are if they have that type and no scale; else numbers, quantized by `to`.
// Errors: kInvalidArgument: another number of bytes; kUnsupported: a type that cannot be made.
Result<Tensor> raw_tensor(std::span<const std::byte> bytes, const std::optional<RawRule>& rule,
                          const Dims& dims, DType dtype, const std::optional<QuantizationRule>& to);

}  // namespace mote
