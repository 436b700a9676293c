#include "measure/fixed_sizes.h"

#include "base/result.h"
#include "base/text.h"
#include "ir/inference.h"

namespace mote {

Status fix_sizes(Graph& graph, std::span<const Dims> sizes) {
  if (sizes.size() != graph.inputs.size()) {
    return Error{
        Code::kInvalidArgument,
        cat("sizes of ", sizes.size(), " inputs are stated, the model has ", graph.inputs.size())};
  }
  forget_declared_types(graph);
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    Value& input = graph.value(graph.inputs[i]);
    auto stated = merge(input.type, Type(TensorType(input.type.tensor.dtype, sizes[i])));
    if (!stated) return std::move(stated).error().with_context(cat("input '", input.name, "'"));
    input.type = *std::move(stated);
  }
  MOTE_TRY(infer_types(graph));
  for (GraphOutput& output : graph.outputs) output.type = graph.value(output.value).type;
  return {};
}

}  // namespace mote
