// Numbers and strings in a row of bytes: little-endian, of 64 bits; strings after their length.
#pragma once
#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace mote {

static_assert(std::endian::native == std::endian::little);

class RecordWriter {
 public:
  explicit RecordWriter(std::string& out) : out_(out) {}

  template <std::integral T>
  void put(T number) {
    const auto wide = static_cast<std::uint64_t>(number);
    out_.append(reinterpret_cast<const char*>(&wide), sizeof wide);
  }
  void put(std::string_view text) {
    put(text.size());
    out_ += text;
  }

 private:
  std::string& out_;
};

// Reads what may be anything. After a field that is not there, all are 0 or empty, and ok() is
// false.
class RecordReader {
 public:
  explicit RecordReader(std::string_view bytes) : bytes_(bytes) {}

  std::uint64_t number() {
    std::uint64_t wide = 0;
    const std::string_view field = take(sizeof wide);
    if (ok_) std::memcpy(&wide, field.data(), sizeof wide);
    return wide;
  }
  std::int64_t integer() { return static_cast<std::int64_t>(number()); }
  // Views the bytes.
  std::string_view text() { return take(number()); }
  // How many entries follow, of at least one field each.
  std::size_t count() {
    const std::uint64_t n = number();
    if (n > bytes_.size() / sizeof n) ok_ = false;
    return ok_ ? n : 0;
  }

  bool ok() const { return ok_; }
  bool at_end() const { return bytes_.empty(); }

 private:
  std::string_view take(std::uint64_t size) {
    if (size > bytes_.size()) ok_ = false;
    if (!ok_) return {};
    const std::string_view field = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return field;
  }

  std::string_view bytes_;
  bool ok_ = true;
};

}  // namespace mote
