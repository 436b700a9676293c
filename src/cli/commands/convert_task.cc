#include "cli/commands/convert_task.h"

#include "base/file_system.h"
#include "base/result.h"
#include "base/text.h"
#include "cli/terminal/output.h"
#include "runtime/model_impl.h"
#include "tasks/dequantized_task.h"
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

// What is said of the original, by the file beside it or within it. nullopt: nothing.
Result<std::optional<FoundTask>> task_of(const Model& original, const std::string& input,
                                         const ModelView& described) {
  std::optional<FoundTask> found;
  if (FileSystem::real().is_file(task_path(input))) {
    MOTE_ASSIGN(found, find_task(input, ModelView::of(original)));
    return found;
  }
  const auto& metadata = original.impl().tflite;
  auto own = metadata ? embedded_task(described, *metadata) : std::nullopt;
  if (own) found = FoundTask{*std::move(own), {}, embedded_files(metadata), {}};
  return found;
}

}  // namespace

Result<std::vector<std::string>> write_task(const Model& original, const std::string& input,
                                            const Model& converted, const std::string& output,
                                            bool dequantized) {
  std::vector<std::string> written;
  const ModelView before = ModelView::of(original);
  const ModelView after = ModelView::of(converted);
  MOTE_ASSIGN(auto found, task_of(original, input, dequantized ? before : after));
  if (!found) return written;
  if (dequantized) {
    auto task = dequantized_task(std::move(found->task), before, after);
    if (!task) {
      print_note(cat("no task description is written: ", task.error().message));
      return written;
    }
    found->task = *std::move(task);
  }
  const fs::path target = task_path(output);
  const fs::path folder = target.parent_path();
  const std::string json = to_json(found->task);
  MOTE_TRY(write_beside(target, std::as_bytes(std::span(json)), written));
  const FileSystem& files = found->embedded ? *found->embedded : FileSystem::real();
  MOTE_TRY(write_labels(found->task, files, found->folder, folder, written));
  return written;
}

}  // namespace mote::cli
