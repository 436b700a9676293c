#include "media/exif.h"

#include <cstdint>
#include <optional>

namespace mote {
namespace {

constexpr int kUpright = 1;
constexpr std::uint32_t kTiffMagic = 42;
constexpr std::uint32_t kOrientationTag = 0x0112;
constexpr std::uint32_t kTypeShort = 3;
constexpr std::size_t kEntryBytes = 12;

// Reads integers of either byte order; nothing beyond the end.
class TiffReader {
 public:
  TiffReader(std::span<const std::byte> bytes, bool big_endian)
      : bytes_(bytes), big_endian_(big_endian) {}

  std::optional<std::uint32_t> u16(std::size_t offset) const { return read(offset, 2); }
  std::optional<std::uint32_t> u32(std::size_t offset) const { return read(offset, 4); }

 private:
  std::optional<std::uint32_t> read(std::size_t offset, std::size_t size) const {
    if (offset > bytes_.size() || bytes_.size() - offset < size) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const std::size_t at = offset + (big_endian_ ? i : size - 1 - i);
      value = value << 8 | std::to_integer<std::uint32_t>(bytes_[at]);
    }
    return value;
  }

  std::span<const std::byte> bytes_;
  bool big_endian_;
};

// The value of a directory entry, if it is a valid orientation.
std::optional<int> orientation_of(const TiffReader& tiff, std::size_t entry) {
  if (tiff.u16(entry) != kOrientationTag) return std::nullopt;
  if (tiff.u16(entry + 2) != kTypeShort || tiff.u32(entry + 4) != 1U) return std::nullopt;
  const auto value = tiff.u16(entry + 8);
  if (!value || *value < 1 || *value > 8) return std::nullopt;
  return static_cast<int>(*value);
}

}  // namespace

int exif_orientation(std::span<const std::byte> bytes) noexcept {
  if (bytes.size() < 2 || bytes[0] != bytes[1]) return kUpright;
  const bool big_endian = bytes[0] == std::byte{'M'};
  if (!big_endian && bytes[0] != std::byte{'I'}) return kUpright;
  const TiffReader tiff(bytes, big_endian);
  if (tiff.u16(2) != kTiffMagic) return kUpright;
  const auto directory = tiff.u32(4);
  if (!directory) return kUpright;
  const auto count = tiff.u16(*directory);
  for (std::size_t i = 0; count && i < *count; ++i) {
    const std::size_t entry = std::size_t{*directory} + 2 + i * kEntryBytes;
    if (const auto found = orientation_of(tiff, entry)) return *found;
  }
  return kUpright;
}

}  // namespace mote
