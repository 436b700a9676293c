// Whether two models find the same class the best.
#pragma once
#include <span>

#include "measure/parity/parity.h"

namespace mote {

// Scores of classes: the only output, of sizes [n, classes] or [n, classes, 1, 1], and no picture
// of an input.
bool is_class_scores(const Dims& output, std::span<const Dims> inputs);

// Counts the rows in which a best class of one is a best class of the other.
// Requires: sizes as is_class_scores has them, the same of both.
void count_top1(const RealTensor& a, const RealTensor& b, TopOne& count);

}  // namespace mote
