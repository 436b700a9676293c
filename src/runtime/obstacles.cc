#include "runtime/obstacles.h"

#include <algorithm>

#include "base/text.h"
#include "format/onnx/opsets.h"
#include "format/tflite/tflite.h"
#include "ops/ops.h"

namespace mote {
namespace {

// Levenshtein's distance.
std::size_t edits(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({changed, row[j] + 1, row[j - 1] + 1}));
    }
  }
  return row[b.size()];
}

std::string domain_name(std::string_view domain) {
  return domain.empty() ? "ai.onnx" : std::string(domain);
}

// For an operator of TensorFlow Lite that has no form in ONNX.
std::string mend_tflite(std::string_view name) {
  if (name.starts_with("Flex")) {
    return "it is TensorFlow's own: convert the model again without SELECT_TF_OPS";
  }
  if (name == "DISPATCH_OP" || name == "NPU_OP") {
    return "it holds code for one chip: take the model as it was before it was compiled for that";
  }
  return "convert the model again with operators of TensorFlow Lite in its place";
}

constexpr bool kSlim = MOTE_SLIM;  // other builds know more operators

// For an operator that no build knows.
std::string mend_operator(std::string_view domain, std::string_view name) {
  if constexpr (kSlim) return "build the library for this model too: docs/small-binary.md";
  if (domain == kTfliteDomain) return mend_tflite(name);
  constexpr std::size_t kMaxEdits = 2;
  constexpr std::size_t kMaxName = 128;  // longer ones are nobody's slip
  const OnnxOp* nearest = nullptr;
  std::size_t fewest = kMaxEdits + 1;
  for (const OnnxOp* op : all_onnx_ops()) {
    if (op->name == name && op->domain == domain) {
      return cat(
          "opset ", op->versions.back(), " of ", domain_name(domain),
          " took it away: export the model for an older one, or with what came in its place");
    }
    if (op->name == name) {
      return cat("it is an operator of domain ", domain_name(op->domain), ", not ",
                 domain_name(domain));
    }
    const std::size_t distance = name.size() > kMaxName ? fewest : edits(op->name, name);
    if (op->domain == domain && distance < std::min(fewest, name.size())) {
      nearest = op;
      fewest = distance;
    }
  }
  if (nearest != nullptr) return cat("did you mean ", nearest->name, "?");
  return cat(
      "define it in the model as a function of ai.onnx operators, or export the model "
      "without it");
}

std::string mend_of(const Obstacle& o) {
  const auto says = [&](std::string_view words) { return o.reason.find(words) != o.reason.npos; };
  if (says("calls itself"))
    return "break the cycle: a function cannot call itself, however far off";
  if (says("newer than this build")) return "export the model for an older opset";
  if (says("not declared")) return "state its element type in the model";
  if (says("element type"))
    return "store it in another element type: f32, f16, or 8 bits with a scale";
  if (says("not defined before"))
    return "order the nodes so that each value is made before it is read";
  return "";
}

bool is_found(const std::vector<Obstacle>& found, const std::string& name) {
  return std::ranges::find(found, name, &Obstacle::node) != found.end();
}

void find_nodes(const Graph& graph, std::span<const OpsetImport> opsets,
                std::vector<Obstacle>& found) {
  for (NodeId id = graph.first_node(); id != NodeId::kNone; id = graph.next_node(id)) {
    const Node& node = graph.node(id);
    for_each_subgraph(node, [&](const GraphPtr& g) { find_nodes(*g, opsets, found); });
    if (node.op != nullptr || !node.sound) continue;
    found.push_back({label_of(graph, node), operator_of(node),
                     onnx::version_of(opsets, node.domain), "this build has no such operator",
                     mend_operator(node.domain, node.op_type)});
  }
}

}  // namespace

void find_obstacles(const Graph& graph, std::span<const OpsetImport> opsets,
                    std::vector<Obstacle>& found) {
  for (Obstacle& o : found) o.mend = mend_of(o);
  for (const ValueId id : graph.inputs) {
    const Value& input = graph.value(id);
    if (is_found(found, input.name)) continue;
    Obstacle o{input.name, "input", 0, {}, {}};
    if (input.type.kind == Type::Kind::kSparseTensor) {
      o.reason = cat("type ", to_string(input.type), " cannot be fed");
      o.mend = "take a dense tensor";
    } else if (input.type.kind == Type::Kind::kTensor &&
               input.type.tensor.dtype == DType::kUndefined) {
      o.reason = "its element type is not declared";
      o.mend = mend_of(o);
    } else {
      continue;
    }
    found.push_back(std::move(o));
  }
  find_nodes(graph, opsets, found);
}

}  // namespace mote
