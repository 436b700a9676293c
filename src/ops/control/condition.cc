#include "ops/control/condition.h"

#include "base/text.h"

namespace mote {

Result<bool> condition_of(const Datum& datum, std::string_view what) {
  const bool fits =
      datum.is_tensor() && datum.tensor().dtype() == DType::kBool && datum.tensor().count() == 1;
  if (!fits) return Error{Code::kInvalidArgument, cat(what, " is not one boolean")};
  return datum.tensor().values<bool>()[0];
}

Status expect_outputs(const Graph& graph, std::size_t count) {
  if (graph.outputs.size() == count) return {};
  return Error{Code::kInvalidArgument, cat("graph '", graph.name, "' has ", graph.outputs.size(),
                                           " outputs, the node needs ", count)};
}

Status expect_inputs(const Graph& graph, std::size_t count) {
  if (graph.inputs.size() == count) return {};
  return Error{Code::kInvalidArgument, cat("graph '", graph.name, "' has ", graph.inputs.size(),
                                           " inputs, the node gives ", count)};
}

}  // namespace mote
