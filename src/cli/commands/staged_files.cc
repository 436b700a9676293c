#include "cli/commands/staged_files.h"

#include "base/file_system.h"
#include "base/text.h"

namespace mote::cli {
namespace {

namespace fs = std::filesystem;

Status write_bytes(const fs::path& path, const std::string& bytes) {
  return FileSystem::real().write(path, std::as_bytes(std::span(bytes)));
}

Status move_file(const fs::path& from, const fs::path& to) {
  std::error_code failed;
  fs::rename(from, to, failed);
  if (!failed) return {};
  return Error{Code::kIo, cat("cannot write '", to.string(), "': ", failed.message())};
}

}  // namespace

StagedFiles::StagedFiles(const fs::path& output)
    : output_(output),
      folder_(output.parent_path() / cat(".", output.filename().string(), ".new")) {}

// Only what was made here: the folder stays if there is anything else in it.
StagedFiles::~StagedFiles() {
  std::error_code ignored;
  fs::remove(model(), ignored);
  fs::remove(weights(), ignored);
  fs::remove(folder_, ignored);
}

std::string StagedFiles::weights_name(const fs::path& output) {
  return output.filename().string() + ".weights";
}

Status StagedFiles::write(const OnnxFiles& files) {
  std::error_code failed;
  fs::create_directory(folder_, failed);
  if (failed) {
    return Error{Code::kIo,
                 cat("cannot make the folder '", folder_.string(), "': ", failed.message())};
  }
  MOTE_TRY(write_bytes(weights(), files.external));
  return write_bytes(model(), files.model);
}

Status StagedFiles::publish() {
  MOTE_TRY(move_file(weights(), output_.parent_path() / weights_name(output_)));
  return move_file(model(), output_);
}

}  // namespace mote::cli
