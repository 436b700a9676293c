#include "tasks/segmentation/segment_json.h"

namespace mote {

SegmentRule read_segments(FieldReader& r) {
  SegmentRule rule;
  rule.layout = r.choice("layout", rule.layout);
  rule.holds = r.choice("holds", rule.holds);
  rule.threshold = r.float32("threshold", rule.threshold);
  rule.background = r.integer("background");
  r.add_check(check(rule));
  return rule;
}

void write_segments(const SegmentRule& rule, Json& j) {
  j["layout"] = name(rule.layout);
  j["holds"] = name(rule.holds);
  j["threshold"] = as_written(rule.threshold);
  if (rule.background) j["background"] = *rule.background;
}

}  // namespace mote
