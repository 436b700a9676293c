// RecordedFiles: a file system that remembers what was read beneath a folder.
#pragma once
#include <set>

#include "base/file_system.h"

namespace mote {

// For reading one model: `files` outlives it. Not thread-safe.
class RecordedFiles final : public FileSystem {
 public:
  explicit RecordedFiles(FileSystem& files) : files_(files) {}

  // All files that were found, or looked for, by read_beneath and size_beneath.
  const std::set<std::filesystem::path>& beneath() const { return beneath_; }

  Result<Bytes> read(const std::filesystem::path& path, std::uint64_t max_bytes) const override {
    return files_.read(path, max_bytes);
  }
  Result<Bytes> read_beneath(const std::filesystem::path& root, const std::string& name,
                             std::uint64_t offset, std::uint64_t size) const override {
    beneath_.insert(root / name);
    return files_.read_beneath(root, name, offset, size);
  }
  Result<std::uint64_t> size_beneath(const std::filesystem::path& root,
                                     const std::string& name) const override {
    beneath_.insert(root / name);
    return files_.size_beneath(root, name);
  }
  Status write(const std::filesystem::path& path, std::span<const std::byte> bytes) override {
    return files_.write(path, bytes);
  }
  Result<std::vector<std::string>> list(const std::filesystem::path& folder) const override {
    return files_.list(folder);
  }
  bool is_directory(const std::filesystem::path& path) const override {
    return files_.is_directory(path);
  }
  bool is_file(const std::filesystem::path& path) const override { return files_.is_file(path); }

 private:
  FileSystem& files_;
  mutable std::set<std::filesystem::path> beneath_;
};

}  // namespace mote
