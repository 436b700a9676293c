// The ranges that a model's activations take.
#pragma once
#include <cstdint>
#include <map>
#include <string>

#include "base/result.h"
#include "ir/model_def.h"

namespace mote {

struct Range {
  float low = 0;
  float high = 0;
};

// Images of calibration are uniform between these, much as those that are normalized to variance 1.
inline constexpr Range kPixels{-2.0F, 2.0F};

// Lowest and highest element of every f32 value that is no constant, by name, over `runs` runs on
// random inputs. 0 is within each range. Errors: those of loading and running.
Result<std::map<std::string, Range>> calibrate(const ModelDef& model, int runs, std::uint64_t seed);

}  // namespace mote
