#include "media/pnm.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace mote {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Reads what is written in letters: numbers, spaces, comments.
class PnmReader {
 public:
  explicit PnmReader(std::string_view text) : text_(text) {}

  std::string_view rest() const { return text_.substr(at_); }

  // Past spaces, and comments from # to the end of the line.
  void skip_space() {
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == '#') {
        while (at_ < text_.size() && text_[at_] != '\n') ++at_;
        if (at_ == text_.size()) return;
      } else if (!is_space(text_[at_])) {
        return;
      }
    }
  }

  // The next number, at most 2^31 - 1; none if there is something else.
  std::optional<std::uint32_t> number() {
    skip_space();
    const std::size_t start = at_;
    std::uint64_t value = 0;
    for (; at_ < text_.size() && is_digit(text_[at_]); ++at_) {
      value = value * 10 + static_cast<std::uint64_t>(text_[at_] - '0');
      if (value > 0x7FFFFFFF) return std::nullopt;
    }
    if (at_ == start) return std::nullopt;
    return static_cast<std::uint32_t>(value);
  }

  // The next digit of a P1, whose digits need no spaces between them.
  std::optional<std::uint32_t> bit() {
    skip_space();
    if (at_ == text_.size() || (text_[at_] != '0' && text_[at_] != '1')) return std::nullopt;
    return static_cast<std::uint32_t>(text_[at_++] - '0');
  }

  // The one space between header and bytes.
  bool single_space() { return at_ < text_.size() && is_space(text_[at_++]); }

 private:
  std::string_view text_;
  std::size_t at_ = 2;  // after the P and its number
};

struct Header {
  char kind = '1';  // '1' to '6'
  std::uint64_t width = 0, height = 0;
  std::uint32_t most = 1;  // the sample that is white

  bool is_text() const { return kind <= '3'; }
  bool is_bits() const { return kind == '1' || kind == '4'; }
  std::int32_t channels() const { return kind == '3' || kind == '6' ? 3 : 1; }
  std::uint64_t samples() const { return width * height * static_cast<std::uint64_t>(channels()); }
  // Of bytes that the samples take at least.
  std::uint64_t least_bytes() const {
    if (kind == '4') return (width + 7) / 8 * height;
    if (kind == '1') return samples();
    return is_text() ? 2 * samples() - 1 : samples() * (most > 255 ? 2 : 1);
  }
};

Result<Header> read_header(std::string_view text, PnmReader& in) {
  Header h{text[1]};
  const auto width = in.number(), height = in.number();
  const auto most = h.is_bits() ? std::optional<std::uint32_t>(1) : in.number();
  if (!width || !height || !most || *width == 0 || *height == 0 || *most == 0 || *most > 65535) {
    return Error{Code::kCorrupt, "corrupt PNM: the header names no size or no greatest sample"};
  }
  h.width = *width;
  h.height = *height;
  h.most = *most;
  if (!h.is_text() && !in.single_space()) {
    return Error{Code::kCorrupt, cat("truncated PNM: ends after ", text.size(), " bytes")};
  }
  return h;
}

std::uint8_t spread(std::uint32_t sample, std::uint32_t most) {
  return static_cast<std::uint8_t>((std::min(sample, most) * 510 + most) / (2 * most));
}

// Of a bitmap 1 is black.
std::uint8_t black_or_white(std::uint32_t bit) { return bit != 0 ? 0 : 255; }

Status read_text(const Header& h, PnmReader& in, std::uint8_t* pixels) {
  for (std::uint64_t i = 0; i < h.samples(); ++i) {
    const auto sample = h.is_bits() ? in.bit() : in.number();
    if (!sample) {
      return Error{Code::kCorrupt, cat("corrupt PNM: sample ", i, " is no number")};
    }
    pixels[i] = h.is_bits() ? black_or_white(*sample) : spread(*sample, h.most);
  }
  return {};
}

void read_bytes(const Header& h, std::string_view bytes, std::uint8_t* pixels) {
  const auto byte = [&](std::uint64_t i) { return static_cast<std::uint8_t>(bytes[i]); };
  if (h.is_bits()) {
    const std::uint64_t row = (h.width + 7) / 8;
    for (std::uint64_t i = 0; i < h.samples(); ++i) {
      const std::uint64_t x = i % h.width;
      pixels[i] = black_or_white(byte(i / h.width * row + x / 8) >> (7 - x % 8) & 1U);
    }
    return;
  }
  for (std::uint64_t i = 0; i < h.samples(); ++i) {
    const std::uint32_t sample =
        h.most > 255 ? std::uint32_t{byte(2 * i)} << 8 | byte(2 * i + 1) : byte(i);
    pixels[i] = spread(sample, h.most);
  }
}

}  // namespace

Result<DecodedImage> decode_pnm(std::span<const std::byte> bytes, const DecodeLimits& limits) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  PnmReader in(text);
  MOTE_ASSIGN(const Header h, read_header(text, in));
  MOTE_TRY(check_cost(
      "PNM",
      {static_cast<std::int64_t>(h.width), static_cast<std::int64_t>(h.height), 2 * h.channels()},
      limits));
  if (h.least_bytes() > in.rest().size()) {
    return Error{Code::kCorrupt, cat("truncated PNM: ", bytes.size(), " bytes cannot hold ",
                                     h.width, "x", h.height, " pixels")};
  }
  MOTE_ASSIGN(Image image, allocate_image(static_cast<std::int64_t>(h.width),
                                          static_cast<std::int64_t>(h.height), h.channels()));
  if (h.is_text()) {
    MOTE_TRY(read_text(h, in, image.pixels.data()));
  } else {
    read_bytes(h, in.rest(), image.pixels.data());
  }
  return DecodedImage{std::move(image), 1};
}

}  // namespace mote
