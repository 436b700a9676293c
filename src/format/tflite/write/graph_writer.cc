#include "format/tflite/write/graph_writer.h"

#include <algorithm>
#include <limits>

#include "base/text.h"
#include "ir/dtype.h"

namespace mote::tfl::write {
namespace {

// Types that most kernels of TensorFlow Lite compute with.
bool is_computed_with(DType dtype) {
  switch (dtype) {
    case DType::kF32:
    case DType::kU8:
    case DType::kS8:
    case DType::kS16:
    case DType::kS32:
    case DType::kS64:
    case DType::kBool:
      return true;
    default:
      return false;
  }
}

// constant: whether the value need only be stored.
Status check_type(const Graph& graph, ValueId id, bool constant) {
  if (id == ValueId::kNone) return {};
  const Value& value = graph.value(id);
  const auto named = [&](std::string_view what) {
    return Error{Code::kUnsupported, cat("'", value.name, "' ", what)};
  };
  if (value.type.kind != Type::Kind::kTensor) return named("is no tensor");
  const DType dtype = value.constant ? value.constant.dtype() : value.type.tensor.dtype;
  if (dtype == DType::kUndefined) return named("is of an element type that is not known");
  if (!value.constant && !value.type.tensor.shape) return named("may be of any rank");
  constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
  const auto too_long = [](const Dim& d) { return d.known() && d.size() > kMost; };
  if (!value.constant && std::ranges::any_of(*value.type.tensor.shape, too_long)) {
    return named("has a size beyond 31 bits");
  }
  const bool narrow = dtype == DType::kS4 || dtype == DType::kU4;
  if (is_computed_with(dtype) || (constant && (narrow || dtype == DType::kF16))) return {};
  return named(cat("is ", name(dtype), ", with which TensorFlow Lite does not compute"));
}

Status check_types(const Graph& graph, const Node& node) {
  for (const ValueId v : node.inputs) MOTE_TRY(check_type(graph, v, graph.is_constant(v)));
  for (const ValueId v : node.outputs) MOTE_TRY(check_type(graph, v, false));
  return {};
}

}  // namespace

Status GraphWriter::write() {
  for (const ValueId input : graph_.inputs) {
    MOTE_TRY(check_type(graph_, input, false));
    const Shape& shape = *graph_.value(input).type.tensor.shape;
    subgraph_.inputs.push_back(
        places_.give(input, as_is(static_cast<int>(shape.size())), Elements::kStored));
  }
  for (NodeId id = graph_.first_node(); id != NodeId::kNone; id = graph_.next_node(id)) {
    if (written_.contains(id)) continue;
    if (reads_missing(graph_.node(id))) {
      missing_.insert(graph_.node(id).outputs.begin(), graph_.node(id).outputs.end());
    } else if (Status status = write_node(id); !status) {
      MOTE_TRY(put_down(id, std::move(status)));
    }
  }
  return missing_.empty() ? write_outputs() : Status();
}

bool GraphWriter::reads_missing(const Node& node) const {
  return std::ranges::any_of(
      node.inputs, [&](ValueId v) { return v != ValueId::kNone && missing_.contains(v); });
}

Status GraphWriter::put_down(NodeId id, Status status) {
  const Node& node = graph_.node(id);
  missing_.insert(node.outputs.begin(), node.outputs.end());
  return context_.problems.excuse(std::move(status),
                                  Obstacle{label_of(graph_, node), operator_of(node), 0, "", ""});
}

Status GraphWriter::write_node(NodeId id) {
  const Node& node = graph_.node(id);
  const Mapping* mapping = find_mapping(node);
  if (mapping == nullptr) {
    return Error{Code::kUnsupported, "Mote knows no form of it in TensorFlow Lite"};
  }
  MOTE_TRY(check_types(graph_, node));
  if (!takes_elements(*mapping, graph_, node)) {
    return Error{Code::kUnsupported, cat("TensorFlow Lite has no kernel of it for ",
                                         name(graph_.value(node.inputs[0]).type.tensor.dtype))};
  }
  OpWriter op(context_, graph_, places_, subgraph_, id, *mapping);
  if (op.status()) mapping->write(op);
  if (op.status()) written_.insert(op.ending().taken.begin(), op.ending().taken.end());
  return op.status();
}

std::int32_t GraphWriter::copy_of(std::int32_t tensor, const std::string& name) {
  TensorSpec spec = subgraph_.tensor(tensor);
  spec.name = name;
  spec.constant = {};
  const std::int32_t shape =
      places_.constant(Tensor::of<std::int32_t>({static_cast<std::int64_t>(spec.shape.size())},
                                                std::span<const std::int32_t>(spec.shape)),
                       name + "/shape");
  const std::int32_t made = subgraph_.add(std::move(spec));
  subgraph_.operators.push_back({fb::BuiltinOperator_RESHAPE, {tensor, shape}, {made}});
  return made;
}

Status GraphWriter::write_outputs() {
  std::unordered_set<std::int32_t> taken(subgraph_.inputs.begin(), subgraph_.inputs.end());
  for (const GraphOutput& output : graph_.outputs) {
    MOTE_TRY(check_type(graph_, output.value, false));
    const int rank = graph_.value(output.value).type.tensor.rank();
    const bool real = graph_.value(output.value).type.tensor.dtype == DType::kF32;
    auto tensor =
        places_.tensor(output.value, as_is(rank), real ? Elements::kReal : Elements::kStored);
    if (!tensor) return std::move(tensor).error();
    const bool own = taken.insert(*tensor).second && !subgraph_.tensor(*tensor).constant;
    subgraph_.outputs.push_back(own ? *tensor : copy_of(*tensor, output.name));
  }
  return {};
}

}  // namespace mote::tfl::write
