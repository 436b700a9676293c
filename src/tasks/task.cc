#include "tasks/task.h"

#include <algorithm>

namespace mote {
namespace {

template <class List, class Kind>
auto find_kind(List& list, Kind kind) {
  const auto it = std::ranges::find_if(list, [&](const auto& item) { return item.kind == kind; });
  return it == list.end() ? nullptr : &*it;
}

}  // namespace

bool has_quantization(OutputKind kind) {
  switch (kind) {
    case OutputKind::kClassScores:
    case OutputKind::kReconstruction:
    case OutputKind::kKeypoints:
    case OutputKind::kHeatmaps:
    case OutputKind::kHeatmapOffsets:
    case OutputKind::kSegments:
      return true;
    default:
      return false;
  }
}

const InputDescription* TaskDescription::input(InputKind kind) const {
  return find_kind(inputs, kind);
}
const OutputDescription* TaskDescription::output(OutputKind kind) const {
  return find_kind(outputs, kind);
}
InputDescription* TaskDescription::input(InputKind kind) { return find_kind(inputs, kind); }
OutputDescription* TaskDescription::output(OutputKind kind) { return find_kind(outputs, kind); }

}  // namespace mote
