// How far the float model of a quantized one is from it.
#pragma once
#include "measure/conversion.h"

namespace mote {

// Below this, noise is about a third of what the answers are, and decides many of them.
inline constexpr double kLowSnrDb = 10;

// Runs both once on the same random numbers, which are on the original's grids where its inputs are
// quantized, sizes that are open being 1. Their answers are compared as the numbers that they stand
// for, cut off where the original's outputs end: random inputs lead beyond them, which is no fault
// of the float model. Agreement::noise has one entry for each output that is a tensor of floats
// now; Agreement::difference says why nothing was compared.
// Errors: kCancelled.
Result<Agreement> compare_dequantized(std::shared_ptr<const Model> original,
                                      std::shared_ptr<const Model> floats,
                                      const SessionOptions& options);

}  // namespace mote
