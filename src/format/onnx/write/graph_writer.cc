#include "format/onnx/write/graph_writer.h"

#include <algorithm>

#include "base/text.h"
#include "format/onnx/fields.h"
#include "ir/op_def.h"

namespace mote::onnx {

Status GraphWriter::write(ProtoWriter& out) {
  for (NodeId id = graph_.first_node(); id != NodeId::kNone; id = graph_.next_node(id)) {
    const Node& node = graph_.node(id);
    if (Status s = write_node(out, node); !s) {
      return std::move(s).error().with_context(describe(graph_, node));
    }
    for (const ValueId v : node.outputs) {
      if (v != ValueId::kNone) names_.show(v);
    }
  }
  write_identities(out);
  // Parsers of the format demand a name.
  add_text(out, GraphProto::kName, graph_.name.empty() ? "graph" : graph_.name);
  MOTE_TRY(write_constants(out));
  add_text_if_any(out, GraphProto::kDoc, graph_.notes.doc);
  write_interface(out);
  write_declared(out);
  for (const auto& [key, value] : graph_.notes.properties) {
    add_entry(out, GraphProto::kMetadata, key, value);
  }
  return {};
}

Status GraphWriter::write_node(ProtoWriter& out, const Node& node) {
  ProtoWriter n(out, GraphProto::kNode);
  const auto name = [&](ValueId v) { return v == ValueId::kNone ? std::string() : names_.of(v); };
  for (const ValueId v : node.declared_inputs()) add_text(n, NodeProto::kInput, name(v));
  for (const ValueId v : node.outputs) add_text(n, NodeProto::kOutput, name(v));
  add_text_if_any(n, NodeProto::kName, node.name);
  add_text(n, NodeProto::kOpType, node.op_type);
  for (const Attribute& a : node.attributes) {
    ProtoWriter attribute(n, NodeProto::kAttribute);
    MOTE_TRY(write_attribute(attribute, context_, names_, node, a));
  }
  add_text_if_any(n, NodeProto::kDoc, node.notes.doc);
  add_text_if_any(n, NodeProto::kDomain, node.domain);
  add_text_if_any(n, NodeProto::kOverload, node.overload);
  for (const auto& [key, value] : node.notes.properties) {
    add_entry(n, NodeProto::kMetadata, key, value);
  }
  return {};
}

void GraphWriter::write_identities(ProtoWriter& out) {
  for (std::size_t i = 0; i < graph_.outputs.size(); ++i) {
    if (names_.is_direct(i)) continue;
    ProtoWriter n(out, GraphProto::kNode);
    add_text(n, NodeProto::kInput, names_.of(graph_.outputs[i].value));
    add_text(n, NodeProto::kOutput, names_.output(i));
    add_text(n, NodeProto::kOpType, "Identity");
  }
}

Status GraphWriter::write_constants(ProtoWriter& out) {
  for (std::size_t i = 0; i < graph_.value_count(); ++i) {
    const auto id = static_cast<ValueId>(i);
    const Value& value = graph_.value(id);
    if (!names_.is_written(id) || (!value.constant && !value.initial)) continue;
    ProtoWriter tensor(out, GraphProto::kInitializer);
    if (value.constant) {
      MOTE_TRY(write_initializer(tensor, context_, names_.of(id), value));
      continue;
    }
    Value initial = value;  // an input's, which the caller may leave out
    initial.constant = value.initial;
    MOTE_TRY(write_initializer(tensor, context_, names_.of(id), initial));
  }
  return {};
}

void GraphWriter::write_interface(ProtoWriter& out) {
  for (const ValueId id : graph_.inputs) {
    const Value& v = graph_.value(id);
    add_value_info(out, GraphProto::kInput, names_.of(id), v.type, v.notes);
  }
  for (const ValueId id : graph_.overridable) {
    add_value_info(out, GraphProto::kInput, names_.of(id), graph_.value(id).type, {});
  }
  for (std::size_t i = 0; i < graph_.outputs.size(); ++i) {
    const GraphOutput& output = graph_.outputs[i];
    // The top graph's outputs must have a type.
    const bool inferred = is_top_ && output.type.unknown();
    const Type& type = inferred ? graph_.value(output.value).type : output.type;
    add_value_info(out, GraphProto::kOutput, names_.output(i), type, output.notes);
  }
}

void GraphWriter::write_declared(ProtoWriter& out) {
  std::vector<bool> known(graph_.value_count());  // has its place in the interface
  for (const ValueId id : graph_.inputs) known[static_cast<std::size_t>(id)] = true;
  for (const ValueId id : graph_.overridable) known[static_cast<std::size_t>(id)] = true;
  for (std::size_t i = 0; i < graph_.outputs.size(); ++i) {
    if (names_.is_direct(i)) known[static_cast<std::size_t>(graph_.outputs[i].value)] = true;
  }
  for (std::size_t i = 0; i < graph_.value_count(); ++i) {
    const auto id = static_cast<ValueId>(i);
    const Value& v = graph_.value(id);
    if (!v.declared || known[i] || !names_.is_written(id)) continue;
    // A constant's notes stand with its tensor.
    add_value_info(out, GraphProto::kValueInfo, names_.of(id), v.type,
                   v.constant ? Notes() : v.notes);
  }
}

}  // namespace mote::onnx
