#include "cli/commands/convert_task.h"

#include "base/file_system.h"
#include "base/result.h"
#include "cli/terminal/output.h"
#include "runtime/model_impl.h"
#include "tasks/embedded_task.h"
#include "tasks/find_task.h"
#include "tasks/task_json.h"

namespace mote::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxBytes = std::uint64_t{64} << 20;

// Beside `output`, unless there is such a file.
Status write_beside(const fs::path& path, std::span<const std::byte> bytes,
                    std::vector<std::string>& written) {
  if (FileSystem::real().is_file(path)) {
    print_note(path.string() + " is there already and stays as it is");
    return {};
  }
  MOTE_TRY(FileSystem::real().write(path, bytes));
  written.push_back(path.filename().string());
  return {};
}

Status write_labels(const TaskDescription& task, const FileSystem& files, const fs::path& from,
                    const fs::path& folder, std::vector<std::string>& written) {
  for (const OutputDescription& output : task.outputs) {
    if (output.labels.empty()) continue;
    // Only a file beside the description goes beside the new one.
    if (fs::path(output.labels) != fs::path(output.labels).filename()) continue;
    const auto size = files.size_beneath(from, output.labels);
    if (!size && size.error().code == Code::kNotFound) continue;
    if (!size) return Error(size.error());
    if (*size > kMaxBytes) return Error{Code::kResourceExhausted, output.labels + " is too large"};
    MOTE_ASSIGN(const Bytes bytes, files.read_beneath(from, output.labels, 0, *size));
    MOTE_TRY(write_beside(folder / output.labels, bytes, written));
  }
  return {};
}

}  // namespace

Result<std::vector<std::string>> write_task(const Model& original, const std::string& input,
                                            const Model& converted, const std::string& output,
                                            bool dequantized) {
  std::vector<std::string> written;
  const fs::path target = task_path(output);
  const fs::path folder = target.parent_path();
  const auto& metadata = original.impl().tflite;
  const fs::path beside = task_path(input);
  if (FileSystem::real().is_file(beside)) {
    if (dequantized) return written;
    MOTE_ASSIGN(const FoundTask found, find_task(input, ModelView::of(original)));
    const std::string json = to_json(found.task);
    MOTE_TRY(write_beside(target, std::as_bytes(std::span(json)), written));
    MOTE_TRY(write_labels(found.task, FileSystem::real(), found.folder, folder, written));
    return written;
  }
  const auto own = metadata ? embedded_task(ModelView::of(converted), *metadata) : std::nullopt;
  if (!own) return written;
  const std::string json = to_json(*own);
  MOTE_TRY(write_beside(target, std::as_bytes(std::span(json)), written));
  MOTE_TRY(write_labels(*own, *embedded_files(metadata), {}, folder, written));
  return written;
}

}  // namespace mote::cli
