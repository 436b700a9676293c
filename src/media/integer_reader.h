// Integers of either byte order in bytes that may end too early.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace mote {

class IntegerReader {
 public:
  IntegerReader(std::span<const std::byte> bytes, bool big_endian)
      : bytes_(bytes), big_endian_(big_endian) {}

  // None, if that reaches beyond the end.
  std::optional<std::uint32_t> u8(std::uint64_t offset) const { return read(offset, 1); }
  std::optional<std::uint32_t> u16(std::uint64_t offset) const { return read(offset, 2); }
  std::optional<std::uint32_t> u32(std::uint64_t offset) const { return read(offset, 4); }

 private:
  std::optional<std::uint32_t> read(std::uint64_t offset, std::size_t size) const {
    if (offset > bytes_.size() || bytes_.size() - offset < size) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const std::size_t at = static_cast<std::size_t>(offset) + (big_endian_ ? i : size - 1 - i);
      value = value << 8 | std::to_integer<std::uint32_t>(bytes_[at]);
    }
    return value;
  }

  std::span<const std::byte> bytes_;
  bool big_endian_;
};

}  // namespace mote
