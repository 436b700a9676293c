// For tests and fuzzers: a graph run in one of the ways in which a session may run it.
#pragma once
#include <vector>

#include "ir/step.h"
#include "mote/datum.h"
#include "runtime/plan.h"

namespace mote {

struct RunWay {
  enum class Mode : std::uint8_t {
    kStatic,      // as one plan
    kRegions,     // what can be planned whole is
    kNodeByNode,  // each node by itself
  };
  Mode mode = Mode::kRegions;
  int threads = 1;
};

// Errors: those of planning and running; kUnavailable: kStatic, of a graph that has to be dynamic.
Result<std::vector<Datum>> run_graph(const Graph& graph, const std::vector<Datum>& inputs,
                                     PlanOptions options, const RunWay& way,
                                     const StopToken& stop = {});

// A plan on so many threads. Errors: those of running.
Result<std::vector<Datum>> run_plan(const Plan& plan, const std::vector<Datum>& inputs, int threads,
                                    const StopToken& stop = {});

}  // namespace mote
