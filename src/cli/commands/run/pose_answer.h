// What is told of the points of a body that a model finds in an image.
#pragma once
#include "cli/commands/run/image_answer.h"

namespace mote::cli {

Result<std::unique_ptr<ImageAnswer>> make_pose_answer(const ModelTask& task, const Model& model,
                                                      const AnswerOptions& options);

}  // namespace mote::cli
