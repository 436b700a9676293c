#include "measure/model_images.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/result.h"
#include "media/image.h"
#include "media/image_format.h"
#include "mote/image_decoder.h"

namespace mote {
namespace {

Result<ImagePixels> decode(const ImageRequest& request) {
  const ImagePixels none{.channels = request.channels, .pixels = {}};
  if (image_format(request.bytes).kind == ImageFormat::Kind::kOther) return none;
  DecodeLimits limits;
  // Half, as grey pixels may be repeated for each channel.
  const auto max_bytes = static_cast<std::int64_t>(
      std::min<std::uint64_t>(request.max_bytes / 2, std::numeric_limits<std::int64_t>::max()));
  limits.max_memory_bytes = std::min(limits.max_memory_bytes, max_bytes);
  auto decoded = decode_as_stored(request.bytes, limits);
  if (!decoded && decoded.error().code == Code::kCorrupt) return none;
  MOTE_ASSIGN(Image image, std::move(decoded));
  image = request.channels == 1 ? to_grey(std::move(image)) : to_rgb(std::move(image));
  return ImagePixels{image.height, image.width, request.channels, std::move(image.pixels)};
}

}  // namespace

void install_image_decoder() { set_image_decoder(decode); }

}  // namespace mote
