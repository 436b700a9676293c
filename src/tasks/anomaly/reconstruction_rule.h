// ReconstructionRule: an output that gives the input back, the worse the stranger that is.
#pragma once
#include <optional>
#include <string>

#include "base/result.h"

namespace mote {

struct ReconstructionRule {
  std::string of;                   // the input; empty: the only one
  std::optional<double> threshold;  // scores above it are anomalies; null: nobody says
  bool operator==(const ReconstructionRule&) const = default;
};

// Errors: kInvalidArgument: a threshold that is negative or no number.
Status check(const ReconstructionRule& rule);

}  // namespace mote
