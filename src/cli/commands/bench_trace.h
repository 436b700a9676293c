// The profile of `mote bench` as a trace that Chrome and Perfetto show.
#pragma once
#include "cli/commands/bench_report.h"

namespace mote::cli {

// In the Trace Event Format's JSON: each step of one run, as long as it takes on average, one after
// another as they run.
Json chrome_trace(const BenchReport& report);

}  // namespace mote::cli
