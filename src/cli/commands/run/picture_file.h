// Images as files.
#pragma once
#include <filesystem>

#include "media/image.h"

namespace mote::cli {

// Writes a PNG, and makes its folder. Errors: those of encode_png; kIo, naming the path.
Status write_picture(const std::filesystem::path& path, const Image& image);

}  // namespace mote::cli
