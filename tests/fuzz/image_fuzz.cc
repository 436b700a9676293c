// Any bytes as an image: an error, or pixels of the size it says that survive a round trip by PNG.
#include "base/check.h"
#include "media/image.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const mote::DecodeLimits limits{.max_pixels = 1 << 20, .max_memory_bytes = 32 << 20};
  const auto image = mote::decode_image(std::as_bytes(std::span(data, size)), limits);
  if (!image) {
    MOTE_CHECK(!image.error().message.empty());
    MOTE_CHECK(image.error().code != mote::Code::kInternal);
    return 0;
  }
  MOTE_CHECK(image->width > 0 && image->height > 0);
  const auto png = mote::encode_png(*image);
  MOTE_CHECK(png);
  const auto back = mote::decode_image(*png);
  MOTE_CHECK(back);
  MOTE_CHECK(back->width == image->width && back->channels == image->channels);
  MOTE_CHECK(back->pixels == image->pixels);
  return 0;
}
