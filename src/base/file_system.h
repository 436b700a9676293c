// Files, as an interface: tests fill disks, lose writes and fail reads.
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace mote {

using Bytes = std::vector<std::byte>;

class FileSystem {
 public:
  virtual ~FileSystem() = default;

  // The whole of a regular file.
  // Errors: kNotFound; kInvalidArgument (not a regular file); kResourceExhausted (larger than
  // max_bytes); kIo.
  virtual Result<Bytes> read(const std::filesystem::path& path, std::uint64_t max_bytes) const = 0;

  // `size` bytes from `offset` of regular file `name` directly or deeper beneath folder `root`.
  // No component may be "..", absolute or a symbolic link, and the file has one name only (no
  // hard links): what a hostile model may point at is its own folder.
  // Errors: kInvalidArgument (such a name); kNotFound; kCorrupt (the file ends before); kIo.
  virtual Result<Bytes> read_beneath(const std::filesystem::path& root, const std::string& name,
                                     std::uint64_t offset, std::uint64_t size) const = 0;
  // Size in bytes, under the same rules.
  virtual Result<std::uint64_t> size_beneath(const std::filesystem::path& root,
                                             const std::string& name) const = 0;

  // Replaces the file at `path` at once: readers see the old bytes or the new, also after a power
  // cut. Errors: kIo (disk full, no permission; the old file is untouched).
  virtual Status write(const std::filesystem::path& path, std::span<const std::byte> bytes) = 0;

  // Names within a folder, sorted. Errors: kNotFound, kIo.
  virtual Result<std::vector<std::string>> list(const std::filesystem::path& folder) const = 0;

  virtual bool is_directory(const std::filesystem::path& path) const = 0;
  virtual bool is_file(const std::filesystem::path& path) const = 0;

  // The machine's own.
  static FileSystem& real();
};

}  // namespace mote
