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

// Which file stood at a path, and in which state: writing to it or putting another in its place
// changes one of these.
struct FileIdentity {
  std::uint64_t device = 0, inode = 0, size_bytes = 0;
  std::int64_t modified_ns = 0, changed_ns = 0;
  bool operator==(const FileIdentity&) const = default;
};

// Bytes of a file that are mapped as long as `owner` lives.
struct MappedBytes {
  std::span<const std::byte> bytes;
  std::shared_ptr<const void> owner;
};

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

  // Of a regular file. Errors: kNotFound; kInvalidArgument (no regular file); kIo.
  virtual Result<FileIdentity> identify(const std::filesystem::path& path) const;
  // Makes the folder if it is not there. Errors: kInvalidArgument: it belongs to another user, or
  // others may write to it; kIo.
  virtual Status make_private_folder(const std::filesystem::path& path);
  // A file in such a folder, which nobody shortens while it is mapped. Errors: kNotFound;
  // kInvalidArgument: no regular file of the user's own; kIo.
  virtual Result<MappedBytes> map_private(const std::filesystem::path& path) const;

  virtual bool is_directory(const std::filesystem::path& path) const = 0;
  virtual bool is_file(const std::filesystem::path& path) const = 0;

  // The machine's own.
  static FileSystem& real();
};

}  // namespace mote
