// From an image file's bytes to a model's input.
#pragma once
#include <filesystem>

#include "base/file_system.h"
#include "mote/tensor.h"
#include "tasks/task.h"

namespace mote {

// As image_to_tensor. Bytes, pixels and numbers together take `max_bytes` at most.
// Errors: those of FileSystem::read, decode_image and image_to_tensor, naming the path once.
Result<Tensor> read_image_tensor(const std::filesystem::path& path, const ImageRule& rule,
                                 DType dtype, std::uint64_t max_bytes,
                                 const FileSystem& files = FileSystem::real());

}  // namespace mote
