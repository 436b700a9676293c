#include "cli/commands/dynamic_nodes.h"

#include "base/result.h"
#include "base/text.h"
#include "ir/inference.h"

namespace mote::cli {
namespace {

bool is_static(const Type& type) {
  return type.kind == Type::Kind::kTensor && type.tensor.dtype != DType::kString &&
         type.tensor.dims().has_value();
}

std::string explain(std::string_view what, const Value& value) {
  const Type& type = value.type;
  const std::string subject = cat(what, " '", value.name, "' ");
  if (type.kind != Type::Kind::kTensor) return cat(subject, "is ", to_string(type));
  if (type.tensor.dtype == DType::kString) return cat(subject, "is text");
  return cat(subject, "(", to_string(type), ") has a size that depends on values");
}

class Search {
 public:
  explicit Search(Graph& graph) : graph_(graph), types_(graph) {}

  Result<DynamicNodes> run() {
    for (const NodeId id : graph_.node_ids()) {
      MOTE_TRY(types_.infer(id));
      classify(graph_.node(id));
    }
    return std::move(found_);
  }

 private:
  void classify(const Node& node) {
    for (const ValueId in : node.inputs) {
      if (in == ValueId::kNone || is_static(types_.known(in).type)) continue;
      const Value& value = graph_.value(in);
      if (value.producer != NodeId::kNone) {
        ++found_.followers;
        return;
      }
      return add(node, explain("its input", value));
    }
    for (const ValueId out : node.outputs) {
      if (out == ValueId::kNone || is_static(types_.known(out).type)) continue;
      return add(node, explain("its output", graph_.value(out)));
    }
  }

  void add(const Node& node, std::string why) {
    const bool named =
        !node.name.empty() || node.outputs.empty() || node.outputs[0] == ValueId::kNone;
    found_.roots.push_back(
        {named ? node.name : graph_.value(node.outputs[0]).name,
         node.domain.empty() ? node.op_type : cat(node.domain, ".", node.op_type), std::move(why)});
  }

  Graph& graph_;
  TypeInference types_;
  DynamicNodes found_;
};

}  // namespace

Result<DynamicNodes> find_dynamic_nodes(Graph graph, std::span<const Dims> input_dims) {
  for (std::size_t i = 0; i < graph.value_count(); ++i) {
    Value& v = graph.value(static_cast<ValueId>(i));
    if (v.producer != NodeId::kNone) v.type = {};  // may have been declared for other sizes
  }
  for (std::size_t i = 0; i < graph.inputs.size(); ++i) {
    Value& v = graph.value(graph.inputs[i]);
    if (v.type.kind == Type::Kind::kTensor) v.type = TensorType(v.type.tensor.dtype, input_dims[i]);
  }
  return Search(graph).run();
}

}  // namespace mote::cli
