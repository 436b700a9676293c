#include "measure/zip_entry.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

#include "base/text.h"

namespace mote {
namespace {

class EntrySource : public ByteSource {
 public:
  explicit EntrySource(const ZipEntry& entry)
      : content_(entry.content), left_(entry.size), crc_wanted_(entry.crc32) {}

  std::uint64_t left() const override { return left_; }

  Status read(std::span<std::byte> out) override {
    if (out.size() > left_) {
      return Error{Code::kCorrupt, cat("it ends ", out.size() - left_, " bytes too early")};
    }
    MOTE_TRY(fill(out));
    left_ -= out.size();
    crc_ = crc32_z(crc_, reinterpret_cast<const Bytef*>(out.data()), out.size());
    return {};
  }

  Status finish() override {
    if (left_ > 0) return Error{Code::kCorrupt, cat(left_, " bytes follow the array")};
    MOTE_TRY(at_end());
    if (crc_ != crc_wanted_) return Error{Code::kCorrupt, "its checksum is wrong"};
    return {};
  }

 protected:
  virtual Status fill(std::span<std::byte> out) = 0;
  virtual Status at_end() = 0;

  std::span<const std::byte> content_;  // not read yet

 private:
  std::uint64_t left_;
  std::uint32_t crc_wanted_;
  uLong crc_ = crc32_z(0, nullptr, 0);
};

class StoredSource final : public EntrySource {
 public:
  using EntrySource::EntrySource;

 protected:
  // The index has checked that there are as many bytes as the entry says.
  Status fill(std::span<std::byte> out) override {
    std::copy_n(content_.begin(), out.size(), out.begin());
    content_ = content_.subspan(out.size());
    return {};
  }
  Status at_end() override { return {}; }
};

class DeflatedSource final : public EntrySource {
 public:
  explicit DeflatedSource(const ZipEntry& entry) : EntrySource(entry) {}
  ~DeflatedSource() override { inflateEnd(&stream_); }
  DeflatedSource(const DeflatedSource&) = delete;
  DeflatedSource& operator=(const DeflatedSource&) = delete;

  // Negative window bits: no zlib header.
  bool init() { return inflateInit2(&stream_, -MAX_WBITS) == Z_OK; }

 protected:
  Status fill(std::span<std::byte> out) override {
    while (!out.empty()) {
      MOTE_ASSIGN(const std::size_t made, step(out));
      if (made == 0) return Error{Code::kCorrupt, "its compressed bytes end too early"};
      out = out.subspan(made);
    }
    return {};
  }

  Status at_end() override {
    std::byte more{};
    while (!ended_) {
      const std::size_t before = content_.size();
      MOTE_ASSIGN(const std::size_t made, step(std::span(&more, 1)));
      if (made > 0) return Error{Code::kCorrupt, "it has more bytes than it says"};
      if (!ended_ && content_.size() == before) {
        return Error{Code::kCorrupt, "its compressed bytes end too early"};
      }
    }
    if (!content_.empty()) return Error{Code::kCorrupt, "bytes follow its compressed ones"};
    return {};
  }

 private:
  // Bytes written to `out`; 0 at the end.
  Result<std::size_t> step(std::span<std::byte> out) {
    if (ended_) return std::size_t{0};
    constexpr std::size_t kMost = std::numeric_limits<uInt>::max();
    const auto in_bytes = static_cast<uInt>(std::min(content_.size(), kMost));
    const auto out_bytes = static_cast<uInt>(std::min(out.size(), kMost));
    stream_.next_in = reinterpret_cast<z_const Bytef*>(const_cast<std::byte*>(content_.data()));
    stream_.avail_in = in_bytes;
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = out_bytes;
    const int status = inflate(&stream_, Z_NO_FLUSH);
    ended_ = status == Z_STREAM_END;
    if (!ended_ && status != Z_OK && status != Z_BUF_ERROR) {
      if (status == Z_MEM_ERROR) return Error{Code::kResourceExhausted, "out of memory"};
      return Error{Code::kCorrupt, "its compressed bytes are damaged"};
    }
    content_ = content_.subspan(in_bytes - stream_.avail_in);
    return std::size_t{out_bytes - stream_.avail_out};
  }

  z_stream stream_{};
  bool ended_ = false;
};

}  // namespace

Result<std::unique_ptr<ByteSource>> open_zip_entry(const ZipEntry& entry) {
  if (entry.method == ZipEntry::Method::kStored) return std::make_unique<StoredSource>(entry);
  auto source = std::make_unique<DeflatedSource>(entry);
  if (!source->init()) return Error{Code::kResourceExhausted, "out of memory"};
  return source;
}

}  // namespace mote
