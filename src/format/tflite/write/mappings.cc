// The operators of ONNX that are written, by family.
#include <algorithm>

#include "format/tflite/write/op_writer.h"

namespace mote::tfl::write {

extern const Mappings kWriteActivations;
extern const Mappings kWriteArithmetic;
extern const Mappings kWriteControl;
extern const Mappings kWriteConvolutions;
extern const Mappings kWriteIndexing;
extern const Mappings kWriteMatmul;
extern const Mappings kWriteMovement;
extern const Mappings kWriteNorms;
extern const Mappings kWritePooling;
extern const Mappings kWriteQuantization;
extern const Mappings kWriteReductions;
extern const Mappings kWriteResizing;
extern const Mappings kWriteShapes;

namespace {

constexpr const Mappings* kFamilies[] = {
    &kWriteActivations, &kWriteArithmetic, &kWriteControl, &kWriteConvolutions, &kWriteIndexing,
    &kWriteMatmul,      &kWriteMovement,   &kWriteNorms,   &kWritePooling,      &kWriteQuantization,
    &kWriteReductions,  &kWriteResizing,   &kWriteShapes,
};

}  // namespace

const Mapping* find_mapping(const Node& node) {
  if (!node.domain.empty() || node.op == nullptr) return nullptr;
  for (const Mappings* family : kFamilies) {
    for (const Mapping& m : *family) {
      if (m.op_type == node.op_type) return &m;
    }
  }
  return nullptr;
}

std::vector<std::string_view> mapped_operators() {
  std::vector<std::string_view> names;
  for (const Mappings* family : kFamilies) {
    for (const Mapping& m : *family) names.push_back(m.op_type);
  }
  return names;
}

bool takes_elements(const Mapping& mapping, const Graph& graph, const Node& node) {
  if (node.inputs.empty() || node.inputs[0] == ValueId::kNone) return true;
  const Value& first = graph.value(node.inputs[0]);
  const DType dtype = first.constant ? first.constant.dtype() : first.type.tensor.dtype;
  return (mapping.elements & types({dtype})) != 0;
}

}  // namespace mote::tfl::write
