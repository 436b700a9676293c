// From the numbers of a classifier to the best classes.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "mote/tensor.h"
#include "tasks/activation.h"
#include "tasks/quantization_rule.h"

namespace mote {

// Scores [rows, classes] of a batch, row-major.
struct ClassScores {
  std::int64_t rows = 0;
  std::int64_t classes = 0;
  std::vector<float> values;

  std::span<const float> row(std::int64_t i) const {
    return std::span(values).subspan(static_cast<std::size_t>(i * classes),
                                     static_cast<std::size_t>(classes));
  }
};

// output: [classes], or [rows, classes] and sizes of 1 behind it; any type of float or integer.
// Integers stand for what `quantization` says. The activation is applied to each row, in f64.
// Errors: kInvalidArgument: other shapes, no classes; kUnsupported: other types.
Result<ClassScores> class_scores(const Tensor& output, Activation activation,
                                 const std::optional<QuantizationRule>& quantization = {});

struct RankedClass {
  std::int64_t index;
  float score;
};

// The k largest, best first; of equal ones the lower index first, NaN last. All, if k is larger.
std::vector<RankedClass> top_k(std::span<const float> scores, std::size_t k);

// Where top_k() would put `index`, from 0. Requires: index < scores.size().
std::size_t rank_of(std::span<const float> scores, std::size_t index);

}  // namespace mote
