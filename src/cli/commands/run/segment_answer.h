// What is told of the classes that a model gives the pixels of an image.
#pragma once
#include "cli/commands/run/image_answer.h"

namespace mote::cli {

// Requires: an output of the task is segments.
std::unique_ptr<ImageAnswer> make_segment_answer(const ModelTask& task, const Model& model,
                                                 const AnswerOptions& options);

}  // namespace mote::cli
