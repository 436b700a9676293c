#include "format/tflite/read/subgraph_reader.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "base/text.h"
#include "format/tflite/read/op_reader.h"
#include "ops/ops.h"

namespace mote::tfl {
namespace {

// What a node takes beside its tensors, so that memory bounds how many a file can make of few.
constexpr std::uint64_t kBytesOfOperator = 4096;

}  // namespace

fb::BuiltinOperator code_of(const fb::OperatorCode& code) {
  return std::max(static_cast<fb::BuiltinOperator>(code.deprecated_builtin_code()),
                  code.builtin_code());
}

void name_nodes(Graph& graph) {
  for (const NodeId id : graph.node_ids()) {
    Node& node = graph.node(id);
    const auto named =
        std::ranges::find_if(node.outputs, [](ValueId v) { return v != ValueId::kNone; });
    if (named != node.outputs.end()) node.name = graph.value(*named).name;
  }
}

std::string operator_name(const fb::OperatorCode& code) {
  const fb::BuiltinOperator builtin = code_of(code);
  if (builtin == fb::BuiltinOperator_CUSTOM) return std::string(text_of(code.custom_code()));
  const char* name = fb::EnumNameBuiltinOperator(builtin);
  return name == nullptr || *name == '\0' ? cat("operator ", static_cast<int>(builtin)) : name;
}

Result<SubgraphReader> SubgraphReader::open(ReadContext& context, std::int64_t index, Graph& graph,
                                            TypeInference& inference, int depth) {
  const auto* subgraphs = context.file.model().subgraphs();
  if (index < 0 || index >= static_cast<std::int64_t>(size_of(subgraphs))) {
    return Error{Code::kCorrupt, cat("subgraph ", index, " of ", size_of(subgraphs))};
  }
  if (depth > kMaxCallDepth) {
    return Error{Code::kUnsupported,
                 cat("subgraphs call each other more than ", kMaxCallDepth, " deep")};
  }
  const fb::SubGraph* subgraph = subgraphs->Get(static_cast<flatbuffers::uoffset_t>(index));
  MOTE_ASSIGN(Tensors tensors, Tensors::read(context, *subgraph, graph, inference));
  SubgraphReader reader(context, index, subgraph, graph, inference, depth, std::move(tensors));
  MOTE_TRY(reader.check_tensors(reader.inputs(), false));
  MOTE_TRY(reader.check_tensors(reader.outputs(), false));
  return reader;
}

Status SubgraphReader::check_tensors(std::span<const std::int32_t> tensors, bool optional) const {
  for (const std::int32_t t : tensors) {
    if (tensors_.contains(t) || (optional && t == -1)) continue;
    return Error{Code::kCorrupt, cat("tensor ", t, " of ", tensors_.count())};
  }
  return {};
}

Status SubgraphReader::declare_inputs(const TensorNames& names) {
  std::unordered_set<std::int32_t> declared;
  for (const std::int32_t t : inputs()) {
    if (!declared.insert(t).second) continue;
    const TensorDef& def = tensors_.def(t);
    if (def.dtype == DType::kUndefined) {
      return Error{Code::kUnsupported, cat("input '", def.name, "' is a handle of a resource")};
    }
    const auto named = names.lower_bound(t);
    const bool is_named = named != names.end() && named->first == t;
    std::string name = is_named ? named->second : def.name;
    if (name.empty()) name = cat("input_", t);
    tensors_.set_stored(t, {}, graph_->add_input(std::move(name), def.type()));
  }
  return {};
}

Status SubgraphReader::bind_inputs(std::span<const ValueId> values) {
  if (values.size() != inputs().size()) {
    return Error{Code::kCorrupt,
                 cat("a subgraph of ", inputs().size(), " inputs is called with ", values.size())};
  }
  tensors_.begin_operator();  // they keep their names
  for (std::size_t i = 0; i < values.size(); ++i) tensors_.set_stored(inputs()[i], {}, values[i]);
  return {};
}

Status SubgraphReader::read_operators() {
  for (std::uint32_t i = 0; i < size_of(subgraph_->operators()); ++i) {
    MOTE_TRY(read_operator(*subgraph_->operators()->Get(i)));
  }
  return {};
}

Status SubgraphReader::read_operator(const fb::Operator& op) {
  const auto* codes = context_->file.model().operator_codes();
  if (op.opcode_index() >= size_of(codes)) {
    return Error{Code::kCorrupt, cat("operator code ", op.opcode_index(), " of ", size_of(codes))};
  }
  const fb::OperatorCode& code = *codes->Get(op.opcode_index());
  if (tensors_.count() == 0)
    return Error{Code::kCorrupt, "operators in a subgraph without tensors"};
  MOTE_TRY(check_tensors(values_of(op.inputs()), true));
  MOTE_TRY(check_tensors(values_of(op.outputs()), false));
  if (--context_->operators_left < 0) {
    return Error{Code::kResourceExhausted,
                 cat("calls add more than ", kMaxInlined, " operators to those of the file")};
  }
  MOTE_TRY(context_->budget.take(kBytesOfOperator));
  tensors_.begin_operator();
  const std::string op_type = operator_name(code);
  const Mapping* mapping = find_mapping(code);
  if (mapping == nullptr) return add_unmapped(op, op_type, true);
  const std::string label =
      size_of(op.outputs()) == 0 ? op_type : tensors_.def(op.outputs()->Get(0)).name;
  // Fused operators have the names of all that they were made of.
  OpReader reader(*this, op, label.substr(0, label.find(';')));
  mapping->read(reader);
  if (reader.status()) return {};
  // It has a version, but its file imports no opset.
  MOTE_TRY(excuse(op, reader.status().error(), {label, op_type, 0, {}, {}}));
  return add_unmapped(op, op_type, false);
}

Status SubgraphReader::excuse(const fb::Operator& op, Error error, Obstacle where) {
  const bool resources = error.code == Code::kResourceExhausted;
  if (context_->problems().collects() && !resources) {
    if (!context_->excused.insert(&op).second) return {};  // it was called before
    return context_->problems().excuse(std::move(error), std::move(where));
  }
  // The innermost operator says which it is.
  if (std::exchange(context_->located, true)) return error;
  const std::string subgraph = depth_ == 0 ? "" : cat(" of subgraph ", index_);
  return std::move(error).with_context(cat(where.op, " '", where.node, "'", subgraph));
}

Status SubgraphReader::add_unmapped(const fb::Operator& op, const std::string& op_type,
                                    bool sound) {
  Node node;
  node.domain = kTfliteDomain;
  node.op_type = op_type;
  node.sound = sound;
  for (const std::int32_t t : values_of(op.inputs())) {
    Status ignored;
    const auto known = t < 0 ? Result<bool>(false) : tensors_.is_known(t);
    node.inputs.push_back(known && *known ? tensors_.stored(t, {}, ignored) : ValueId::kNone);
  }
  std::vector<ValueId> made;
  for (const std::int32_t t : values_of(op.outputs())) {
    const TensorDef& def = tensors_.def(t);
    made.push_back(graph_->add_value(def.name.empty() ? cat("tensor_", t) : def.name, def.type()));
  }
  node.outputs = made;
  graph_->add_node(std::move(node));
  for (std::size_t i = 0; i < made.size(); ++i) {
    tensors_.set_stored(op.outputs()->Get(static_cast<std::uint32_t>(i)), {}, made[i]);
  }
  return {};
}

Result<std::vector<ValueId>> SubgraphReader::output_values() {
  std::vector<ValueId> values;
  for (const std::int32_t t : outputs()) {
    Status status;
    tensors_.begin_operator();
    values.push_back(tensors_.stored(t, {}, status));
    MOTE_TRY(std::move(status));
  }
  return values;
}

}  // namespace mote::tfl
