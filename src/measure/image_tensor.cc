#include "measure/image_tensor.h"

#include <algorithm>

#include "tasks/image/preprocess.h"

namespace mote {
namespace {

constexpr std::uint64_t kMaxImageBytes = std::uint64_t{256} << 20;

Result<ImageInput> to_input(Bytes bytes, const ImageRule& rule, DType dtype,
                            std::uint64_t max_bytes) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 62;
  DecodeLimits limits;
  limits.max_memory_bytes = static_cast<std::int64_t>(std::min(max_bytes - bytes.size(), kMost));
  ImageInput input;
  MOTE_ASSIGN(input.image, decode_image(bytes, limits));
  bytes = Bytes();
  MOTE_ASSIGN(input.tensor,
              image_to_tensor(input.view(), rule, dtype, max_bytes - input.image.pixels.size()));
  MOTE_ASSIGN(input.place, place_image(input.size(), rule));
  return input;
}

}  // namespace

PixelView ImageInput::view() const {
  return {image.width, image.height, image.channels, image.pixels.data(),
          std::int64_t{image.width} * image.channels};
}

Result<ImageInput> read_image_input(const std::filesystem::path& path, const ImageRule& rule,
                                    DType dtype, std::uint64_t max_bytes, const FileSystem& files) {
  MOTE_ASSIGN(Bytes bytes, files.read(path, std::min(kMaxImageBytes, max_bytes)));
  auto input = to_input(std::move(bytes), rule, dtype, max_bytes);
  if (!input) return std::move(input).error().with_context(path.native());
  return input;
}

Result<Tensor> read_image_tensor(const std::filesystem::path& path, const ImageRule& rule,
                                 DType dtype, std::uint64_t max_bytes, const FileSystem& files) {
  MOTE_ASSIGN(ImageInput input, read_image_input(path, rule, dtype, max_bytes, files));
  return std::move(input.tensor);
}

}  // namespace mote
