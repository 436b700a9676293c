#include "media/tiff_strip.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>

namespace mote {
namespace {

using In = std::span<const std::uint8_t>;
using Out = std::span<std::uint8_t>;

// A count below 128: that many bytes and one follow. Above: the next byte 257 - count times.
bool unpack_bits(In in, Out out) {
  std::size_t at = 0;
  while (!out.empty()) {
    if (in.size() - at < 2) return false;
    const std::size_t count = in[at++];
    if (count == 128) continue;
    if (count < 128) {
      const std::size_t n = std::min(count + 1, out.size());
      if (in.size() - at < n) return false;
      std::copy_n(in.data() + at, n, out.data());
      at += n;
      out = out.subspan(n);
    } else {
      const std::size_t n = std::min(257 - count, out.size());
      std::fill_n(out.data(), n, in[at++]);
      out = out.subspan(n);
    }
  }
  return true;
}

bool inflate_all(In in, Out out) {
  constexpr std::size_t kMost = std::numeric_limits<uInt>::max();
  if (in.size() > kMost || out.size() > kMost) return false;
  z_stream z = {};
  if (inflateInit(&z) != Z_OK) return false;
  z.next_in = const_cast<Bytef*>(in.data());
  z.avail_in = static_cast<uInt>(in.size());
  z.next_out = out.data();
  z.avail_out = static_cast<uInt>(out.size());
  inflate(&z, Z_FINISH);
  const bool full = z.avail_out == 0;
  inflateEnd(&z);
  return full;
}

// TIFF 6.0, section 13: codes of 9 to 12 bits, the high ones first; each is a string that is
// another code's and one byte.
class Lzw {
 public:
  explicit Lzw(In in) : in_(in) {}

  bool unpack(Out out) {
    std::size_t at = 0;
    std::uint32_t last = kClear;
    while (at < out.size()) {
      const std::uint32_t code = next_code();
      if (code == kEnd) return false;
      if (code == kClear) {
        size_ = kFirst;
        last = kClear;
        continue;
      }
      if (code > (last == kClear ? 255 : size_)) return false;
      // A code that comes before it is known is the last string and its first byte again.
      const std::size_t start = at;
      const bool unknown = last != kClear && code == size_;
      if (!write(unknown ? last : code, out, at)) return true;
      if (unknown && at < out.size()) out[at++] = out[start];
      if (last != kClear && size_ < kCodes) {
        entries_[size_++] = {static_cast<std::uint16_t>(last), out[start],
                             static_cast<std::uint16_t>(length(last) + 1)};
      }
      last = code;
    }
    return true;
  }

 private:
  static constexpr std::uint32_t kClear = 256;
  static constexpr std::uint32_t kEnd = 257;
  static constexpr std::uint32_t kFirst = 258;
  static constexpr std::uint32_t kCodes = 4096;

  struct Entry {
    std::uint16_t before;  // code of all but the last byte
    std::uint8_t last;
    std::uint16_t length;
  };

  std::size_t length(std::uint32_t code) const { return code < 256 ? 1 : entries_[code].length; }

  // kEnd, where nothing is left.
  std::uint32_t next_code() {
    // Codes grow one code early.
    const std::size_t width = size_ >= 2047 ? 12 : size_ >= 1023 ? 11 : size_ >= 511 ? 10 : 9;
    if (in_.size() * 8 - bit_ < width) return kEnd;
    std::uint32_t code = 0;
    for (std::size_t i = 0; i < width; ++i, ++bit_) {
      code = code << 1 | (in_[bit_ / 8] >> (7 - bit_ % 8) & 1U);
    }
    return code;
  }

  // The string of `code`, from its end. False: `out` is full, which keeps its beginning.
  bool write(std::uint32_t code, Out out, std::size_t& at) const {
    const std::size_t n = length(code);
    for (std::size_t i = n; i-- > 0;) {
      const std::uint8_t byte = code < 256 ? static_cast<std::uint8_t>(code) : entries_[code].last;
      if (at + i < out.size()) out[at + i] = byte;
      if (code >= 256) code = entries_[code].before;
    }
    at = std::min(at + n, out.size());
    return at < out.size();
  }

  In in_;
  std::size_t bit_ = 0;
  std::uint32_t size_ = kFirst;
  std::array<Entry, kCodes> entries_;
};

}  // namespace

bool unpack_strip(TiffCompression compression, In packed, Out out) {
  switch (compression) {
    case TiffCompression::kNone:
      if (packed.size() < out.size()) return false;
      std::copy_n(packed.data(), out.size(), out.data());
      return true;
    case TiffCompression::kPackBits:
      return unpack_bits(packed, out);
    case TiffCompression::kLzw:
      return Lzw(packed).unpack(out);
    default:
      return inflate_all(packed, out);
  }
}

}  // namespace mote
