#include "ir/problems.h"

#include "ir/op_def.h"

namespace mote {

Status Problems::excuse(Status status, Obstacle where) const {
  if (status || !collects() || status.error().code == Code::kResourceExhausted) return status;
  where.reason = status.error().message;
  list_->push_back(std::move(where));
  return {};
}

Status Problems::excuse(Status status, Graph& graph, NodeId id, std::int64_t version) const {
  if (status || !collects()) return status;
  Node& node = graph.node(id);
  // The report names the node beside the reason.
  std::string& message = status.error().message;
  const std::string prefix = describe(graph, node) + ": ";
  if (message.starts_with(prefix)) message.erase(0, prefix.size());
  MOTE_TRY(excuse(std::move(status), {label_of(graph, node), operator_of(node), version, {}, {}}));
  node.op = nullptr;
  node.params.reset();
  node.sound = false;
  return {};
}

}  // namespace mote
