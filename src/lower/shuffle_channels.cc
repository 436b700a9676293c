// ShuffleNet's channel shuffle, Reshape → Transpose → Reshape over a channels-first image, done on
// the channels-last one.
#include <algorithm>

#include "lower/layout.h"
#include "passes/pass.h"
#include "passes/rewrite.h"

namespace mote {
namespace {

struct Shuffle {
  ValueId source;  // the channels-last image
  std::int64_t groups, channels;
};

// `id` is the last reshape of the pattern.
std::optional<Shuffle> match(const Graph& graph, NodeId id) {
  const Node& last = graph.node(id);
  if (!is_op(last, "Reshape")) return std::nullopt;
  const TransposedValue middle = look_through_transpose(graph, last.inputs[0]);
  if (middle.perm != Permutation{0, 2, 1, 3, 4}) return std::nullopt;
  const NodeId first = producer_if(graph, middle.source, "Reshape");
  if (first == NodeId::kNone) return std::nullopt;
  const TransposedValue image = look_through_transpose(graph, graph.node(first).inputs[0]);
  if (image.perm != kToChannelsFirst) return std::nullopt;
  const auto in = graph.value(graph.node(first).inputs[0]).type.tensor.dims();
  const auto split = graph.value(middle.source).type.tensor.dims();
  const auto out = graph.value(last.outputs[0]).type.tensor.dims();
  if (!in || !split || !out || *in != *out || split->rank() != 5) return std::nullopt;
  const bool only_channels =
      (*split)[0] == (*in)[0] && (*split)[3] == (*in)[2] && (*split)[4] == (*in)[3];
  if (!only_channels || in->count() == 0) return std::nullopt;
  return Shuffle{image.source, (*split)[1], (*split)[2]};
}

Result<ValueId> shuffle_last(Graph& graph, NodeId id, const Shuffle& s,
                             const PassContext& context) {
  const Dims in = *graph.value(s.source).type.tensor.dims();
  const auto shape = [&](std::initializer_list<std::int64_t> sizes) {
    return graph.add_constant("shape", Tensor::of<std::int64_t>({std::ssize(sizes)}, sizes));
  };
  const std::string name = graph.value(graph.node(id).outputs[0]).name;
  NodeAdder add(graph, context.ops, id);
  MOTE_ASSIGN(ValueId v,
              add.add("Reshape", {s.source, shape({in[0], in[1], in[2], s.groups, s.channels})}, {},
                      name + "_groups"));
  MOTE_ASSIGN(
      v, add.add("Transpose", {v}, {{"perm", Permutation{0, 1, 2, 4, 3}}}, name + "_shuffled"));
  MOTE_ASSIGN(v, add.add("Reshape", {v, shape({in[0], in[1], in[2], in[3]})}, {}, name));
  return add.add("Transpose", {v}, {{"perm", kToChannelsFirst}}, name + "_nchw");
}

Result<bool> run(Graph& graph, const PassContext& context) {
  bool changed = false;
  for (const NodeId id : graph.node_ids()) {
    const auto shuffle = match(graph, id);
    if (!shuffle) continue;
    MOTE_ASSIGN(const ValueId y, shuffle_last(graph, id, *shuffle, context));
    replace_node(graph, id, y);
    changed = true;
  }
  return changed;
}

}  // namespace

extern const Pass kShuffleChannels;
constinit const Pass kShuffleChannels = {
    .name = "shuffle_channels",
    .doc = "Shuffles the channels of a channels-last image without leaving that layout.",
    .run = run,
};

}  // namespace mote
