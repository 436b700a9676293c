#include "media/exif.h"

#include <cstdint>
#include <optional>

#include "media/integer_reader.h"

namespace mote {
namespace {

constexpr int kUpright = 1;
constexpr std::uint32_t kTiffMagic = 42;
constexpr std::uint32_t kOrientationTag = 0x0112;
constexpr std::uint32_t kTypeShort = 3;
constexpr std::size_t kEntryBytes = 12;

// The value of a directory entry, if it is a valid orientation.
std::optional<int> orientation_of(const IntegerReader& tiff, std::size_t entry) {
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
  const IntegerReader tiff(bytes, big_endian);
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
