// The operators of TensorFlow Lite that Mote reads, by family.
#include <algorithm>
#include <array>

#include "format/tflite/op_reader.h"

namespace mote::tfl {

extern const Mappings kActivations;
extern const Mappings kControl;
extern const Mappings kConvolutions;
extern const Mappings kDilation;
extern const Mappings kElementwise;
extern const Mappings kIndexing;
extern const Mappings kMovement;
extern const Mappings kPadding;
extern const Mappings kPooling;
extern const Mappings kProducts;
extern const Mappings kQuantizing;
extern const Mappings kReduceWindows;
extern const Mappings kReductions;
extern const Mappings kResizing;
extern const Mappings kShapes;
extern const Mappings kSlicing;
extern const Mappings kSpectrum;
extern const Mappings kStablehlo;
extern const Mappings kStablehloIndexing;
extern const Mappings kSuppression;

const Mapping* find_mapping(const fb::OperatorCode& code) {
  static constexpr const Mappings* kFamilies[] = {
      &kActivations, &kControl,       &kConvolutions, &kDilation,          &kElementwise,
      &kIndexing,    &kMovement,      &kPadding,      &kPooling,           &kProducts,
      &kQuantizing,  &kReduceWindows, &kReductions,   &kResizing,          &kShapes,
      &kSlicing,     &kSpectrum,      &kStablehlo,    &kStablehloIndexing, &kSuppression,
  };
  const fb::BuiltinOperator builtin = code_of(code);
  const std::string_view custom =
      builtin == fb::BuiltinOperator_CUSTOM ? text_of(code.custom_code()) : std::string_view();
  for (const Mappings* family : kFamilies) {
    for (const Mapping& m : *family) {
      if (m.code == builtin && m.custom_code == custom) return &m;
    }
  }
  return nullptr;
}

}  // namespace mote::tfl
