// How classes and scores are printed.
#pragma once
#include <fmt/format.h>

#include <span>
#include <string>

#include "base/text.h"
#include "tasks/activation.h"

namespace mote::cli {

// Its label, or its number where there is none.
inline std::string class_name(std::int64_t index, std::span<const std::string> labels) {
  const bool named = index >= 0 && index < std::ssize(labels);
  return named ? labels[static_cast<std::size_t>(index)] : cat(index);
}

inline std::string percent(float score) { return fmt::format("{:.1f} %", 100 * score); }

// "97.1 %" of what an activation made a probability.
inline std::string score_text(float score, Activation activation) {
  return activation == Activation::kNone ? fmt::format("{:.4g}", score) : percent(score);
}

}  // namespace mote::cli
