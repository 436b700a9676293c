// How long a run of a session takes.
#pragma once
#include <chrono>
#include <functional>
#include <span>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "mote/session.h"

namespace mote {

struct LatencyOptions {
  int runs = 0;    // 0: as many as fit into `time`, but 10 at least and 1000 at most
  int warmup = 3;  // not counted; one of them is always made
  std::chrono::nanoseconds time = std::chrono::seconds(3);
  // Told the number of runs made; an error ends the measurement.
  std::function<Status(int)> on_run;
  const Clock* clock = &Clock::real();
};

struct Latency {
  std::chrono::nanoseconds first{};              // with planning, where the session had no plan
  std::vector<std::chrono::nanoseconds> sorted;  // those after the warm-up, the shortest first
  std::vector<StepProfile> steps;  // of the counted runs together, if the session measures steps

  // p in [0, 100]; between two runs, the value in proportion (so 50 is the median).
  // Requires: a run was counted.
  std::chrono::nanoseconds percentile(double p) const;
};

// Errors: those of Session::run; on_run's.
Result<Latency> measure_latency(Session& session, std::span<const Tensor> inputs,
                                const LatencyOptions& options = {});

}  // namespace mote
