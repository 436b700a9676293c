#include "measure/parity/value_groups.h"

#include "ir/inference.h"

namespace mote {
namespace {

// Where that fails, the sizes are unknown; running will tell why.
void infer_sizes(Graph& graph, std::span<const Dims> input_dims) {
  forget_declared_types(graph);
  for (std::size_t i = 0; i < graph.inputs.size(); ++i) {
    Type& type = graph.value(graph.inputs[i]).type;
    type = TensorType(type.tensor.dtype, input_dims[i]);
  }
  const Status inferred = infer_types(graph);
  (void)inferred;
}

std::uint64_t bytes_of(const LayerPair& layer, const Graph& a, std::uint64_t unknown) {
  const auto dims = a.value(a.find_value(layer.a.name)).type.tensor.dims();
  if (!dims) return unknown;
  const auto a_bytes = byte_size(layer.a.dtype, *dims);
  const auto b_bytes = byte_size(layer.b.dtype, *dims);
  return a_bytes && b_bytes ? *a_bytes + *b_bytes : unknown;
}

}  // namespace

std::vector<std::span<const LayerPair>> group_layers(std::span<const LayerPair> layers, Graph a,
                                                     std::span<const Dims> input_dims,
                                                     std::uint64_t max_bytes) {
  infer_sizes(a, input_dims);
  std::vector<std::span<const LayerPair>> groups;
  std::size_t begin = 0;
  std::uint64_t held = 0;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const std::uint64_t bytes = bytes_of(layers[i], a, max_bytes / 8);
    if (i > begin && held + bytes > max_bytes) {
      groups.push_back(layers.subspan(begin, i - begin));
      begin = i;
      held = 0;
    }
    held += bytes;
  }
  if (begin < layers.size()) groups.push_back(layers.subspan(begin));
  return groups;
}

}  // namespace mote
