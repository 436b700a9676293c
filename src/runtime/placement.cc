#include "runtime/placement.h"

#include <algorithm>

#include "base/result.h"
#include "base/text.h"
#include "runtime/memory_plan.h"

namespace mote {
namespace {

using Kind = ValuePlace::Kind;

class Placer {
 public:
  Placer(const Graph& graph, std::span<PlacedNode> nodes, std::span<const std::uint64_t> bytes)
      : graph_(graph), nodes_(nodes), bytes_(bytes), sharer_(graph.value_count()) {
    for (std::size_t i = 0; i < sharer_.size(); ++i) sharer_[i] = static_cast<ValueId>(i);
    last_.assign(sharer_.size(), -1);
    first_.assign(sharer_.size(), -1);
    placement_.values.resize(sharer_.size());
  }

  Result<Placement> run(std::uint64_t budget) {
    place_sources();
    share_views();
    find_lifetimes();
    for (int i = 0; i < std::ssize(nodes_); ++i) overwrite(i);
    place_outputs();
    MOTE_TRY(check_scratch(budget));
    place_in_arena();
    for (std::size_t i = 0; i < sharer_.size(); ++i) {
      placement_.values[i] = place(representative(static_cast<ValueId>(i)));
    }
    return std::move(placement_);
  }

 private:
  static std::size_t index(ValueId id) { return static_cast<std::size_t>(id); }
  ValuePlace& place(ValueId id) { return placement_.values[index(id)]; }
  int end() const { return static_cast<int>(nodes_.size()); }

  // The value whose memory `id` uses.
  ValueId representative(ValueId id) {
    while (sharer_[index(id)] != id) {
      sharer_[index(id)] = sharer_[index(sharer_[index(id)])];
      id = sharer_[index(id)];
    }
    return id;
  }

  void place_sources() {
    for (std::size_t i = 0; i < graph_.value_count(); ++i) {
      if (graph_.is_constant(static_cast<ValueId>(i))) placement_.values[i] = {Kind::kConstant, i};
    }
    for (std::size_t i = 0; i < graph_.inputs.size(); ++i) {
      place(graph_.inputs[i]) = {Kind::kInput, i};
    }
    for (const Capture& c : graph_.captures) {
      place(c.inner) = {Kind::kCaptured, static_cast<std::uint64_t>(c.index)};
    }
  }

  void share_views() {
    for (const PlacedNode& n : nodes_) {
      if (n.step == nullptr) sharer_[index(n.outputs[0])] = representative(n.inputs[0]);
    }
  }

  void find_lifetimes() {
    for (int i = 0; i < end(); ++i) {
      const PlacedNode& node = nodes_[static_cast<std::size_t>(i)];
      for (const ValueId in : node.inputs) {
        if (in != ValueId::kNone) last_[index(representative(in))] = i;
      }
      for (const ValueId out : node.outputs) {
        const std::size_t r = index(representative(out));
        if (first_[r] < 0) first_[r] = i;
        last_[r] = std::max(last_[r], i);
      }
    }
    for (const GraphOutput& output : graph_.outputs)
      last_[index(representative(output.value))] = end();
  }

  // Lets output 0 of node i lie where an input dies.
  void overwrite(int i) {
    const PlacedNode& n = nodes_[static_cast<std::size_t>(i)];
    if (n.step == nullptr || n.outputs.empty()) return;
    const ValueId out = representative(n.outputs[0]);
    for (int k = 0; k < std::ssize(n.inputs); ++k) {
      const ValueId in = n.inputs[static_cast<std::size_t>(k)];
      if (in == ValueId::kNone || !n.step->may_overwrite(k)) continue;
      const ValueId r = representative(in);
      const bool dies_here = place(r).kind == Kind::kNowhere && last_[index(r)] == i;
      if (!dies_here || bytes_[index(r)] != bytes_[index(out)] || read_otherwise(n, k, r)) continue;
      sharer_[index(out)] = r;
      last_[index(r)] = last_[index(out)];
      return;
    }
  }

  // Another input of the node lies in the same memory.
  bool read_otherwise(const PlacedNode& node, int k, ValueId r) {
    for (int j = 0; j < std::ssize(node.inputs); ++j) {
      const ValueId in = node.inputs[static_cast<std::size_t>(j)];
      if (j != k && in != ValueId::kNone && representative(in) == r) return true;
    }
    return false;
  }

  void place_outputs() {
    for (std::size_t k = 0; k < graph_.outputs.size(); ++k) {
      ValuePlace& p = place(representative(graph_.outputs[k].value));
      if (p.kind == Kind::kNowhere) {
        p = {Kind::kOutput, k};
      } else {
        placement_.copied_outputs.push_back(static_cast<int>(k));
      }
    }
  }

  Status check_scratch(std::uint64_t budget) {
    for (const PlacedNode& n : nodes_) {
      if (n.step == nullptr || n.step->scratch_bytes() <= budget) continue;
      return Error{Code::kResourceExhausted,
                   cat(describe(n), " needs ", human_bytes(n.step->scratch_bytes()),
                       " of scratch, more than the memory budget of ", human_bytes(budget))};
    }
    return {};
  }

  std::string describe(const PlacedNode& n) const {
    const Node& node = graph_.node(n.id);
    return cat("node '", node.name, "' (", node.op_type, ")");
  }

  void place_in_arena() {
    std::vector<BufferRequest> requests;
    std::vector<ValueId> owners;
    for (std::size_t i = 0; i < sharer_.size(); ++i) {
      const auto id = static_cast<ValueId>(i);
      if (representative(id) != id || first_[i] < 0 || place(id).kind != Kind::kNowhere) continue;
      requests.push_back({bytes_[i], first_[i], last_[i]});
      owners.push_back(id);
    }
    for (int i = 0; i < end(); ++i) {
      const PlacedNode& n = nodes_[static_cast<std::size_t>(i)];
      requests.push_back({n.step == nullptr ? 0 : n.step->scratch_bytes(), i, i});
    }
    placement_.arena_bytes = plan_memory(requests);
    for (std::size_t i = 0; i < owners.size(); ++i) {
      place(owners[i]) = {Kind::kArena, requests[i].offset};
    }
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      nodes_[i].scratch_at = requests[owners.size() + i].offset;
    }
  }

  const Graph& graph_;
  std::span<PlacedNode> nodes_;
  std::span<const std::uint64_t> bytes_;
  std::vector<ValueId> sharer_;    // union-find: whose memory each value uses
  std::vector<int> first_, last_;  // by representative: node that writes first, that reads last
  Placement placement_;
};

}  // namespace

Result<Placement> place_values(const Graph& graph, std::span<PlacedNode> nodes,
                               std::span<const std::uint64_t> bytes, std::uint64_t budget) {
  MOTE_ASSIGN(Placement placement, Placer(graph, nodes, bytes).run(budget));
  if (placement.arena_bytes > budget) {
    return Error{Code::kResourceExhausted,
                 cat("intermediate tensors take ", human_bytes(placement.arena_bytes),
                     ", more than the memory budget of ", human_bytes(budget))};
  }
  return placement;
}

}  // namespace mote
