// Makes the JPEGs and PNGs that the tests of this folder read.
#pragma once
#include <spng.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "media/image.h"

namespace mote {

using Bytes = std::vector<std::byte>;

inline Bytes bytes_of(std::string_view text) {
  const auto* first = reinterpret_cast<const std::byte*>(text.data());
  return {first, first + text.size()};
}

// EXIF data (a TIFF structure) with one directory that holds the orientation.
Bytes exif_with(int orientation, bool big_endian = false);

struct JpegOptions {
  bool progressive = false;
  bool scan_per_coefficient = false;  // 64 scans; for grey images
  int restart_interval = 0;
  Bytes exif = {};
};

// channels 1: grey, 3: RGB; 4: CMYK with Adobe's marker; 2: components without a meaning.
Bytes make_jpeg(const Image& image, const JpegOptions& options = {});

struct PngOptions {
  int color_type = SPNG_COLOR_TYPE_GRAYSCALE;
  int bit_depth = 8;
  bool interlaced = false;
  std::vector<spng_plte_entry> palette = {};
  Bytes exif = {};
};

// rows: as PNG packs them; 16-bit samples in the order of this machine.
Bytes make_png(std::uint32_t width, std::uint32_t height, const std::vector<std::uint8_t>& rows,
               const PngOptions& options = {});

// A PNG that is nothing but its signature, header and an empty IDAT.
Bytes png_header_only(std::uint32_t width, std::uint32_t height);

// Overwrites the size in a JPEG's frame header.
void set_jpeg_size(Bytes& jpeg, std::uint16_t width, std::uint16_t height);

// A picture of 3x2 flat tiles of 8x8 pixels, from left to right and top to bottom a b c, d e f.
Image tiles();
// The letters of an image's tiles, in the same order.
std::string read_tiles(const Image& image);

// What tiles() becomes when EXIF's orientation says how it was stored.
struct Turned {
  int width_in_tiles;
  std::string_view letters;
};
inline constexpr Turned kTurnedTiles[8] = {
    {3, "abcdef"}, {3, "cbafed"}, {3, "fedcba"}, {3, "defabc"},
    {2, "adbecf"}, {2, "daebfc"}, {2, "fcebda"}, {2, "cfbead"},
};

}  // namespace mote
