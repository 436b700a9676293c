// How models decode images (ImageDecoder): by a function of the program's, as the library links no
// image formats itself.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "mote/result.h"

namespace mote {

// 8-bit pixels [height, width, channels]; channels is 1 (grey) or 3 (RGB). No pixels at all: the
// bytes are no image, or a damaged one.
struct ImagePixels {
  std::int64_t height = 0;
  std::int64_t width = 0;
  std::int64_t channels = 3;
  std::vector<std::uint8_t> pixels;
};

struct ImageRequest {
  std::span<const std::byte> bytes;  // a whole file
  std::int64_t channels = 3;         // 1 or 3: what the result must have
  std::uint64_t max_bytes = 0;       // what decoding may take, the result's pixels among it
};

// Called on any thread. Errors: what keeps a sound image from being decoded: a format, a limit.
using ImageDecodeFunction = Result<ImagePixels> (*)(const ImageRequest& request);

// From now on models decode images with `decode`; null: they cannot. Any thread may call it.
void set_image_decoder(ImageDecodeFunction decode);

// Null if none has been set.
ImageDecodeFunction image_decoder();

}  // namespace mote
