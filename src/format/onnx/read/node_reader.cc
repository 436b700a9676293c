// The part of GraphReader that reads nodes.
#include "format/onnx/fields.h"
#include "format/onnx/opsets.h"
#include "format/onnx/read/attribute_reader.h"
#include "format/onnx/read/graph_reader.h"
#include "ir/op_def.h"

namespace mote::onnx {
namespace {

constexpr std::uint64_t kBytesPerNode = sizeof(Node) + 64;
constexpr std::uint64_t kBytesPerEdge = 2 * sizeof(Use);

struct NodeParts {
  std::vector<std::string_view> inputs, outputs, attributes;
};

void scan_field(ProtoReader& message, NodeParts& parts, Node& node) {
  switch (message.field()) {
    case NodeProto::kInput:
      parts.inputs.push_back(message.bytes());
      break;
    case NodeProto::kOutput:
      parts.outputs.push_back(message.bytes());
      break;
    case NodeProto::kAttribute:
      parts.attributes.push_back(message.bytes());
      break;
    case NodeProto::kName:
      node.name = message.text();
      break;
    case NodeProto::kOpType:
      node.op_type = message.text();
      break;
    case NodeProto::kDomain:
      node.domain = message.text();
      if (node.domain == "ai.onnx") node.domain.clear();
      break;
    case NodeProto::kOverload:
      node.overload = message.text();
      break;
    case NodeProto::kDoc:
      node.notes.doc = message.text();
      break;
    case NodeProto::kMetadata:
      read_property(message, node.notes);
      break;
  }
}

// As describe(), for a node whose values are not there yet.
std::string label(const Node& node, const NodeParts& parts, std::uint64_t position) {
  const std::string type = node.domain.empty() ? node.op_type : cat(node.domain, ".", node.op_type);
  std::string out = node.name.empty() ? "node" : cat("node '", node.name, "'");
  out += cat(" (", type, ")");
  if (node.name.empty() && !parts.outputs.empty()) out += cat(" -> '", parts.outputs[0], "'");
  return cat(out, " at byte ", position);
}

}  // namespace

Status GraphReader::add_node(ProtoReader message) {
  const std::uint64_t position = message.position();
  MOTE_TRY(context_.budget.take(kBytesPerNode));
  Node node;
  NodeParts parts;
  while (message.next()) scan_field(message, parts, node);
  if (node.op_type.empty()) message.fail("a node without operator");
  Status status = message.finish();
  if (status) status = add_inputs(parts.inputs, node);
  if (status) status = add_attributes(message, parts.attributes, node);
  if (!status && context_.problems().collects()) {
    const std::string_view first = parts.outputs.empty() ? "" : parts.outputs[0];
    Obstacle where{node.name.empty() ? std::string(first) : node.name,
                   operator_of(node),
                   version_of(context_.opsets, node.domain),
                   {},
                   {}};
    status = context_.problems().excuse(std::move(status), std::move(where));
    node.sound = false;
  }
  if (status) status = add_outputs(parts.outputs, node);
  if (!status) return std::move(status).error().with_context(label(node, parts, position));
  graph_.add_node(std::move(node));
  return {};
}

Status GraphReader::add_inputs(std::span<const std::string_view> names, Node& node) {
  MOTE_TRY(context_.budget.take(names.size() * kBytesPerEdge));
  for (const std::string_view name : names) {
    if (name.empty()) {
      node.inputs.push_back(ValueId::kNone);
      continue;
    }
    MOTE_ASSIGN(const ValueId id, resolve(name));
    if (id == ValueId::kNone) {
      return Error{Code::kInvalidArgument,
                   cat("input '", name, "' is not defined before the node")};
    }
    node.inputs.push_back(id);
  }
  return {};
}

Status GraphReader::add_attributes(const ProtoReader& message,
                                   std::span<const std::string_view> attributes, Node& node) {
  CapturedValues captures;
  node_captures_ = &captures;
  std::unordered_set<std::string> names;
  for (const std::string_view bytes : attributes) {
    MOTE_ASSIGN(Attribute attribute, read_attribute(message.part(bytes), context_, this));
    if (!names.insert(attribute.name).second) {
      return Error{Code::kInvalidArgument, cat("attribute '", attribute.name, "' is given twice")};
    }
    node.attributes.append(std::move(attribute));
  }
  node_captures_ = nullptr;
  node.captured = static_cast<int>(captures.values().size());
  node.inputs.insert(node.inputs.end(), captures.values().begin(), captures.values().end());
  return {};
}

Status GraphReader::add_outputs(std::span<const std::string_view> names, Node& node) {
  for (const std::string_view name : names) {
    if (name.empty()) {
      node.outputs.push_back(ValueId::kNone);
      continue;
    }
    MOTE_ASSIGN(const ValueId id, define(name));
    node.outputs.push_back(id);
  }
  return {};
}

}  // namespace mote::onnx
