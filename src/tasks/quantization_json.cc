#include "tasks/quantization_json.h"

namespace mote {
namespace {

QuantizationRule read_numbers(FieldReader& r) {
  QuantizationRule rule;
  rule.scale = r.float32("scale", rule.scale);
  rule.zero_point = r.int32("zero_point", rule.zero_point);
  r.add_check(check(rule));
  return rule;
}

void write_numbers(const QuantizationRule& rule, Json& j) {
  j["scale"] = as_written(rule.scale);
  j["zero_point"] = rule.zero_point;
}

}  // namespace

std::optional<QuantizationRule> read_quantization(FieldReader& r) {
  auto object = r.object("quantization");
  if (!object) return std::nullopt;
  if (!object->has("scale")) object->fail_missing("scale", "number = (q - zero_point) * scale");
  const QuantizationRule rule = read_numbers(*object);
  r.add(object->finish());
  return rule;
}

void write_quantization(const std::optional<QuantizationRule>& rule, Json& j) {
  if (rule) write_numbers(*rule, j["quantization"]);
}

std::optional<RawRule> read_raw(FieldReader& r) {
  auto object = r.object("raw");
  if (!object) return std::nullopt;
  RawRule rule;
  if (!object->has("dtype")) object->fail_missing("dtype", FieldReader::allowed<RawType>());
  rule.dtype = object->choice("dtype", rule.dtype);
  const bool scaled = object->has("scale");
  if (scaled || object->has("zero_point")) rule.numbers = read_numbers(*object);
  r.add(object->finish());
  return rule;
}

void write_raw(const std::optional<RawRule>& rule, Json& j) {
  if (!rule) return;
  Json& raw = j["raw"];
  raw["dtype"] = name(rule->dtype);
  if (rule->numbers) write_numbers(*rule->numbers, raw);
}

}  // namespace mote
