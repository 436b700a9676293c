// Whether a tensor is what it should be, within bounds.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "mote/datum.h"

namespace mote {

// Floats agree if |actual - expected| <= atol + rtol * |expected|; of bf16, rtol is at least 2^-6,
// two of its steps. The defaults, and this, are those of ONNX's own backend tests.
struct Tolerance {
  double rtol = 1e-3;
  double atol = 1e-7;
};

// What is wrong with a tensor.
struct Mismatch {
  // One line: "1.5 at [0,1], expected 1.25 (3 of 60 elements differ beyond rtol 0.001, atol
  // 1e-07)".
  std::string message;
  std::int64_t wrong = 0;       // elements outside; 0 if dtype or sizes differ already
  Dims worst;                   // indices of the element that is farthest outside
  double worst_difference = 0;  // |actual - expected| there; infinite where it has no number
};

// Null if dtype and sizes are equal and every element agrees: floats (complex numbers in each part)
// within `tolerance`, NaN with NaN and infinity with the same infinity; all other types exactly.
std::optional<Mismatch> compare(const Tensor& actual, const Tensor& expected,
                                Tolerance tolerance = {});

// The same of anything that a model gives: what is wrong, in one line, with the place within
// sequences.
std::optional<std::string> compare(const Datum& actual, const Datum& expected,
                                   const Tolerance& tolerance = {});

}  // namespace mote
