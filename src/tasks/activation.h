// What makes probabilities of a model's scores.
#pragma once
#include <cstdint>
#include <span>

#include "tasks/choices.h"

namespace mote {

enum class Activation : std::uint8_t { kNone, kSoftmax, kSigmoid };
template <>
inline constexpr std::array<std::string_view, 3> kNames<Activation> = {"none", "softmax",
                                                                       "sigmoid"};

// Of the scores of one answer, in place, computed in f64. Infinite scores share all of softmax's
// probability.
void activate(Activation activation, std::span<float> scores);

}  // namespace mote
