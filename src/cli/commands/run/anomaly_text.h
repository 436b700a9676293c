// How the score of an anomaly is told.
#pragma once
#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <string>

#include "cli/terminal/output.h"

namespace mote::cli {

// "score 12.34", or "score 12.34, an anomaly" of one above the threshold.
inline std::string anomaly_text(double score, std::optional<double> threshold) {
  const bool strange = threshold && !(score <= *threshold);
  return fmt::format("score {:.6g}{}", score, strange ? ", an anomaly" : "");
}

// Fields `score` and, if there is a threshold, `anomaly`. JSON has no infinities and NaNs.
inline void add_anomaly(Json& entry, double score, std::optional<double> threshold) {
  entry["score"] = std::isfinite(score) ? Json(score) : Json(nullptr);
  if (threshold) entry["anomaly"] = !(score <= *threshold);
}

}  // namespace mote::cli
