// The task description of a model: the file beside it, or a guess.
#pragma once
#include <filesystem>
#include <memory>
#include <string>

#include "base/file_system.h"
#include "format/tflite/read/metadata.h"
#include "tasks/model_view.h"
#include "tasks/task.h"

namespace mote {

// "dir/net.onnx" → "dir/net.task.json"
std::filesystem::path task_path(const std::filesystem::path& model);

struct FoundTask {
  TaskDescription task;
  std::filesystem::path folder;                // where the files that it names lie
  std::shared_ptr<const FileSystem> embedded;  // not null: within the model instead
  // How it was guessed, for people; empty if it came from a file or the model:
  // "no net.task.json: guessed an image-classification of RGB images, 224x224, ..."
  std::string guess;
};

// Reads the description beside the model, or takes the model's own (`metadata`, which may be null),
// or guesses one, and binds it to the model's interface.
// Errors: those of parse_task and bind_task, naming the file; kIo.
Result<FoundTask> find_task(const std::filesystem::path& model_path, const ModelView& model,
                            const std::shared_ptr<const TfliteMetadata>& metadata = nullptr,
                            const FileSystem& files = FileSystem::real());

}  // namespace mote
