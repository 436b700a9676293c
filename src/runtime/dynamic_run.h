// Running a graph whose sizes are known only as it runs: node by node, each tensor allocated.
#pragma once
#include <span>
#include <vector>

#include "runtime/plan.h"

namespace mote {

// inputs: as graph.inputs. Returns the graph's outputs.
// Errors: kInvalidArgument, naming the node; kUnsupported; kResourceExhausted: the tensors alive
// at one time are over options.memory_budget_bytes; kCancelled.
Result<std::vector<Tensor>> run_dynamic(const Graph& graph, std::span<const Tensor> inputs,
                                        const PlanOptions& options, Workers& workers,
                                        const StopToken& stop);

}  // namespace mote
