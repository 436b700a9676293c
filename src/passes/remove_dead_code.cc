// Drops nodes whose outputs nobody uses.
#include <algorithm>

#include "passes/pass.h"
#include "passes/rewrite.h"

namespace mote {
namespace {

Result<bool> run(Graph& graph, const PassContext&) {
  bool changed = false;
  std::vector<NodeId> ids = graph.node_ids();
  // From the end: readers go before what they read.
  for (auto id = ids.rbegin(); id != ids.rend(); ++id) {
    const auto& outputs = graph.node(*id).outputs;
    const bool dead = std::ranges::all_of(
        outputs, [&](ValueId v) { return v == ValueId::kNone || graph.unused(v); });
    if (!dead) continue;
    graph.erase_node(*id);
    changed = true;
  }
  return changed;
}

}  // namespace

extern const Pass kRemoveDeadCode;
constinit const Pass kRemoveDeadCode = {
    .name = "remove_dead_code",
    .doc = "Drops nodes whose outputs nobody uses.",
    .run = run,
};

}  // namespace mote
