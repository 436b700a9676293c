#include "tasks/anomaly/reconstruction_json.h"

namespace mote {

ReconstructionRule read_reconstruction(FieldReader& r) {
  ReconstructionRule rule;
  rule.of = r.text("of", "");
  rule.threshold = r.number("threshold");
  r.add_check(check(rule));
  return rule;
}

void write_reconstruction(const ReconstructionRule& rule, Json& j) {
  if (!rule.of.empty()) j["of"] = rule.of;
  if (rule.threshold) j["threshold"] = *rule.threshold;
}

}  // namespace mote
