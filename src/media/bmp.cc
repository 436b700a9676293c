#include "media/bmp.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "base/text.h"
#include "media/integer_reader.h"

namespace mote {
namespace {

constexpr std::uint32_t kFileHeaderBytes = 14;
constexpr std::uint32_t kCoreHeaderBytes = 12;  // of OS/2
constexpr std::uint32_t kInfoHeaderBytes = 40;
constexpr std::uint32_t kBitFields = 3;       // compression: none, with masks
constexpr std::uint32_t kAlphaBitFields = 6;  // the same

struct Color {
  std::uint8_t r = 0, g = 0, b = 0;
};

struct Bitmap {
  std::int64_t width = 0, height = 0;
  bool top_down = false;
  std::uint32_t bits = 0;
  std::uint32_t compression = 0;
  std::uint32_t pixels_at = 0;
  std::array<std::uint32_t, 3> masks = {};  // of red, green, blue; 16 and 32 bits
  std::array<Color, 256> palette = {};      // 1 to 8 bits; black beyond its end

  std::uint64_t row_bytes() const {
    return (static_cast<std::uint64_t>(width) * bits + 31) / 32 * 4;
  }
};

Error truncated(std::span<const std::byte> bytes) {
  return {Code::kCorrupt, cat("truncated BMP: ends after ", bytes.size(), " bytes")};
}

// None, if the file ends within.
std::optional<Bitmap> read_header(const IntegerReader& file, std::uint32_t header_bytes) {
  const bool core = header_bytes == kCoreHeaderBytes;
  const auto width = core ? file.u16(18) : file.u32(18);
  const auto height = core ? file.u16(20) : file.u32(22);
  const auto bits = file.u16(core ? 24 : 28);
  const auto compression = core ? std::optional<std::uint32_t>(0) : file.u32(30);
  const auto pixels_at = file.u32(10);
  if (!width || !height || !bits || !compression || !pixels_at) return std::nullopt;
  Bitmap b;
  b.width = static_cast<std::int32_t>(*width);
  b.height = static_cast<std::int32_t>(*height);
  b.top_down = b.height < 0;
  if (b.top_down) b.height = -b.height;
  b.bits = *bits;
  b.compression = *compression;
  b.pixels_at = *pixels_at;
  return b;
}

void read_palette(const IntegerReader& file, std::uint32_t header_bytes, Bitmap& b) {
  const std::uint32_t entry_bytes = header_bytes == kCoreHeaderBytes ? 3 : 4;
  const std::uint64_t begin = std::uint64_t{kFileHeaderBytes} + header_bytes;
  for (std::size_t i = 0; i < std::size_t{1} << b.bits; ++i) {
    const std::uint64_t at = begin + i * entry_bytes;
    if (at + 3 > b.pixels_at) return;
    const auto blue = file.u8(at), green = file.u8(at + 1), red = file.u8(at + 2);
    if (!red) return;
    b.palette[i] = {static_cast<std::uint8_t>(*red), static_cast<std::uint8_t>(*green),
                    static_cast<std::uint8_t>(*blue)};
  }
}

// Errors: masks that are missing or not one run of bits each.
Status read_masks(const IntegerReader& file, std::span<const std::byte> bytes, Bitmap& b) {
  b.masks = b.bits == 16 ? std::array{0x7C00U, 0x03E0U, 0x001FU}
                         : std::array{0xFF0000U, 0x00FF00U, 0x0000FFU};
  if (b.compression != kBitFields && b.compression != kAlphaBitFields) return {};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto mask = file.u32(kFileHeaderBytes + kInfoHeaderBytes + 4 * i);
    if (!mask) return truncated(bytes);
    const std::uint32_t run = *mask != 0 ? *mask >> std::countr_zero(*mask) : 0;
    if ((run & (run + 1)) != 0) {
      return Error{Code::kCorrupt, cat("corrupt BMP: mask ", *mask, " is not one run of bits")};
    }
    b.masks[i] = *mask;
  }
  return {};
}

Status check(const Bitmap& b) {
  if (b.width < 1 || b.height < 1) {
    return Error{Code::kCorrupt, cat("corrupt BMP: ", b.width, "x", b.height, " pixels")};
  }
  const bool wide = b.bits == 16 || b.bits == 32;
  if (!wide && b.bits != 1 && b.bits != 4 && b.bits != 8 && b.bits != 24) {
    return Error{Code::kCorrupt, cat("corrupt BMP: ", b.bits, " bits for a pixel")};
  }
  const bool masked = b.compression == kBitFields || b.compression == kAlphaBitFields;
  if (b.compression == 0 || (masked && wide)) return {};
  return Error{Code::kUnsupported, "BMP: compressed pixels are not supported"};
}

// The bits of `mask`, spread over 0 to 255.
std::uint8_t masked(std::uint32_t pixel, std::uint32_t mask) {
  if (mask == 0) return 0;
  const int shift = std::countr_zero(mask);
  return static_cast<std::uint8_t>(std::uint64_t{(pixel & mask) >> shift} * 255 / (mask >> shift));
}

Color color_at(const Bitmap& b, const std::uint8_t* row, std::size_t x) {
  switch (b.bits) {
    case 24:
      return {row[3 * x + 2], row[3 * x + 1], row[3 * x]};
    case 16:
    case 32: {
      const std::size_t size = b.bits / 8;
      std::uint32_t pixel = 0;
      for (std::size_t i = size; i-- > 0;) pixel = pixel << 8 | row[size * x + i];
      return {masked(pixel, b.masks[0]), masked(pixel, b.masks[1]), masked(pixel, b.masks[2])};
    }
    default: {
      const std::size_t per_byte = 8 / b.bits;
      const std::size_t shift = 8 - b.bits * (x % per_byte + 1);
      return b.palette[std::size_t{row[x / per_byte]} >> shift & ((1U << b.bits) - 1)];
    }
  }
}

}  // namespace

