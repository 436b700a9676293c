// From a file to a model's input, by what the file's name says it holds.
#pragma once
#include <filesystem>
#include <string_view>

#include "base/file_system.h"
#include "mote/model.h"
#include "tasks/task.h"

namespace mote {

// Whether files of such a name can be samples: .jpg .jpeg .png; .wav .wave; .bin .raw. Hidden ones
// cannot.
bool is_sample_name(std::string_view name);

// A batch of one: of an image for an input of images; of sound for one of its features, which must
// be one window; and for any input the elements alone, little-endian, in a .bin or .raw file, as
// input.raw says.
// Errors: those of reading; kInvalidArgument: a file that the input does not take; they name the
// path once.
Result<Tensor> read_sample(const std::filesystem::path& path, const InputDescription& input,
                           const TensorInfo& info, std::uint64_t max_bytes,
                           const FileSystem& files = FileSystem::real());

}  // namespace mote
