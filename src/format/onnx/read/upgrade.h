// From a graph as its file says it to one whose nodes are our operators at their newest version.
#pragma once
#include <string>
#include <unordered_set>

#include "base/budget.h"
#include "ir/inference.h"
#include "ir/model_def.h"
#include "ir/problems.h"

namespace mote::onnx {

// Names of model-local functions, whose calls are left alone.
class FunctionNames {
 public:
  explicit FunctionNames(std::span<const FunctionDef> functions);
  bool contains(const Node& node) const;
  static std::string key(std::string_view domain, std::string_view name, std::string_view overload);

 private:
  std::unordered_set<std::string> keys_;
};

struct UpgradeContext {
  std::span<const OpsetImport> opsets;
  const FunctionNames& functions;
  Budget& budget;
  Problems problems{nullptr};
};

// Upgrades, binds and infers each node, subgraphs first. Unknown operators stay as they are.
// Errors: kInvalidArgument, naming the node; kUnsupported: an opset newer than this build knows.
Status upgrade_graph(Graph& graph, const UpgradeContext& context);

}  // namespace mote::onnx
