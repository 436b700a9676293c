#include "cli/commands/bench_trace.h"

#include <algorithm>

namespace mote::cli {

Json chrome_trace(const BenchReport& report) {
  Json events = Json::array();
  events.push_back(
      {{"name", "process_name"}, {"ph", "M"}, {"pid", 1}, {"args", {{"name", report.path}}}});
  const auto micros = [](std::chrono::nanoseconds time) {
    return static_cast<double>(time.count()) / 1e3;
  };
  double at_us = 0;
  for (const StepProfile& step : report.steps) {
    const double us = micros(step.time) / std::max(report.profiled_runs, 1);
    events.push_back({{"name", step.op},
                      {"cat", step.kernel},
                      {"ph", "X"},
                      {"pid", 1},
                      {"tid", 1},
                      {"ts", at_us},
                      {"dur", us},
                      {"args",
                       {{"node", step.node},
                        {"kernel", step.kernel},
                        {"macs", step.macs},
                        {"bytes", step.bytes},
                        {"least_us", micros(least_time(step, report.limits))}}}});
    at_us += us;
  }
  return {{"traceEvents", events}, {"displayTimeUnit", "ms"}};
}

}  // namespace mote::cli
