#include "ops/control/scan_v8.h"

#include "base/result.h"
#include "base/text.h"

namespace mote {
namespace {

// Builds the graph that treats one entry of the batch: the inputs of the old node but for its
// sequence lengths, without their first axis, and then the length of this sequence, if there is
// one.
class EntryGraph {
 public:
  EntryGraph(const Node& node, std::int64_t scans, const OpSet& ops)
      : node_(node),
        ops_(ops),
        scans_(static_cast<std::size_t>(scans)),
        graph_(std::make_shared<Graph>()) {}

  Result<GraphPtr> build(bool with_lengths) {
    graph_->name = "entry";
    const auto values = node_.declared_inputs().subspan(1);
    const std::size_t states = values.size() - scans_;
    Node scan;
    scan.op_type = "Scan";
    for (std::size_t i = 0; i < values.size(); ++i) {
      scan.inputs.push_back(graph_->add_input("in", {}));
    }
    if (with_lengths) {
      const ValueId length = graph_->add_input("length", {});
      MOTE_ASSIGN(ends_, add("Reshape", {length, integers({1})}, {}));
      MOTE_ASSIGN(whole_, add("Shape", {scan.inputs[states]},
                              {{"start", std::int64_t{0}}, {"end", std::int64_t{1}}}));
      for (std::size_t i = states; i < values.size(); ++i) {
        MOTE_ASSIGN(scan.inputs[i],
                    add("Slice", {scan.inputs[i], integers({0}), ends_, integers({0})}, {}));
      }
    }
    for (int i = 0; i < node_.captured; ++i) {
      const ValueId captured = graph_->add_value("captured");
      graph_->captures.push_back({i, captured});
      scan.inputs.push_back(captured);
    }
    scan.captured = node_.captured;
    copy_attributes(scan);
    for (std::size_t i = 0; i < node_.outputs.size(); ++i) {
      scan.outputs.push_back(graph_->add_value("out"));
    }
    const std::vector<ValueId> outputs = scan.outputs;
    MOTE_TRY(bind(scan, ops_));
    graph_->add_node(std::move(scan));
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      ValueId out = outputs[i];
      if (with_lengths && i >= states) {
        MOTE_ASSIGN(out, padded(out));
      }
      graph_->add_output({out, graph_->value(out).name, {}, {}});
    }
    return GraphPtr(std::move(graph_));
  }

 private:
  ValueId integers(std::vector<std::int64_t> values) {
    return graph_->add_constant("k", Tensor::of<std::int64_t>({std::ssize(values)}, values));
  }

  Result<ValueId> add(std::string_view op, std::vector<ValueId> inputs, Attributes attributes) {
    Node node;
    node.op_type = op;
    node.inputs = std::move(inputs);
    node.attributes = std::move(attributes);
    const ValueId out = graph_->add_value("v");
    node.outputs = {out};
    MOTE_TRY(bind(node, ops_));
    graph_->add_node(std::move(node));
    return out;
  }

  // Zeros behind what a shorter sequence gave.
  Result<ValueId> padded(ValueId value) {
    MOTE_ASSIGN(const ValueId missing, add("Sub", {whole_, ends_}, {}));
    MOTE_ASSIGN(const ValueId pads,
                add("Concat", {integers({0}), missing}, {{"axis", std::int64_t{0}}}));
    return add("Pad", {value, pads, ValueId::kNone, integers({0})}, {});
  }

  void copy_attributes(Node& scan) const {
    for (const Attribute& a : node_.attributes) {
      scan.attributes.set(a.name == "directions" ? "scan_input_directions" : a.name, a.value);
    }
  }

  const Node& node_;
  const OpSet& ops_;
  std::size_t scans_;
  std::shared_ptr<Graph> graph_;
  ValueId ends_ = ValueId::kNone;   // s64[1], the length of the sequence
  ValueId whole_ = ValueId::kNone;  // s64[1], that of the longest
};

}  // namespace

Status scan_over_batch(const UpgradeArgs& args) {
  Node& node = args.node();
  AttributeReader r(node.attributes);
  const std::int64_t scans = r.required_integer("num_scan_inputs");
  const auto values = std::ssize(node.declared_inputs()) - 1;
  if (scans < 1 || scans > values) {
    return Error{Code::kInvalidArgument,
                 cat("num_scan_inputs ", scans, " is outside [1, ", values, "]")};
  }
  const bool with_lengths = args.input(0) != ValueId::kNone;
  MOTE_ASSIGN(GraphPtr entry, EntryGraph(node, scans, args.ops).build(with_lengths));
  Attributes attributes;
  attributes.set("body", std::move(entry));
  attributes.set("num_scan_inputs", std::int64_t{values + (with_lengths ? 1 : 0)});
  node.attributes = std::move(attributes);
  // The lengths go behind the values.
  std::vector<ValueId> inputs(node.inputs.begin() + 1, node.inputs.end());
  if (with_lengths) inputs.insert(inputs.begin() + values, node.inputs[0]);
  args.graph.set_inputs(args.id, inputs);
  return {};
}

}  // namespace mote
