#include <spng.h>

#include <cstdlib>
#include <cstring>
#include <memory>

#include "base/text.h"
#include "media/image.h"

namespace mote {
namespace {

struct FreeContext {
  void operator()(spng_ctx* context) const { spng_ctx_free(context); }
};
struct FreeBuffer {
  void operator()(void* buffer) const { std::free(buffer); }
};

Status check_image(const Image& image) {
  if (image.width < 1 || image.height < 1) {
    return Error{Code::kInvalidArgument,
                 cat("PNG: an image of ", image.width, "x", image.height, " pixels")};
  }
  if (image.channels != 1 && image.channels != 3) {
    return Error{Code::kInvalidArgument,
                 cat("PNG: ", image.channels, " channels; 1 (grey) and 3 (RGB) can be written")};
  }
  // Divided, since three 32-bit numbers may overflow 64 bits.
  const std::uint64_t row = static_cast<std::uint64_t>(image.width) * image.channels;
  if (image.pixels.size() % row != 0 ||
      image.pixels.size() / row != static_cast<std::uint64_t>(image.height)) {
    return Error{Code::kInvalidArgument, cat("PNG: ", image.pixels.size(), " bytes of pixels for ",
                                             image.width, "x", image.height, "x", image.channels)};
  }
  return {};
}

Error encode_error(int code) {
  const Code kind = code == SPNG_EMEM ? Code::kResourceExhausted : Code::kInternal;
  return {kind, cat("PNG: ", spng_strerror(code))};
}

}  // namespace

Result<std::vector<std::byte>> encode_png(const Image& image) {
  MOTE_TRY(check_image(image));
  const std::unique_ptr<spng_ctx, FreeContext> context(spng_ctx_new(SPNG_CTX_ENCODER));
  if (!context) return encode_error(SPNG_EMEM);
  spng_ihdr header = {};
  header.width = static_cast<std::uint32_t>(image.width);
  header.height = static_cast<std::uint32_t>(image.height);
  header.bit_depth = 8;
  header.color_type = image.channels == 1 ? SPNG_COLOR_TYPE_GRAYSCALE : SPNG_COLOR_TYPE_TRUECOLOR;
  int code = spng_set_option(context.get(), SPNG_ENCODE_TO_BUFFER, 1);
  if (code == SPNG_OK) code = spng_set_ihdr(context.get(), &header);
  if (code == SPNG_OK) {
    code = spng_encode_image(context.get(), image.pixels.data(), image.pixels.size(), SPNG_FMT_PNG,
                             SPNG_ENCODE_FINALIZE);
  }
  if (code != SPNG_OK) return encode_error(code);
  std::size_t size = 0;
  const std::unique_ptr<void, FreeBuffer> buffer(spng_get_png_buffer(context.get(), &size, &code));
  if (!buffer) return encode_error(code);
  const auto* first = static_cast<const std::byte*>(buffer.get());
  return std::vector<std::byte>(first, first + size);
}

}  // namespace mote