Result<DecodedImage> decode_bmp(std::span<const std::byte> bytes, const DecodeLimits& limits) {
  const IntegerReader file(bytes, false);
  const auto header_bytes = file.u32(kFileHeaderBytes);
  if (!header_bytes) return truncated(bytes);
  if (*header_bytes != kCoreHeaderBytes &&
      (*header_bytes < kInfoHeaderBytes || *header_bytes > 1024)) {
    return Error{Code::kCorrupt, cat("corrupt BMP: a header of ", *header_bytes, " bytes")};
  }
  auto bitmap = read_header(file, *header_bytes);
  if (!bitmap) return truncated(bytes);
  MOTE_TRY(check(*bitmap));
  if (bitmap->bits <= 8) read_palette(file, *header_bytes, *bitmap);
  MOTE_TRY(read_masks(file, bytes, *bitmap));
  MOTE_TRY(check_cost("BMP", {bitmap->width, bitmap->height, 3}, limits));
  const auto width = static_cast<std::size_t>(bitmap->width);
  const auto height = static_cast<std::size_t>(bitmap->height);
  // The last row may do without what fills it up.
  const std::uint64_t needed = bitmap->pixels_at + bitmap->row_bytes() * (height - 1) +
                               (std::uint64_t{width} * bitmap->bits + 7) / 8;
  if (needed > bytes.size()) return truncated(bytes);
  MOTE_ASSIGN(Image image, allocate_image(bitmap->width, bitmap->height, 3));
  const auto* pixels = reinterpret_cast<const std::uint8_t*>(bytes.data()) + bitmap->pixels_at;
  for (std::size_t y = 0; y < height; ++y) {
    std::uint8_t* to = &image.pixels[(bitmap->top_down ? y : height - 1 - y) * width * 3];
    for (std::size_t x = 0; x < width; ++x, to += 3) {
      const Color c = color_at(*bitmap, pixels + y * bitmap->row_bytes(), x);
      to[0] = c.r, to[1] = c.g, to[2] = c.b;
    }
  }
  return DecodedImage{std::move(image), 1};
}

}  // namespace mote
