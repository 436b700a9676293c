#include "format/onnx/read/graph_reader.h"

#include <algorithm>
#include <utility>

#include "format/onnx/fields.h"
#include "format/onnx/read/tensor_reader.h"

namespace mote::onnx {
namespace {

// Entries of the tables of a graph.
constexpr std::uint64_t kBytesPerValue = sizeof(Value) + 160;
constexpr std::uint64_t kBytesPerGraph = sizeof(Graph) + sizeof(GraphReader);

}  // namespace

int CapturedValues::index_of(ValueId outer) {
  const auto [it, added] = index_.try_emplace(outer, static_cast<int>(values_.size()));
  if (added) values_.push_back(outer);
  return it->second;
}

Result<ValueId> GraphReader::define(std::string_view name, Type type) {
  if (name.empty()) return Error{Code::kInvalidArgument, "a value without name"};
  if (graph_.find_value(name) != ValueId::kNone) {
    return Error{Code::kInvalidArgument, cat("'", name, "' is defined twice")};
  }
  MOTE_TRY(context_.budget.take(kBytesPerValue + 2 * name.size()));
  const ValueId id = graph_.add_value(std::string(name), std::move(type));
  if (const auto it = declared_.find(name); it != declared_.end()) {
    Value& value = graph_.value(id);
    auto merged = merge(value.type, it->second.type);
    if (!merged) return std::move(merged).error().with_context(cat("value '", name, "'"));
    value.type = *std::move(merged);
    value.declared = true;
    value.notes = std::move(it->second.notes);
  }
  return id;
}

Result<ValueId> GraphReader::resolve(std::string_view name) {
  if (const ValueId here = graph_.find_value(name); here != ValueId::kNone) return here;
  if (outer_ == nullptr) return ValueId::kNone;
  MOTE_ASSIGN(const ValueId outer, outer_->resolve(name));
  if (outer == ValueId::kNone) return outer;
  MOTE_TRY(context_.budget.take(kBytesPerValue + 2 * name.size()));
  const ValueId inner = graph_.add_value(std::string(name), outer_->graph_.value(outer).type);
  graph_.captures.push_back({captured_->index_of(outer), inner});
  return inner;
}

Result<ValueInfo> GraphReader::read_info(ProtoReader message, std::string_view what) const {
  auto info = read_value_info(message);
  if (info || !context_.problems().collects()) return info;
  // The name alone.
  ValueInfo named;
  ProtoReader rest = message;
  while (rest.next()) {
    if (rest.field() == ValueInfoProto::kName) named.name = rest.bytes();
  }
  MOTE_TRY(rest.finish());
  Obstacle where{std::string(named.name), std::string(what), 0, {}, {}};
  MOTE_TRY(context_.problems().excuse(std::move(info).error(), std::move(where)));
  return named;
}

Status GraphReader::add_declared(ProtoReader message) {
  MOTE_ASSIGN(ValueInfo info, read_info(message, "value"));
  MOTE_TRY(context_.budget.take(sizeof(ValueInfo) + 64));
  const std::string_view name = info.name;
  declared_.try_emplace(name, std::move(info));
  return {};
}

Status GraphReader::add_initializer(NamedTensor tensor) {
  MOTE_ASSIGN(const ValueId id,
              define(tensor.name, TensorType(tensor.tensor.dtype(), tensor.tensor.dims())));
  Value& value = graph_.value(id);
  value.constant = std::move(tensor.tensor);
  value.external = tensor.external;
  if (tensor.notes != Notes()) value.notes = std::move(tensor.notes);
  return {};
}

// A value of which nothing is known takes the place of a tensor that cannot be read.
Status GraphReader::add_unreadable(ProtoReader tensor, Error error) {
  std::string_view name;
  while (tensor.next()) {
    if (tensor.field() == TensorProto::kName) name = tensor.bytes();
  }
  MOTE_TRY(tensor.finish());
  MOTE_TRY(
      context_.problems().excuse(std::move(error), {std::string(name), "initializer", 0, {}, {}}));
  MOTE_TRY(define(name));
  return {};
}

Status GraphReader::add_initializers(const ProtoReader& message, const Parts& parts) {
  for (const std::string_view bytes : parts.initializers) {
    const ProtoReader part = message.part(bytes);
    auto tensor = read_tensor(part, context_);
    if (!tensor) {
      MOTE_TRY(add_unreadable(part, std::move(tensor).error()));
      continue;
    }
    MOTE_TRY(add_initializer(*std::move(tensor)));
  }
  for (const std::string_view bytes : parts.sparse) {
    MOTE_ASSIGN(NamedTensor tensor, read_sparse_tensor(message.part(bytes), context_));
    MOTE_TRY(add_initializer(std::move(tensor)));
  }
  return {};
}

namespace {

bool keeps_state(const Notes& notes) {
  return std::ranges::any_of(notes.properties,
                             [](const auto& property) { return property.first == kStateKey; });
}

}  // namespace

Status GraphReader::add_input(ProtoReader message) {
  MOTE_ASSIGN(ValueInfo info, read_info(message, "input"));
  if (const ValueId id = graph_.find_value(info.name); graph_.is_constant(id)) {
    Value& value = graph_.value(id);
    if (!overridable_.insert(id).second) {
      return Error{Code::kInvalidArgument, cat("input '", info.name, "' is defined twice")};
    }
    auto merged = merge(value.type, info.type);
    if (!merged) return std::move(merged).error().with_context(cat("input '", info.name, "'"));
    if (value.notes == Notes()) value.notes = std::move(info.notes);
    if (keeps_state(value.notes)) {
      value.initial = std::exchange(value.constant, Tensor());
      graph_.inputs.push_back(id);
      return {};
    }
    graph_.overridable.push_back(id);
    return {};
  }
  auto id = define(info.name, std::move(info.type));
  if (!id) return std::move(id).error().with_context("input");
  if (info.notes != Notes()) graph_.value(*id).notes = std::move(info.notes);
  graph_.inputs.push_back(*id);
  return {};
}

Status GraphReader::add_output(ProtoReader message) {
  MOTE_ASSIGN(ValueInfo info, read_info(message, "output"));
  MOTE_ASSIGN(const ValueId id, resolve(info.name));
  if (id == ValueId::kNone) {
    return Error{Code::kInvalidArgument, cat("output '", info.name, "' is made by no node")};
  }
  Value& value = graph_.value(id);
  auto merged = merge(value.type, info.type);
  if (!merged) return std::move(merged).error().with_context(cat("output '", info.name, "'"));
  value.type = *std::move(merged);
  MOTE_TRY(context_.budget.take(sizeof(GraphOutput)));
  graph_.add_output({id, std::string(info.name), std::move(info.type), std::move(info.notes)});
  return {};
}

Status GraphReader::scan(ProtoReader& message, Parts& parts) {
  while (message.next()) {
    switch (message.field()) {
      case GraphProto::kNode:
        parts.nodes.push_back(message.bytes());
        break;
      case GraphProto::kName:
        graph_.name = message.text();
        break;
      case GraphProto::kInitializer:
        parts.initializers.push_back(message.bytes());
        break;
      case GraphProto::kSparseInitializer:
        parts.sparse.push_back(message.bytes());
        break;
      case GraphProto::kDoc:
        graph_.notes.doc = message.text();
        break;
      case GraphProto::kInput:
        parts.inputs.push_back(message.bytes());
        break;
      case GraphProto::kOutput:
        parts.outputs.push_back(message.bytes());
        break;
      case GraphProto::kValueInfo:
        MOTE_TRY(add_declared(message.message()));
        break;
      case GraphProto::kMetadata:
        read_property(message, graph_.notes);
        break;
    }
  }
  return message.finish();
}

Status GraphReader::enter() {
  if (depth_ > kMaxGraphDepth) {
    return Error{Code::kUnsupported, cat("graphs are nested deeper than ", kMaxGraphDepth)};
  }
  return context_.budget.take(kBytesPerGraph);
}

Result<Graph> GraphReader::read(ProtoReader message) {
  MOTE_TRY(enter());
  Parts parts;
  MOTE_TRY(scan(message, parts));
  MOTE_TRY(add_initializers(message, parts));
  for (const std::string_view bytes : parts.inputs) MOTE_TRY(add_input(message.part(bytes)));
  for (const std::string_view bytes : parts.nodes) MOTE_TRY(add_node(message.part(bytes)));
  std::unordered_set<std::string> names;
  for (const std::string_view bytes : parts.outputs) {
    MOTE_TRY(add_output(message.part(bytes)));
    if (names.insert(graph_.outputs.back().name).second) continue;
    return Error{Code::kInvalidArgument,
                 cat("output '", graph_.outputs.back().name, "' is listed twice")};
  }
  return std::move(graph_);
}

Result<GraphPtr> GraphReader::read_subgraph(ProtoReader message) {
  GraphReader reader(context_, depth_ + 1, this, node_captures_);
  MOTE_ASSIGN(Graph graph, reader.read(message));
  return std::make_shared<const Graph>(std::move(graph));
}

Status GraphReader::scan_function(ProtoReader& message, Parts& parts) {
  while (message.next()) {
    switch (message.field()) {
      case FunctionProto::kInput:
        parts.inputs.push_back(message.bytes());
        break;
      case FunctionProto::kOutput:
        parts.outputs.push_back(message.bytes());
        break;
      case FunctionProto::kNode:
        parts.nodes.push_back(message.bytes());
        break;
      case FunctionProto::kValueInfo:
        MOTE_TRY(add_declared(message.message()));
        break;
    }
  }
  return message.finish();
}

Result<Graph> GraphReader::read_function(ProtoReader message, std::span<const Type> input_types) {
  MOTE_TRY(enter());
  Parts parts;
  MOTE_TRY(scan_function(message, parts));
  if (input_types.size() > parts.inputs.size()) {
    return Error{Code::kInvalidArgument,
                 cat("takes ", parts.inputs.size(), " inputs, is given ", input_types.size())};
  }
  for (std::size_t i = 0; i < parts.inputs.size(); ++i) {
    MOTE_ASSIGN(const ValueId id,
                define(parts.inputs[i], i < input_types.size() ? input_types[i] : Type()));
    graph_.inputs.push_back(id);
  }
  for (const std::string_view bytes : parts.nodes) MOTE_TRY(add_node(message.part(bytes)));
  for (const std::string_view name : parts.outputs) {
    MOTE_ASSIGN(const ValueId id, resolve(name));
    if (id == ValueId::kNone) {
      return Error{Code::kInvalidArgument, cat("output '", name, "' is made by no node")};
    }
    graph_.add_output({id, std::string(name), {}, {}});
  }
  return std::move(graph_);
}

}  // namespace mote::onnx
