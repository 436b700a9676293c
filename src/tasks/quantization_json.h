// The JSON forms of QuantizationRule and RawRule.
#pragma once
#include <optional>

#include "tasks/json_fields.h"
#include "tasks/quantization_rule.h"
#include "tasks/raw_rule.h"

namespace mote {

// The field `quantization` of an input or output; null if it is absent.
std::optional<QuantizationRule> read_quantization(FieldReader& r);
void write_quantization(const std::optional<QuantizationRule>& rule, Json& j);

// The field `raw` of an input.
std::optional<RawRule> read_raw(FieldReader& r);
void write_raw(const std::optional<RawRule>& rule, Json& j);

}  // namespace mote
