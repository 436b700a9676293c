// The task description of a model: the file beside it, or a guess; and what of it the model itself
// has to say.
#pragma once
#include <filesystem>
#include <span>
#include <string>

#include "base/file_system.h"
#include "mote/model.h"
#include "tasks/task.h"

namespace mote {

// "dir/net.onnx" → "dir/net.task.json"
std::filesystem::path task_path(const std::filesystem::path& model);

struct FoundTask {
  TaskDescription task;
  std::filesystem::path folder;  // where the files that it names lie
  // How it was guessed, for people; empty if it came from a file:
  // "no net.task.json: guessed an image-classification of RGB images, 224x224, ..."
  std::string guess;
};

// Reads the description beside the model, or guesses one, and binds it to the model's interface.
// Errors: those of parse_task and bind_task, naming the file; kIo.
Result<FoundTask> find_task(const std::filesystem::path& model, std::span<const TensorInfo> inputs,
                            std::span<const TensorInfo> outputs,
                            const FileSystem& files = FileSystem::real());

// An image input is one of rank 4 with 1 or 3 channels and known height and width; class scores are
// an output of sizes [n], [batch, n] or [batch, n, 1, 1]. Pixels are divided by 255, or given as
// they are to integer inputs (s8: less 128).
TaskDescription guess_task(std::span<const TensorInfo> inputs, std::span<const TensorInfo> outputs);

// Fills in names and sizes that the description leaves to the model, and checks the rest.
// Errors: kInvalidArgument: a name that the model has not, one that is there twice, an image whose
// size, channels or element type the input does not take.
Status bind_task(TaskDescription& task, std::span<const TensorInfo> inputs,
                 std::span<const TensorInfo> outputs);

}  // namespace mote
