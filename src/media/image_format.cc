#include "media/image_format.h"

#include <algorithm>

namespace mote {
namespace {

using std::string_view_literals::operator""sv;
using Kind = ImageFormat::Kind;

constexpr std::string_view kJpegStart = "\xFF\xD8\xFF"sv;
constexpr std::string_view kPngStart = "\x89PNG\r\n\x1A\n"sv;

struct Signature {
  std::size_t offset;
  std::string_view start;
  std::string_view name;
  Kind kind = Kind::kOther;
};

// The first match counts: brands of the ISO container before the container.
constexpr Signature kOthers[] = {
    {0, "GIF8"sv, "GIF"},
    {8, "WEBP"sv, "WebP", Kind::kWebp},
    {4, "ftyphei"sv, "HEIC"},
    {4, "ftyphev"sv, "HEIC"},
    {4, "ftypmif1"sv, "HEIF"},
    {4, "ftypmsf1"sv, "HEIF"},
    {4, "ftypavif"sv, "AVIF"},
    {4, "ftypavis"sv, "AVIF"},
    {4, "ftyp"sv, "an MP4 or QuickTime file"},
    {0, "II*\0"sv, "TIFF", Kind::kTiff},
    {0, "MM\0*"sv, "TIFF", Kind::kTiff},
    {0, "\xFF\x0A"sv, "JPEG XL"},
    {0, "\0\0\0\x0CJXL \r\n\x87\n"sv, "JPEG XL"},
    {0, "\0\0\0\x0CjP  \r\n\x87\n"sv, "JPEG 2000", Kind::kJpeg2000},
    {0, "\xFF\x4F\xFF\x51"sv, "JPEG 2000", Kind::kJpeg2000},
    {0, "\0\0\x01\0"sv, "a Windows icon"},
    {0, "8BPS"sv, "a Photoshop file"},
    {0, "%PDF"sv, "PDF"},
    {0, "PK\x03\x04"sv, "a ZIP archive"},
    {0, "\x93NUMPY"sv, "a NumPy array"},
    {0, "<svg"sv, "SVG"},
    {0, "<?xml"sv, "XML"},
    {0, "qoif"sv, "QOI"},
    {0, "BM"sv, "BMP", Kind::kBmp},
};

// P1 to P6 and a space or a comment.
bool is_pnm(std::string_view text) {
  return text.size() >= 3 && text[0] == 'P' && text[1] >= '1' && text[1] <= '6' &&
         std::string_view(" \t\n\v\f\r#").find(text[2]) != std::string_view::npos;
}

bool has(std::string_view text, const Signature& s) {
  return text.size() >= s.offset && text.substr(s.offset).starts_with(s.start);
}

}  // namespace

ImageFormat image_format(std::span<const std::byte> bytes) noexcept {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()),
                              std::min<std::size_t>(bytes.size(), 16));
  if (text.empty()) return {Kind::kOther, "an empty file"};
  if (text.starts_with(kJpegStart)) return {Kind::kJpeg, "JPEG"};
  if (text.starts_with(kPngStart)) return {Kind::kPng, "PNG"};
  if (kJpegStart.starts_with(text)) return {Kind::kCutShort, "JPEG"};
  if (kPngStart.starts_with(text)) return {Kind::kCutShort, "PNG"};
  if (is_pnm(text)) return {Kind::kPnm, "PNM"};
  for (const Signature& s : kOthers) {
    if (has(text, s)) return {s.kind, s.name};
  }
  return {Kind::kOther, "an unknown format"};
}

}  // namespace mote
