#include "format/tflite/read/ops/body.h"

namespace mote::tfl {
namespace {

std::string_view combiner_of(fb::BuiltinOperator code, bool of_bools) {
  switch (code) {
    case fb::BuiltinOperator_ADD:
    case fb::BuiltinOperator_STABLEHLO_ADD:
      return "Add";
    case fb::BuiltinOperator_MUL:
    case fb::BuiltinOperator_STABLEHLO_MULTIPLY:
      return "Mul";
    case fb::BuiltinOperator_MAXIMUM:
    case fb::BuiltinOperator_STABLEHLO_MAXIMUM:
      return "Max";
    case fb::BuiltinOperator_MINIMUM:
    case fb::BuiltinOperator_STABLEHLO_MINIMUM:
      return "Min";
    case fb::BuiltinOperator_LOGICAL_AND:
      return "And";
    case fb::BuiltinOperator_STABLEHLO_AND:
      return of_bools ? "And" : std::string_view();
    case fb::BuiltinOperator_LOGICAL_OR:
      return "Or";
    default:
      return {};
  }
}

}  // namespace

std::string_view combiner_of_body(OpReader& op, std::int64_t index) {
  const fb::Model& model = op.subgraph().context().file.model();
  if (index < 0 || index >= static_cast<std::int64_t>(size_of(model.subgraphs()))) {
    op.fail({Code::kCorrupt, "its subgraph is missing"});
    return {};
  }
  const fb::SubGraph& body = *model.subgraphs()->Get(static_cast<flatbuffers::uoffset_t>(index));
  const auto inputs = values_of(body.inputs()), outputs = values_of(body.outputs());
  const std::size_t count = size_of(body.operators());
  if (count == 0 && inputs.size() == 2 && outputs.size() == 1 && outputs[0] == inputs[1]) return {};
  if (count == 1) {
    const std::uint32_t code = body.operators()->Get(0)->opcode_index();
    if (code < size_of(model.operator_codes())) {
      const bool of_bools = op.in(0).dtype == DType::kBool;
      const std::string_view found =
          combiner_of(code_of(*model.operator_codes()->Get(code)), of_bools);
      if (!found.empty()) return found;
    }
  }
  op.unsupported("its subgraph is more than one sum, product or extreme");
  return {};
}

}  // namespace mote::tfl
