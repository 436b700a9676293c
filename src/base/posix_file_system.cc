#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/file_system.h"
#include "base/text.h"

namespace mote {
namespace {

namespace fs = std::filesystem;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  bool ok() const { return fd_ >= 0; }

 private:
  int fd_;
};

Error os_error(const fs::path& path, int number) {
  const Code code = number == ENOENT || number == ENOTDIR ? Code::kNotFound : Code::kIo;
  return Error{code, cat(path.native(), ": ", std::strerror(number))};
}

// The open file's state, if it is a regular file. FIFOs and devices would block or never end.
Result<struct stat> regular(const Descriptor& file, const fs::path& path) {
  struct stat state {};
  if (::fstat(file.get(), &state) != 0) return os_error(path, errno);
  if (!S_ISREG(state.st_mode)) {
    return Error{Code::kInvalidArgument, cat(path.native(), ": not a regular file")};
  }
  return state;
}

Result<Bytes> read_range(const Descriptor& file, const fs::path& path, std::uint64_t offset,
                         std::uint64_t size) {
  Bytes bytes(size);
  std::uint64_t got = 0;
  while (got < size) {
    const ssize_t n =
        ::pread(file.get(), bytes.data() + got, size - got, static_cast<off_t>(offset + got));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return os_error(path, errno);
    if (n == 0) return Error{Code::kCorrupt, cat(path.native(), ": ends at ", offset + got)};
    got += static_cast<std::uint64_t>(n);
  }
  return bytes;
}

Status write_all(const Descriptor& file, const fs::path& path, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(file.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return os_error(path, errno);
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return {};
}

// Opens `name` beneath `root` one component at a time, following no link.
Result<Descriptor> open_beneath(const fs::path& root, const std::string& name) {
  const auto refuse = [&](std::string_view why) {
    return Error{Code::kInvalidArgument, cat("file name '", name, "': ", why)};
  };
  const fs::path relative(name);
  if (name.empty() || name.find('\0') != std::string::npos) return refuse("empty or malformed");
  if (relative.is_absolute()) return refuse("must be relative to the model's folder");
  Descriptor at(::open(root.empty() ? "." : root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!at.ok()) return os_error(root, errno);
  for (auto part = relative.begin(); part != relative.end(); ++part) {
    if (*part == "..") return refuse("leaves the model's folder");
    const bool last = std::next(part) == relative.end();
    const int flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | (last ? 0 : O_DIRECTORY);
    Descriptor next(::openat(at.get(), part->c_str(), flags));
    if (!next.ok()) {
      if (errno == ELOOP) return refuse("is a symbolic link");
      return os_error(root / relative, errno);
    }
    at = std::move(next);
  }
  MOTE_ASSIGN(const struct stat state, regular(at, root / relative));
  if (state.st_nlink != 1) return refuse("has more than one name (hard link)");
  return at;
}

std::int64_t nanoseconds(const struct timespec& t) {
  return std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

// The user's own, and nobody else may write to it.
Status expect_private(const struct stat& state, const fs::path& path) {
  if (state.st_uid != ::geteuid()) {
    return Error{Code::kInvalidArgument, cat(path.native(), ": belongs to another user")};
  }
  if ((state.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return Error{Code::kInvalidArgument,
                 cat(path.native(), ": others may write to it; chmod go-w mends that")};
  }
  return {};
}

Status make_folders(const fs::path& path) {
  std::error_code error;
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), error);
  if (error) return os_error(path.parent_path(), error.value());
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return os_error(path, errno);
  return {};
}

class PosixFileSystem final : public FileSystem {
 public:
  Result<Bytes> read(const fs::path& path, std::uint64_t max_bytes) const override {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file.ok()) return os_error(path, errno);
    MOTE_ASSIGN(const struct stat state, regular(file, path));
    const auto size = static_cast<std::uint64_t>(state.st_size);
    if (size > max_bytes) {
      return Error{Code::kResourceExhausted, cat(path.native(), ": ", human_bytes(size),
                                                 ", over the limit of ", human_bytes(max_bytes))};
    }
    return read_range(file, path, 0, size);
  }

  Result<Bytes> read_beneath(const fs::path& root, const std::string& name, std::uint64_t offset,
                             std::uint64_t size) const override {
    MOTE_ASSIGN(const Descriptor file, open_beneath(root, name));
    MOTE_ASSIGN(const struct stat state, regular(file, root / name));
    const auto end = static_cast<std::uint64_t>(state.st_size);
    if (offset > end || size > end - offset) {
      return Error{Code::kCorrupt, cat("file '", name, "' has ", end, " bytes; ", size,
                                       " from offset ", offset, " are asked for")};
    }
    return read_range(file, root / name, offset, size);
  }

  Result<std::uint64_t> size_beneath(const fs::path& root, const std::string& name) const override {
    MOTE_ASSIGN(const Descriptor file, open_beneath(root, name));
    MOTE_ASSIGN(const struct stat state, regular(file, root / name));
    return static_cast<std::uint64_t>(state.st_size);
  }

  // Writes a temporary file beside the target and renames it over: the rename is atomic, and the
  // two syncs order it after the bytes.
  Status write(const fs::path& path, std::span<const std::byte> bytes) override {
    std::string temporary = path.native() + ".XXXXXX";
    Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
    if (!file.ok()) return os_error(path, errno);
    ::fchmod(file.get(), 0644);
    Status status = write_all(file, path, bytes);
    if (status && ::fsync(file.get()) != 0) status = os_error(path, errno);
    if (status && ::rename(temporary.c_str(), path.c_str()) != 0) status = os_error(path, errno);
    if (!status) {
      ::unlink(temporary.c_str());
      return status;
    }
    const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    const Descriptor parent(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (parent.ok()) ::fsync(parent.get());
    return {};
  }

  Result<std::vector<std::string>> list(const fs::path& folder) const override {
    std::error_code error;
    std::vector<std::string> names;
    fs::directory_iterator it(folder, error);
    for (; !error && it != fs::directory_iterator(); it.increment(error)) {
      names.push_back(it->path().filename().native());
    }
    if (error) return os_error(folder, error.value());
    std::ranges::sort(names);
    return names;
  }

  Result<FileIdentity> identify(const fs::path& path) const override {
    struct stat state {};
    if (::stat(path.c_str(), &state) != 0) return os_error(path, errno);
    if (!S_ISREG(state.st_mode)) {
      return Error{Code::kInvalidArgument, cat(path.native(), ": not a regular file")};
    }
    return FileIdentity{state.st_dev, state.st_ino, static_cast<std::uint64_t>(state.st_size),
                        nanoseconds(state.st_mtim), nanoseconds(state.st_ctim)};
  }

  Status make_private_folder(const fs::path& path) override {
    struct stat state {};
    if (::stat(path.c_str(), &state) != 0) {
      if (errno != ENOENT) return os_error(path, errno);
      MOTE_TRY(make_folders(path));
      if (::stat(path.c_str(), &state) != 0) return os_error(path, errno);
    }
    if (!S_ISDIR(state.st_mode)) {
      return Error{Code::kInvalidArgument, cat(path.native(), ": not a folder")};
    }
    return expect_private(state, path);
  }

  Result<MappedBytes> map_private(const fs::path& path) const override {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW));
    if (!file.ok()) return os_error(path, errno);
    MOTE_ASSIGN(const struct stat state, regular(file, path));
    MOTE_TRY(expect_private(state, path));
    const auto size = static_cast<std::size_t>(state.st_size);
    if (size == 0) return MappedBytes{};
    void* memory = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
    if (memory == MAP_FAILED) return os_error(path, errno);
    return MappedBytes{{static_cast<const std::byte*>(memory), size},
                       std::shared_ptr<const void>(memory, [size](void* m) { ::munmap(m, size); })};
  }

  bool is_directory(const fs::path& path) const override {
    std::error_code error;
    return fs::is_directory(path, error);
  }

  bool is_file(const fs::path& path) const override {
    std::error_code error;
    return fs::is_regular_file(path, error);
  }
};

Error not_here(const fs::path& path) {
  return Error{Code::kUnsupported, cat(path.native(), ": not in this file system")};
}

}  // namespace

Result<FileIdentity> FileSystem::identify(const fs::path& path) const { return not_here(path); }
Status FileSystem::make_private_folder(const fs::path& path) { return not_here(path); }
Result<MappedBytes> FileSystem::map_private(const fs::path& path) const { return not_here(path); }

FileSystem& FileSystem::real() {
  static PosixFileSystem file_system;
  return file_system;
}

}  // namespace mote
