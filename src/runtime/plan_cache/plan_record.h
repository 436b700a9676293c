// A plan as a file of the cache: its graph's text, the constants that steps read, and what was
// derived from the others. Row chains and places are found anew when it is read.
#pragma once
#include <memory>
#include <string_view>

#include "runtime/plan_cache/derivations.h"

namespace mote {

// graph: as specialized; log: of its planning.
Bytes record_plan(std::string_view key, const Graph& graph, const DerivationLog& log);

// The plan views the file's tensors, which live as long as `owner`. options.derivations is ignored.
// Errors: kCorrupt, kInvalidArgument: not what this build would have recorded;
// kResourceExhausted.
Result<std::unique_ptr<Plan>> read_plan(const PlanFile& file, std::shared_ptr<const void> owner,
                                        PlanOptions options);

}  // namespace mote
