#include "measure/model_images.h"

#include <utility>

#include "base/result.h"
#include "media/image.h"
#include "media/image_format.h"
#include "mote/image_decoder.h"

namespace mote {
namespace {

Result<ImagePixels> decode(std::span<const std::byte> bytes, std::int64_t channels) {
  const ImagePixels none{.channels = channels, .pixels = {}};
  if (image_format(bytes).kind == ImageFormat::Kind::kOther) return none;
  auto decoded = decode_as_stored(bytes);
  if (!decoded && decoded.error().code == Code::kCorrupt) return none;
  MOTE_ASSIGN(Image image, std::move(decoded));
  image = channels == 1 ? to_grey(std::move(image)) : to_rgb(std::move(image));
  return ImagePixels{image.height, image.width, channels, std::move(image.pixels)};
}

}  // namespace

void install_image_decoder() { set_image_decoder(decode); }

}  // namespace mote
