#include "tasks/find_task.h"

#include "base/text.h"
#include "tasks/bind_task.h"
#include "tasks/embedded_task.h"
#include "tasks/guess_task.h"
#include "tasks/model_quantization.h"
#include "tasks/task_json.h"

namespace mote {
namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 20;

}  // namespace

std::filesystem::path task_path(const std::filesystem::path& model) {
  std::filesystem::path path = model;
  path.replace_extension(".task.json");
  return path;
}

Result<FoundTask> find_task(const std::filesystem::path& model_path, const ModelView& model,
                            const std::shared_ptr<const TfliteMetadata>& metadata,
                            const FileSystem& files) {
  const std::filesystem::path path = task_path(model_path);
  FoundTask found;
  found.folder = path.parent_path();
  auto bytes = files.read(path, kMaxBytes);
  if (!bytes && bytes.error().code == Code::kNotFound) {
    const auto own = metadata ? embedded_task(model, *metadata) : std::nullopt;
    if (own) {
      found.task = *own;
      fill_quantization(found.task, model);
      found.embedded = embedded_files(metadata);
      return found;
    }
    found.task = guess_task(model);
    fill_quantization(found.task, model);
    found.guess = cat("no ", path.filename().string(), ": ", describe_guess(found.task));
    return found;
  }
  const auto in_file = [&](Error e) { return std::move(e).with_context(path.string()); };
  if (!bytes) return std::move(bytes).error();
  auto task = parse_task({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
  if (!task) return in_file(std::move(task).error());
  found.task = *std::move(task);
  if (Status s = bind_task(found.task, model.inputs, model.outputs); !s)
    return in_file(std::move(s).error());
  fill_quantization(found.task, model);
  return found;
}

}  // namespace mote
