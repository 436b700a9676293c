// The entries of a zip archive (PKWARE APPNOTE 6.3.10, sections 4.3 and 4.4), as far as .npz needs.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace mote {

struct ZipEntry {
  enum class Method : std::uint8_t { kStored = 0, kDeflated = 8 };
  std::string name;
  Method method = Method::kStored;
  std::uint32_t crc32 = 0;
  std::uint64_t size = 0;              // uncompressed
  std::span<const std::byte> content;  // compressed bytes, within the archive
};

// Errors: kCorrupt, with the position; kUnsupported: encryption, other methods, several disks,
// archives of 4 GiB and more.
Result<std::vector<ZipEntry>> read_zip_index(std::span<const std::byte> archive);

}  // namespace mote
