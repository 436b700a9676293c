#include "measure/image_tensor.h"

#include <algorithm>

#include "media/image.h"
#include "tasks/preprocess.h"

namespace mote {
namespace {

constexpr std::uint64_t kMaxImageBytes = std::uint64_t{256} << 20;

Result<Tensor> to_tensor(Bytes bytes, const ImageRule& rule, DType dtype, std::uint64_t max_bytes) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 62;
  DecodeLimits limits;
  limits.max_memory_bytes = static_cast<std::int64_t>(std::min(max_bytes - bytes.size(), kMost));
  MOTE_ASSIGN(const Image image, decode_image(bytes, limits));
  bytes = Bytes();
  const PixelView pixels{image.width, image.height, image.channels, image.pixels.data(),
                         std::int64_t{image.width} * image.channels};
  return image_to_tensor(pixels, rule, dtype, max_bytes - image.pixels.size());
}

}  // namespace

Result<Tensor> read_image_tensor(const std::filesystem::path& path, const ImageRule& rule,
                                 DType dtype, std::uint64_t max_bytes, const FileSystem& files) {
  MOTE_ASSIGN(Bytes bytes, files.read(path, std::min(kMaxImageBytes, max_bytes)));
  auto tensor = to_tensor(std::move(bytes), rule, dtype, max_bytes);
  if (!tensor) return std::move(tensor).error().with_context(path.native());
  return tensor;
}

}  // namespace mote
