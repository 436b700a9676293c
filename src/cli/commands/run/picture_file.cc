#include "cli/commands/run/picture_file.h"

#include "base/file_system.h"
#include "base/result.h"
#include "base/text.h"

namespace mote::cli {

Status write_picture(const std::filesystem::path& path, const Image& image) {
  MOTE_ASSIGN(const auto bytes, encode_png(image));
  if (path.has_parent_path()) {
    std::error_code error;
    std::filesystem::create_directories(path.parent_path(), error);
    if (error) {
      return Error{Code::kIo, cat(path.parent_path().native(), ": ", error.message())};
    }
  }
  return FileSystem::real().write(path, bytes);
}

}  // namespace mote::cli
