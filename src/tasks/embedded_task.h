// The task description that a TensorFlow Lite file has within it.
#pragma once
#include <memory>
#include <optional>

#include "base/file_system.h"
#include "format/tflite/read/metadata.h"
#include "tasks/model_view.h"
#include "tasks/task.h"

namespace mote {

// nullopt: the metadata say nothing of inputs or outputs. What they leave open is guessed. Pixels
// of 8-bit inputs go in as they are: the stated normalization is that of the float model.
std::optional<TaskDescription> embedded_task(const ModelView& model,
                                             const TfliteMetadata& metadata);

// The files within the model, read-only; names are theirs whatever the folder.
// Errors of reading: kNotFound; kUnsupported: a file that is compressed.
std::shared_ptr<const FileSystem> embedded_files(std::shared_ptr<const TfliteMetadata> metadata);

}  // namespace mote
