#include "media/image.h"

#include <utility>

#include "base/check.h"
#include "base/text.h"
#include "media/image_format.h"
#include "media/jpeg.h"
#include "media/orientation.h"
#include "media/png.h"

namespace mote {

Result<Image> decode_image(std::span<const std::byte> bytes, const DecodeLimits& limits) {
  const ImageFormat format = image_format(bytes);
  switch (format.kind) {
    case ImageFormat::Kind::kJpeg: {
      MOTE_ASSIGN(DecodedImage jpeg, decode_jpeg(bytes, limits));
      return upright(std::move(jpeg));
    }
    case ImageFormat::Kind::kPng: {
      MOTE_ASSIGN(DecodedImage png, decode_png(bytes, limits));
      return upright(std::move(png));
    }
    case ImageFormat::Kind::kCutShort:
      return Error{Code::kCorrupt,
                   cat("truncated ", format.name, ": ends after ", bytes.size(), " bytes")};
    case ImageFormat::Kind::kOther:
      break;
  }
  return Error{Code::kUnsupported,
               cat("not a JPEG or PNG image, but ", format.name, "; convert it to JPEG or PNG")};
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
