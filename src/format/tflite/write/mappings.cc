// The operators of ONNX that are written, by family.
#include <algorithm>

#include "format/tflite/write/op_writer.h"

namespace mote::tfl::write {

extern const Mappings kWriteActivations;
extern const Mappings kWriteArithmetic;
extern const Mappings kWriteConvolutions;
extern const Mappings kWriteIndexing;
extern const Mappings kWriteMatmul;
extern const Mappings kWriteMovement;
extern const Mappings kWritePooling;
extern const Mappings kWriteQuantization;
extern const Mappings kWriteReductions;
extern const Mappings kWriteResizing;
extern const Mappings kWriteShapes;

const Mapping* find_mapping(const Node& node) {
  constexpr const Mappings* kFamilies[] = {
      &kWriteActivations, &kWriteArithmetic, &kWriteConvolutions, &kWriteIndexing,
      &kWriteMatmul,      &kWriteMovement,   &kWritePooling,      &kWriteQuantization,
      &kWriteReductions,  &kWriteResizing,   &kWriteShapes,
  };
  if (!node.domain.empty() || node.op == nullptr) return nullptr;
  for (const Mappings* family : kFamilies) {
    for (const Mapping& m : *family) {
      if (m.op_type == node.op_type) return &m;
    }
  }
  return nullptr;
}

}  // namespace mote::tfl::write
