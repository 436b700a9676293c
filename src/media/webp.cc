#include "media/webp.h"

#include <webp/decode.h>

#include <utility>

#include "base/text.h"

namespace mote {
namespace {

// The pixels, and what libwebp keeps of a lossless picture.
constexpr std::int64_t kBytesPerPixel = 3 + 8;

Error webp_error(VP8StatusCode code, std::size_t size) {
  switch (code) {
    case VP8_STATUS_OUT_OF_MEMORY:
      return {Code::kResourceExhausted, "WebP: out of memory"};
    case VP8_STATUS_NOT_ENOUGH_DATA:
      return {Code::kCorrupt, cat("truncated WebP: ends after ", size, " bytes")};
    case VP8_STATUS_UNSUPPORTED_FEATURE:
      return {Code::kUnsupported, "WebP: a feature that libwebp does not know"};
    default:
      return {Code::kCorrupt, "corrupt WebP"};
  }
}

}  // namespace

Result<DecodedImage> decode_webp(std::span<const std::byte> bytes, const DecodeLimits& limits) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  WebPDecoderConfig config;
  if (WebPInitDecoderConfig(&config) == 0) {
    return Error{Code::kUnsupported, "WebP: libwebp is not of the version that we know"};
  }
  VP8StatusCode code = WebPGetFeatures(data, bytes.size(), &config.input);
  if (code != VP8_STATUS_OK) return webp_error(code, bytes.size());
  if (config.input.has_animation != 0) {
    return Error{Code::kUnsupported, "WebP: animations are not supported"};
  }
  const std::int64_t width = config.input.width;
  const std::int64_t height = config.input.height;
  MOTE_TRY(check_cost("WebP", {width, height, kBytesPerPixel}, limits));
  MOTE_ASSIGN(Image image, allocate_image(width, height, 3));
  config.output.colorspace = MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA.rgba = image.pixels.data();
  config.output.u.RGBA.stride = static_cast<int>(width * 3);
  config.output.u.RGBA.size = image.pixels.size();
  code = WebPDecode(data, bytes.size(), &config);
  WebPFreeDecBuffer(&config.output);
  if (code != VP8_STATUS_OK) return webp_error(code, bytes.size());
  return DecodedImage{std::move(image), 1};
}

}  // namespace mote
