#include "media/png.h"

#include <spng.h>

#include <cstring>
#include <memory>
#include <utility>

#include "base/text.h"
#include "media/exif.h"

namespace mote {
namespace {

// Colour profiles, texts and other notes, unpacked. Larger ones are an attack.
constexpr std::size_t kMaxNoteBytes = std::size_t{32} << 20;
// What deflate reaches at best: 258 bytes from two bits.
constexpr std::uint64_t kMaxDeflateRatio = 1032;

struct FreeContext {
  void operator()(spng_ctx* context) const { spng_ctx_free(context); }
};
using Context = std::unique_ptr<spng_ctx, FreeContext>;

// How libspng hands out the pixels of a colour type, and how many bytes of them a pixel takes.
struct Layout {
  spng_format format;
  std::int32_t channels;      // of the Image
  std::int32_t stored_bytes;  // for each pixel; of `format`
};

Layout layout_of(const spng_ihdr& header) {
  const bool wide = header.bit_depth == 16;
  if (header.color_type == SPNG_COLOR_TYPE_GRAYSCALE_ALPHA) {
    return {SPNG_FMT_PNG, 1, wide ? 4 : 2};
  }
  if (header.color_type != SPNG_COLOR_TYPE_GRAYSCALE) return {SPNG_FMT_RGB8, 3, 3};
  if (wide) return {SPNG_FMT_PNG, 1, 2};
  return {SPNG_FMT_G8, 1, 1};
}

Error png_error(int code, std::span<const std::byte> bytes) {
  if (code == SPNG_EMEM) return {Code::kResourceExhausted, "PNG: out of memory"};
  if (code == SPNG_IO_EOF) {
    return {Code::kCorrupt, cat("truncated PNG: ends after ", bytes.size(), " bytes")};
  }
  if (code == SPNG_EOVERFLOW) {
    return {Code::kInvalidArgument, "PNG: its size is over the limit of what can be decoded"};
  }
  return {Code::kCorrupt, cat("corrupt PNG: ", spng_strerror(code))};
}

// Whether the IEND chunk is there to its last byte, which libspng does not read.
// Requires: bytes that libspng accepted, hence valid chunks up to IEND's name.
bool has_whole_end(std::span<const std::byte> bytes) {
  constexpr std::size_t kAroundData = 12;  // length, name, checksum
  std::size_t at = 8;
  while (at + kAroundData <= bytes.size()) {
    std::size_t length = 0;
    for (std::size_t i = 0; i < 4; ++i)
      length = length << 8 | std::to_integer<std::size_t>(bytes[at + i]);
    if (length > bytes.size() - at - kAroundData) return false;
    if (std::memcmp(&bytes[at + 4], "IEND", 4) == 0) return true;
    at += kAroundData + length;
  }
  return false;
}

std::uint64_t bits_per_pixel(const spng_ihdr& header) {
  switch (header.color_type) {
    case SPNG_COLOR_TYPE_GRAYSCALE_ALPHA:
      return std::uint64_t{header.bit_depth} * 2;
    case SPNG_COLOR_TYPE_TRUECOLOR:
      return std::uint64_t{header.bit_depth} * 3;
    case SPNG_COLOR_TYPE_TRUECOLOR_ALPHA:
      return std::uint64_t{header.bit_depth} * 4;
    default:
      return header.bit_depth;
  }
}

// Refuses a file that is too short for its pixels before it takes memory.
// Requires: a size that passed check_cost.
Status check_bytes(const spng_ihdr& header, std::span<const std::byte> bytes) {
  const std::uint64_t bits = std::uint64_t{header.width} * header.height * bits_per_pixel(header);
  if (bits / 8 / kMaxDeflateRatio <= bytes.size()) return {};
  return Error{Code::kCorrupt, cat("truncated PNG: ", bytes.size(), " bytes cannot hold ",
                                   header.width, "x", header.height, " pixels")};
}

// Takes the grey value of each pixel of 8-bit grey and alpha, or the high byte of 16-bit grey.
void keep_grey(const Image& stored, bool wide, std::uint8_t* grey) {
  const std::size_t step = static_cast<std::size_t>(stored.channels);
  for (std::size_t i = 0; i < stored.pixels.size(); i += step) {
    if (wide) {
      std::uint16_t sample = 0;  // libspng gives them in the order of this machine
      std::memcpy(&sample, &stored.pixels[i], sizeof sample);
      *grey++ = static_cast<std::uint8_t>(sample >> 8);
    } else {
      *grey++ = stored.pixels[i];
    }
  }
}

Result<Image> read_pixels(spng_ctx* context, const spng_ihdr& header,
                          std::span<const std::byte> bytes) {
  const Layout layout = layout_of(header);
  const bool direct = layout.format != SPNG_FMT_PNG;
  MOTE_ASSIGN(Image stored, allocate_image(header.width, header.height, layout.stored_bytes));
  const int code =
      spng_decode_image(context, stored.pixels.data(), stored.pixels.size(), layout.format, 0);
  if (code != SPNG_OK) return png_error(code, bytes);
  if (direct) return stored;
  MOTE_ASSIGN(Image grey, allocate_image(header.width, header.height, 1));
  keep_grey(stored, header.bit_depth == 16, grey.pixels.data());
  return grey;
}

int orientation_of(spng_ctx* context) {
  spng_exif exif = {};
  if (spng_get_exif(context, &exif) != SPNG_OK) return 1;
  return exif_orientation(std::as_bytes(std::span(exif.data, exif.length)));
}

}  // namespace

Result<DecodedImage> decode_png(std::span<const std::byte> bytes, const DecodeLimits& limits) {
  const Context context(spng_ctx_new(0));
  if (!context) return png_error(SPNG_EMEM, bytes);
  spng_ihdr header = {};
  int code = spng_set_png_buffer(context.get(), bytes.data(), bytes.size());
  if (code == SPNG_OK) code = spng_set_chunk_limits(context.get(), kMaxNoteBytes, kMaxNoteBytes);
  if (code == SPNG_OK) code = spng_get_ihdr(context.get(), &header);
  if (code != SPNG_OK) return png_error(code, bytes);

  const Layout layout = layout_of(header);
  const std::int64_t bytes_per_pixel = layout.stored_bytes + layout.channels;
  MOTE_TRY(check_cost("PNG", {header.width, header.height, bytes_per_pixel}, limits));
  MOTE_TRY(check_bytes(header, bytes));
  MOTE_ASSIGN(Image image, read_pixels(context.get(), header, bytes));
  // To the end of the file: EXIF data may follow the pixels, and a missing end is damage.
  code = spng_decode_chunks(context.get());
  if (code == SPNG_OK && !has_whole_end(bytes)) code = SPNG_IO_EOF;
  if (code != SPNG_OK) return png_error(code, bytes);
  return DecodedImage{std::move(image), orientation_of(context.get())};
}

}  // namespace mote
