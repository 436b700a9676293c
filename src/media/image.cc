#include "media/image.h"

#include <utility>

#include "base/check.h"
#include "base/text.h"
#include "media/bmp.h"
#include "media/image_format.h"
#include "media/jpeg.h"
#include "media/orientation.h"
#include "media/png.h"
#include "media/pnm.h"
#include "media/tiff.h"
#ifdef MOTE_WEBP
#include "media/webp.h"
#endif
#ifdef MOTE_JPEG2000
#include "media/jpeg2000.h"
#endif

namespace mote {

namespace {

// Some decoders need libraries that a build may lack.
#ifndef MOTE_WEBP
Result<DecodedImage> decode_webp(std::span<const std::byte>, const DecodeLimits&) {
  return Error{Code::kUnsupported, "WebP: this build is without libwebp"};
}
#endif
#ifndef MOTE_JPEG2000
Result<DecodedImage> decode_jpeg2000(std::span<const std::byte>, const DecodeLimits&) {
  return Error{Code::kUnsupported, "JPEG 2000: this build is without OpenJPEG"};
}
#endif

Result<DecodedImage> decode(std::span<const std::byte> bytes, const DecodeLimits& limits) {
  const ImageFormat format = image_format(bytes);
  switch (format.kind) {
    case ImageFormat::Kind::kJpeg:
      return decode_jpeg(bytes, limits);
    case ImageFormat::Kind::kPng:
      return decode_png(bytes, limits);
    case ImageFormat::Kind::kBmp:
      return decode_bmp(bytes, limits);
    case ImageFormat::Kind::kPnm:
      return decode_pnm(bytes, limits);
    case ImageFormat::Kind::kTiff:
      return decode_tiff(bytes, limits);
    case ImageFormat::Kind::kWebp:
      return decode_webp(bytes, limits);
    case ImageFormat::Kind::kJpeg2000:
      return decode_jpeg2000(bytes, limits);
    case ImageFormat::Kind::kCutShort:
      return Error{Code::kCorrupt,
                   cat("truncated ", format.name, ": ends after ", bytes.size(), " bytes")};
    case ImageFormat::Kind::kOther:
      break;
  }
  return Error{Code::kUnsupported, cat("not an image that can be read, but ", format.name,
                                       "; convert it to JPEG or PNG")};
}

}  // namespace

Result<Image> decode_image(std::span<const std::byte> bytes, const DecodeLimits& limits) {
  MOTE_ASSIGN(DecodedImage decoded, decode(bytes, limits));
  return upright(std::move(decoded));
}

Result<Image> decode_as_stored(std::span<const std::byte> bytes, const DecodeLimits& limits) {
  MOTE_ASSIGN(DecodedImage decoded, decode(bytes, limits));
  return std::move(decoded.image);
}

Image to_rgb(Image image) {
  if (image.channels == 3) return image;
  MOTE_CHECK(image.channels == 1);
  std::vector<std::uint8_t> rgb;
  rgb.reserve(image.pixels.size() * 3);
  for (const std::uint8_t grey : image.pixels) rgb.insert(rgb.end(), 3, grey);
  image.pixels = std::move(rgb);
  image.channels = 3;
  return image;
}

Image to_grey(Image image) {
  if (image.channels == 1) return image;
  MOTE_CHECK(image.channels == 3);
  const std::size_t count = image.pixels.size() / 3;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint8_t* p = &image.pixels[3 * i];
    // The three weights in 16-bit fixed point; they add up to 1 << 16.
    const std::uint32_t luma = 19595U * p[0] + 38470U * p[1] + 7471U * p[2] + 32768U;
    image.pixels[i] = static_cast<std::uint8_t>(luma >> 16);
  }
  image.pixels.resize(count);
  image.channels = 1;
  return image;
}

}  // namespace mote
