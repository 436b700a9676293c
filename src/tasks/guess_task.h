// What a model's task is where nobody has described it, told from its interface.
#pragma once
#include <optional>
#include <string>

#include "tasks/model_view.h"
#include "tasks/task.h"

namespace mote {

// An image input is one of rank 4 with 1 or 3 channels and known height and width; class scores are
// an output of sizes [n], [batch, n] or [batch, n, 1, 1]. Pixels are divided by 255, or given as
// they are to integer inputs (s8: less 128). Families of models that are known by their interface
// have rules of their own: see guess_detection, guess_picture, guess_speech,
// guess_keywords, guess_anomaly, guess_pose and guess_table.
TaskDescription guess_task(const ModelView& model);

// For people: "guessed task image-classification, RGB images 224x224 NCHW, pixels / 255"
std::string describe_guess(const TaskDescription& task);

// A description with the names of all inputs and outputs, as tensors.
TaskDescription undescribed(const ModelView& model);

// -1 if it is not known, or there is no such axis.
std::int64_t size_at(const TensorInfo& info, std::size_t axis);
bool has_rank(const TensorInfo& info, std::size_t rank);

// An input of pixels, or null.
std::optional<ImageRule> guess_image(const TensorInfo& info);

}  // namespace mote
