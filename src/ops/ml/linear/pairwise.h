// Probabilities of classes from those of each pair of them.
#pragma once
#include <cstdint>

namespace mote::ml {

// How many pairs of classes there are: (0,1), (0,2), ..., (1,2), ...
constexpr std::int64_t pair_count(std::int64_t classes) { return classes * (classes - 1) / 2; }

// Doubles that couple_pairs works on.
constexpr std::int64_t coupling_doubles(std::int64_t classes) { return classes * (classes + 2); }

// Wu, Lin, Weng, "Probability estimates for multi-class classification by pairwise coupling"
// (2004), algorithm 2, until no equation is off by more than 0.005 / classes. pairs[i of (a,b)]:
// the probability of a, given that it is a or b, within (0, 1).
void couple_pairs(std::int64_t classes, const double* pairs, double* scratch, float* probabilities);

}  // namespace mote::ml
