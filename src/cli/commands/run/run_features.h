// mote run --audio: what a model says of recordings that it takes by their features.
#pragma once
#include "cli/commands/run/run_audio.h"

namespace mote::cli {

// A line for each file: its best classes, how strange it is, or the outputs as they are. As
// run_audio.
Result<int> run_features(Session& session, const ModelTask& task, const AudioRun& run);

}  // namespace mote::cli
