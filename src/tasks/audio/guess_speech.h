// Voice activity detectors that are known by their interface.
#pragma once
#include <optional>

#include "tasks/model_view.h"
#include "tasks/task.h"

namespace mote {

// Silero VAD from version 5 on: `input` [batch, samples], `state` [2, batch, 128] and the sample
// rate `sr` in, the probability [batch, 1] and the next state out; 512 samples of 16 kHz at a time,
// after the 64 before them. Null: another interface.
std::optional<TaskDescription> guess_speech(const ModelView& model);

}  // namespace mote
