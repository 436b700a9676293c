// Keyword spotters that are known by their interface.
#pragma once
#include <optional>

#include "tasks/model_view.h"
#include "tasks/task.h"

namespace mote {

// MLPerf Tiny's: MFCC [batch, 49, 10, 1] of a second of sound in, [batch, 12] out: ten words,
// silence and anything else. Null: another interface.
std::optional<TaskDescription> guess_keywords(const ModelView& model);

}  // namespace mote
