#include "base/zip_index.h"

#include <optional>
#include <set>

#include "base/text.h"

namespace mote {
namespace {

constexpr std::uint32_t kEndSignature = 0x06054b50;
constexpr std::uint32_t kCentralSignature = 0x02014b50;
constexpr std::uint32_t kLocalSignature = 0x04034b50;
constexpr std::size_t kEndBytes = 22;
constexpr std::size_t kCentralBytes = 46;
constexpr std::size_t kLocalBytes = 30;
constexpr std::size_t kMaxComment = 65535;
constexpr unsigned kEncrypted = 1;
// Deflate makes at most 1032 bytes of one (zlib, "Technical Details").
constexpr std::uint64_t kMaxRatio = 1032;

class Archive {
 public:
  explicit Archive(std::span<const std::byte> bytes) : bytes_(bytes) {}

  Result<std::vector<ZipEntry>> entries() {
    const auto end = find_end();
    if (!end) return Error{Code::kCorrupt, "it is no zip archive, or its end is missing"};
    const std::uint32_t count = u16(*end + 10);
    const std::uint32_t size = u32(*end + 12);
    std::size_t at = u32(*end + 16);
    if (u16(*end + 4) != 0 || u16(*end + 8) != count) {
      return Error{Code::kUnsupported, "a zip archive of several parts"};
    }
    if (count == 0xffff || size == 0xffffffff || at == 0xffffffff) {
      return Error{Code::kUnsupported, "a zip archive of 4 GiB or more"};
    }
    if (at > *end || size > *end - at) return broken("its directory lies outside", *end);
    directory_ = at;
    std::vector<ZipEntry> all;
    std::set<std::string> names;
    for (std::uint32_t i = 0; i < count; ++i) {
      MOTE_ASSIGN(ZipEntry entry, central(at, *end));
      if (!names.insert(entry.name).second) {
        return broken(cat("entry '", entry.name, "' is there twice"), at);
      }
      all.push_back(std::move(entry));
    }
    return all;
  }

 private:
  static Error broken(std::string_view what, std::size_t at) {
    return {Code::kCorrupt, cat(what, " (byte ", at, ")")};
  }

  std::uint32_t u16(std::size_t at) const {
    return std::to_integer<std::uint32_t>(bytes_[at]) |
           std::to_integer<std::uint32_t>(bytes_[at + 1]) << 8;
  }
  std::uint32_t u32(std::size_t at) const { return u16(at) | u16(at + 2) << 16; }

  // The end record, behind which only its comment lies.
  std::optional<std::size_t> find_end() const {
    if (bytes_.size() < kEndBytes) return std::nullopt;
    const std::size_t last = bytes_.size() - kEndBytes;
    const std::size_t first = last > kMaxComment ? last - kMaxComment : 0;
    for (std::size_t at = last + 1; at-- > first;) {
      if (u32(at) == kEndSignature && at + kEndBytes + u16(at + 20) == bytes_.size()) return at;
    }
    return std::nullopt;
  }

  std::string text(std::size_t at, std::size_t length) const {
    const auto* first = reinterpret_cast<const char*>(bytes_.data()) + at;
    return std::string(first, length);
  }

  // The directory's record at `at`, which moves behind it.
  Result<ZipEntry> central(std::size_t& at, std::size_t end) const {
    if (end - at < kCentralBytes || u32(at) != kCentralSignature) {
      return broken("its directory is damaged", at);
    }
    ZipEntry entry;
    const std::size_t name_length = u16(at + 28);
    const std::size_t whole = kCentralBytes + name_length + u16(at + 30) + u16(at + 32);
    if (whole > end - at) return broken("its directory is damaged", at);
    entry.name = text(at + kCentralBytes, name_length);
    const unsigned method = u16(at + 10);
    if ((u16(at + 8) & kEncrypted) != 0) {
      return Error{Code::kUnsupported, cat("entry '", entry.name, "' is encrypted")};
    }
    if (method != 0 && method != 8) {
      return Error{Code::kUnsupported, cat("entry '", entry.name, "' is compressed by method ",
                                           method, "; 0 and 8 (deflate) are supported")};
    }
    entry.method = static_cast<ZipEntry::Method>(method);
    entry.crc32 = u32(at + 16);
    entry.size = u32(at + 24);
    const std::uint64_t compressed = u32(at + 20);
    if (entry.size == 0xffffffff || compressed == 0xffffffff) {
      return Error{Code::kUnsupported, cat("entry '", entry.name, "' has 4 GiB or more")};
    }
    const bool stored = entry.method == ZipEntry::Method::kStored;
    if (stored ? entry.size != compressed : entry.size > compressed * kMaxRatio) {
      return broken(cat("entry '", entry.name, "' cannot have ", entry.size, " bytes"), at);
    }
    MOTE_ASSIGN(entry.content, content(u32(at + 42), entry.name, compressed));
    at += whole;
    return entry;
  }

  // Behind the local header, whose name must be the directory's.
  Result<std::span<const std::byte>> content(std::size_t at, const std::string& entry_name,
                                             std::uint64_t size) const {
    if (at > directory_ || directory_ - at < kLocalBytes || u32(at) != kLocalSignature) {
      return broken(cat("entry '", entry_name, "' lies outside"), at);
    }
    const std::size_t name_length = u16(at + 26);
    const std::size_t header = kLocalBytes + name_length + u16(at + 28);
    if (header > directory_ - at || size > directory_ - at - header) {
      return broken(cat("entry '", entry_name, "' lies outside"), at);
    }
    if (text(at + kLocalBytes, name_length) != entry_name) {
      return broken(cat("entry '", entry_name, "' has another name at its place"), at);
    }
    return bytes_.subspan(at + header, size);
  }

  std::span<const std::byte> bytes_;
  std::size_t directory_ = 0;
};

}  // namespace

Result<std::vector<ZipEntry>> read_zip_index(std::span<const std::byte> archive) {
  return Archive(archive).entries();
}

}  // namespace mote
