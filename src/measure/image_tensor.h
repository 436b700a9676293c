// From an image file's bytes to a model's input.
#pragma once
#include <filesystem>

#include "base/file_system.h"
#include "media/image.h"
#include "mote/tensor.h"
#include "tasks/image/placement.h"
#include "tasks/image/resize.h"

namespace mote {

// An image, what a model is given of it, and where that lies in it.
struct ImageInput {
  Image image;
  Tensor tensor;
  ImagePlacement place;

  PixelView view() const;
  ImageSize size() const { return {image.height, image.width}; }
};

// As image_to_tensor. Bytes, pixels and numbers together take `max_bytes` at most.
// Errors: those of FileSystem::read, decode_image and image_to_tensor, naming the path once.
Result<ImageInput> read_image_input(const std::filesystem::path& path, const ImageRule& rule,
                                    DType dtype, std::uint64_t max_bytes,
                                    const FileSystem& files = FileSystem::real());
// The tensor alone.
Result<Tensor> read_image_tensor(const std::filesystem::path& path, const ImageRule& rule,
                                 DType dtype, std::uint64_t max_bytes,
                                 const FileSystem& files = FileSystem::real());

}  // namespace mote
