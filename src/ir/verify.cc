#include "ir/verify.h"

#include <limits>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "ir/op_def.h"

namespace mote {
namespace {

constexpr int kMaxDepth = 32;

class Verifier {
 public:
  Verifier(const Graph& graph, int captured, int depth)
      : graph_(graph), captured_(captured), depth_(depth), made_(graph.value_count()) {}

  Status run() {
    if (depth_ > kMaxDepth) return broken(cat("subgraphs are nested deeper than ", kMaxDepth));
    MOTE_TRY(sources());
    for (NodeId id = graph_.first_node(); id != NodeId::kNone; id = graph_.next_node(id)) {
      if (Status s = node(id); !s) {
        return std::move(s).error().with_context(describe(graph_, graph_.node(id)));
      }
    }
    MOTE_TRY(uses());
    return outputs();
  }

 private:
  static Error broken(std::string rule) { return Error{Code::kInternal, std::move(rule)}; }

  bool valid(ValueId id) const {
    return id != ValueId::kNone && static_cast<std::size_t>(id) < graph_.value_count();
  }
  bool is_made(ValueId id) const { return valid(id) && made_[static_cast<std::size_t>(id)]; }

  Status make(ValueId id) {
    if (!valid(id)) return broken("a value id is outside the graph");
    if (made_[static_cast<std::size_t>(id)]) {
      return broken(cat("value '", graph_.value(id).name, "' is made twice"));
    }
    made_[static_cast<std::size_t>(id)] = true;
    return {};
  }

  Status sources() {
    for (std::size_t i = 0; i < graph_.value_count(); ++i) {
      const auto id = static_cast<ValueId>(i);
      const Value& v = graph_.value(id);
      if (v.name.empty() || graph_.find_value(v.name) != id) {
        return broken(cat("value name '", v.name, "' is empty or taken"));
      }
      if (v.constant) MOTE_TRY(make(id));
    }
    for (const ValueId id : graph_.inputs) MOTE_TRY(make(id));
    for (const Capture& c : graph_.captures) {
      if (c.index < 0 || c.index >= captured_) return broken("a capture names no captured input");
      MOTE_TRY(make(c.inner));
    }
    return {};
  }

  Status node(NodeId id) {
    const Node& n = graph_.node(id);
    for (const ValueId in : n.inputs) {
      if (in == ValueId::kNone) continue;
      if (!valid(in)) return broken("an input id is outside the graph");
      if (!is_made(in)) {
        return broken(cat("reads '", graph_.value(in).name, "' before it is made"));
      }
      ++reads_;
    }
    if (n.captured < 0 || n.captured > std::ssize(n.inputs)) return broken("captured count is off");
    if (n.op != nullptr && n.op->parse != nullptr && !n.params) return broken("is not parsed");
    MOTE_TRY(subgraphs(n));
    for (const ValueId out : n.outputs) {
      if (out == ValueId::kNone) continue;
      MOTE_TRY(make(out));
      if (graph_.value(out).producer != id) return broken("an output names another producer");
    }
    return {};
  }

  Status subgraphs(const Node& n) {
    Status status;
    for_each_subgraph(n, [&](const GraphPtr& g) {
      if (status && !g) status = broken("a subgraph is missing");
      if (status) status = Verifier(*g, n.captured, depth_ + 1).run();
    });
    return status;
  }

  // Every use that a value lists is a read of it, none is listed twice, and there are as many of
  // them as reads: so every read is listed.
  Status uses() {
    std::size_t listed = 0;
    std::vector<std::vector<bool>> seen(graph_.node_slots());
    for (std::size_t i = 0; i < graph_.value_count(); ++i) {
      const auto id = static_cast<ValueId>(i);
      for (const Use& use : graph_.value(id).uses) {
        if (!is_first_listing(id, use, seen)) {
          return broken(cat("'", graph_.value(id).name, "' lists a use that is none"));
        }
      }
      listed += graph_.value(id).uses.size();
    }
    if (listed != reads_) return broken(cat(listed, " uses are listed, ", reads_, " are there"));
    return {};
  }

  bool is_first_listing(ValueId id, const Use& use, std::vector<std::vector<bool>>& seen) const {
    const auto at = static_cast<std::size_t>(use.node);
    if (use.node == NodeId::kNone || at >= seen.size()) return false;
    const Node& reader = graph_.node(use.node);
    if (use.input < 0 || use.input >= std::ssize(reader.inputs)) return false;
    const auto input = static_cast<std::size_t>(use.input);
    if (reader.inputs[input] != id) return false;
    seen[at].resize(reader.inputs.size());
    if (seen[at][input]) return false;
    return seen[at][input] = true;
  }

  Status outputs() {
    std::vector<int> counts(graph_.value_count());
    for (const GraphOutput& output : graph_.outputs) {
      if (!is_made(output.value)) return broken(cat("output '", output.name, "' is never made"));
      ++counts[static_cast<std::size_t>(output.value)];
    }
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const Value& v = graph_.value(static_cast<ValueId>(i));
      if (v.outputs != counts[i]) {
        return broken(cat("'", v.name, "' says it is ", v.outputs, " outputs, is ", counts[i]));
      }
    }
    return {};
  }

  const Graph& graph_;
  int captured_;
  int depth_;
  std::vector<bool> made_;
  std::size_t reads_ = 0;
};

}  // namespace

// A graph by itself may be the subgraph of a node that is not looked at: any capture will do.
Status verify(const Graph& graph) {
  return Verifier(graph, std::numeric_limits<int>::max(), 0).run();
}

}  // namespace mote
