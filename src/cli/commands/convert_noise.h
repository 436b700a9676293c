// How far a dequantized model is from its original, as `mote convert` tells it.
#pragma once
#include <string>

#include "cli/terminal/output.h"
#include "measure/conversion.h"

namespace mote::cli {

// snr_db, the worst, and outputs (name, snr_db).
void add_noise(Json& json, const Agreement& agreement);
// A line for each output, and a warning if one is low. original: the model's path.
void tell_noise(const std::string& original, const Agreement& agreement);

}  // namespace mote::cli
