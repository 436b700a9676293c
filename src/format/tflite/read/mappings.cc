// The operators of TensorFlow Lite that Mote reads, by family.
#include <algorithm>
#include <array>

#include "format/tflite/read/op_reader.h"

namespace mote::tfl {

extern const Mappings kActivations;
extern const Mappings kControl;
extern const Mappings kConvolutions;
extern const Mappings kDetection;
extern const Mappings kDilation;
extern const Mappings kElementwise;
extern const Mappings kIndexing;
extern const Mappings kLstm;
extern const Mappings kMovement;
extern const Mappings kPadding;
extern const Mappings kPooling;
extern const Mappings kProducts;
extern const Mappings kQuantizing;
extern const Mappings kRecurrent;
extern const Mappings kReduceWindows;
extern const Mappings kReductions;
extern const Mappings kResizing;
extern const Mappings kResources;
extern const Mappings kShapes;
extern const Mappings kSlicing;
extern const Mappings kSpectrum;
extern const Mappings kStablehlo;
extern const Mappings kStablehloIndexing;
extern const Mappings kSuppression;

namespace {

constexpr const Mappings* kFamilies[] = {
    &kActivations, &kControl,   &kConvolutions,  &kDetection,  &kDilation,          &kElementwise,
    &kIndexing,    &kLstm,      &kMovement,      &kPadding,    &kPooling,           &kProducts,
    &kQuantizing,  &kRecurrent, &kReduceWindows, &kReductions, &kResizing,          &kResources,
    &kShapes,      &kSlicing,   &kSpectrum,      &kStablehlo,  &kStablehloIndexing, &kSuppression,
};

bool is_read(fb::BuiltinOperator code) {
  return std::ranges::any_of(kFamilies, [&](const Mappings* family) {
    return std::ranges::find(*family, code, &Mapping::code) != family->end();
  });
}

}  // namespace

const Mapping* find_mapping(const fb::OperatorCode& code) {
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

namespace mote {

TfliteOperators tflite_operators() {
  using namespace tfl;
  TfliteOperators operators;
  for (const fb::BuiltinOperator code : fb::EnumValuesBuiltinOperator()) {
    const bool stands_for_others = code == fb::BuiltinOperator_CUSTOM ||
                                   code == fb::BuiltinOperator_DELEGATE ||
                                   code == fb::BuiltinOperator_PLACEHOLDER_FOR_GREATER_OP_CODES;
    if (stands_for_others) continue;
    (is_read(code) ? operators.read : operators.unread)
        .push_back(fb::EnumNameBuiltinOperator(code));
  }
  for (const Mappings* family : kFamilies) {
    for (const Mapping& m : *family) {
      if (!m.custom_code.empty()) operators.read.emplace_back(m.custom_code);
    }
  }
  return operators;
}

}  // namespace mote
