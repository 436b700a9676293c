#include "cli/commands/run/input_files.h"

#include <algorithm>

#include "base/file_system.h"
#include "base/result.h"
#include "base/text.h"
#include "cli/terminal/interrupt.h"
#include "cli/terminal/output.h"
#include "cli/terminal/progress.h"

namespace mote::cli {
namespace {

namespace fs = std::filesystem;

bool ends_so(const std::string& name, std::span<const std::string_view> endings) {
  std::string extension = fs::path(name).extension().native();
  std::ranges::transform(extension, extension.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  });
  return std::ranges::find(endings, extension) != endings.end();
}

// ".jpg, .jpeg or .png"
std::string any_of(std::span<const std::string_view> endings) {
  if (endings.size() == 1) return std::string(endings[0]);
  return cat(join(endings.first(endings.size() - 1), ", "), " or ", endings.back());
}

}  // namespace

Result<std::vector<fs::path>> list_inputs(const fs::path& path,
                                          std::span<const std::string_view> endings) {
  const FileSystem& files = FileSystem::real();
  if (!files.is_directory(path)) return std::vector<fs::path>{path};
  MOTE_ASSIGN(const std::vector<std::string> names, files.list(path));
  std::vector<fs::path> found;
  for (const std::string& name : names) {
    if (ends_so(name, endings) && files.is_file(path / name)) found.push_back(path / name);
  }
  if (!found.empty()) return found;
  return Error{Code::kNotFound, cat(path.native(), ": holds no ", any_of(endings), " file")};
}

Result<int> run_each(const std::vector<fs::path>& files, const RuntimeFlags& runtime, bool progress,
                     const std::function<Status(const fs::path&)>& run_one) {
  Progress shown("running");
  std::int64_t done = 0;
  int status = 0;
  for (const fs::path& path : files) {
    if (progress) shown.show(done++, std::ssize(files));
    Status told = run_one(path);
    MOTE_TRY(Interrupt::check());
    if (told) continue;
    if (files.size() == 1) return std::move(told).error();
    shown.clear();
    print_error(runtime.explain(std::move(told).error()));
    status = 1;
  }
  return status;
}

}  // namespace mote::cli
