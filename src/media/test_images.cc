#include "media/test_images.h"

#include <cmath>
#include <cstdlib>
#include <cstring>

#include "base/check.h"
#include "media/libjpeg.h"

namespace mote {
namespace {

constexpr int kTile = 8;

void put(Bytes& out, std::uint64_t value, int size, bool big_endian) {
  for (int i = 0; i < size; ++i) {
    const int shift = 8 * (big_endian ? size - 1 - i : i);
    out.push_back(static_cast<std::byte>(value >> shift & 0xFF));
  }
}

J_COLOR_SPACE color_space(int channels) {
  switch (channels) {
    case 1:
      return JCS_GRAYSCALE;
    case 3:
      return JCS_RGB;
    case 4:
      return JCS_CMYK;
    default:
      return JCS_UNKNOWN;
  }
}

std::vector<jpeg_scan_info> scan_per_coefficient() {
  std::vector<jpeg_scan_info> scans(DCTSIZE2);
  for (int i = 0; i < DCTSIZE2; ++i) {
    scans[i].comps_in_scan = 1;
    scans[i].Ss = scans[i].Se = i;
  }
  return scans;
}

void add_exif(jpeg_compress_struct& info, const Bytes& exif) {
  Bytes marker = bytes_of({"Exif\0\0", 6});
  marker.insert(marker.end(), exif.begin(), exif.end());
  jpeg_write_marker(&info, JPEG_APP0 + 1, reinterpret_cast<const JOCTET*>(marker.data()),
                    static_cast<unsigned>(marker.size()));
}

void add_chunk(Bytes& out, std::string_view name, const Bytes& data) {
  put(out, data.size(), 4, true);
  Bytes body = bytes_of(name);
  body.insert(body.end(), data.begin(), data.end());
  std::uint32_t crc = 0xFFFFFFFF;
  for (const std::byte b : body) {
    crc ^= std::to_integer<std::uint32_t>(b);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xEDB88320 : 0);
  }
  out.insert(out.end(), body.begin(), body.end());
  put(out, ~crc & 0xFFFFFFFF, 4, true);
}

}  // namespace

Bytes exif_with(int orientation, bool big_endian) {
  Bytes out = bytes_of(big_endian ? "MM" : "II");
  put(out, 42, 2, big_endian);
  put(out, 8, 4, big_endian);  // the directory follows
  put(out, 1, 2, big_endian);  // with one entry
  put(out, 0x0112, 2, big_endian);
  put(out, 3, 2, big_endian);  // SHORT
  put(out, 1, 4, big_endian);
  put(out, static_cast<std::uint64_t>(orientation), 2, big_endian);
  put(out, 0, 2, big_endian);
  put(out, 0, 4, big_endian);  // no directory after it
  return out;
}

Bytes make_jpeg(const Image& image, const JpegOptions& options) {
  jpeg_compress_struct info = {};
  jpeg_error_mgr errors = {};
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* buffer = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&info, &buffer, &size);
  info.image_width = static_cast<JDIMENSION>(image.width);
  info.image_height = static_cast<JDIMENSION>(image.height);
  info.input_components = image.channels;
  info.in_color_space = color_space(image.channels);
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, 95, TRUE);
  info.restart_interval = static_cast<unsigned>(options.restart_interval);
  if (options.progressive) jpeg_simple_progression(&info);
  const std::vector<jpeg_scan_info> scans = scan_per_coefficient();
  if (options.scan_per_coefficient) {
    info.scan_info = scans.data();
    info.num_scans = static_cast<int>(scans.size());
  }
  jpeg_start_compress(&info, TRUE);
  if (!options.exif.empty()) add_exif(info, options.exif);
  while (info.next_scanline < info.image_height) {
    auto* row = const_cast<JSAMPROW>(
        &image.pixels[std::size_t{info.next_scanline} * image.width * image.channels]);
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  Bytes out = bytes_of({reinterpret_cast<const char*>(buffer), size});
  std::free(buffer);
  return out;
}

Bytes make_png(std::uint32_t width, std::uint32_t height, const std::vector<std::uint8_t>& rows,
               const PngOptions& options) {
  spng_ctx* context = spng_ctx_new(SPNG_CTX_ENCODER);
  spng_set_option(context, SPNG_ENCODE_TO_BUFFER, 1);
  spng_ihdr header = {};
  header.width = width;
  header.height = height;
  header.bit_depth = static_cast<std::uint8_t>(options.bit_depth);
  header.color_type = static_cast<std::uint8_t>(options.color_type);
  header.interlace_method = options.interlaced ? 1 : 0;
  spng_set_ihdr(context, &header);
  if (!options.palette.empty()) {
    spng_plte palette = {};
    palette.n_entries = static_cast<std::uint32_t>(options.palette.size());
    std::memcpy(palette.entries, options.palette.data(),
                options.palette.size() * sizeof(spng_plte_entry));
    spng_set_plte(context, &palette);
  }
  Bytes exif_copy = options.exif;
  spng_exif exif = {exif_copy.size(), reinterpret_cast<char*>(exif_copy.data())};
  if (!exif_copy.empty()) spng_set_exif(context, &exif);
  int code =
      spng_encode_image(context, rows.data(), rows.size(), SPNG_FMT_PNG, SPNG_ENCODE_FINALIZE);
  MOTE_CHECK(code == SPNG_OK);
  std::size_t size = 0;
  void* buffer = spng_get_png_buffer(context, &size, &code);
  Bytes out = bytes_of({static_cast<const char*>(buffer), size});
  std::free(buffer);
  spng_ctx_free(context);
  return out;
}

Bytes png_header_only(std::uint32_t width, std::uint32_t height) {
  Bytes out = bytes_of("\x89PNG\r\n\x1A\n");
  Bytes header;
  put(header, width, 4, true);
  put(header, height, 4, true);
  put(header, 0x08'02'00'00'00, 5, true);  // 8 bits, RGB, deflate, filters, not interlaced
  add_chunk(out, "IHDR", header);
  add_chunk(out, "IDAT", {});
  add_chunk(out, "IEND", {});
  return out;
}

void set_jpeg_size(Bytes& jpeg, std::uint16_t width, std::uint16_t height) {
  for (std::size_t i = 0; i + 9 < jpeg.size(); ++i) {
    const bool frame = jpeg[i] == std::byte{0xFF} &&
                       (jpeg[i + 1] == std::byte{0xC0} || jpeg[i + 1] == std::byte{0xC2});
    if (!frame) continue;
    Bytes size;
    put(size, height, 2, true);
    put(size, width, 2, true);
    std::memcpy(&jpeg[i + 5], size.data(), size.size());
    return;
  }
  MOTE_CHECK(false);
}

Image tiles() {
  Image image{3 * kTile, 2 * kTile, 1, {}};
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      const int tile = y / kTile * 3 + x / kTile;
      image.pixels.push_back(static_cast<std::uint8_t>(20 + 40 * tile));
    }
  }
  return image;
}

std::string read_tiles(const Image& image) {
  std::string letters;
  for (int y = kTile / 2; y < image.height; y += kTile) {
    for (int x = kTile / 2; x < image.width; x += kTile) {
      const int grey = image.pixels[(std::size_t(y) * image.width + x) * image.channels];
      letters += static_cast<char>('a' + std::lround((grey - 20) / 40.0));
    }
  }
  return letters;
}

}  // namespace mote
