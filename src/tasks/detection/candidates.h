// Which entries of a detector's tables may be objects. Internal to this folder.
#pragma once
#include <vector>

#include "tasks/detection/box_table.h"
#include "tasks/detection/detection.h"

namespace mote {

// What stands where in an entry; -1: not there.
struct RowPlan {
  std::int64_t box = -1;
  std::int64_t objectness = -1;
  std::int64_t score = -1;
  std::int64_t index = -1;
  std::int64_t class_scores = -1;
  std::int64_t numbers = 0;  // of an entry; with class scores at least
};
RowPlan plan_of(std::span<const RowField> row);

// Boxes whose score reaches the threshold, in their order, at most one class each; after
// suppression by the model, as many as it selected.
// boxes: the table of parts.boxes, laid out by `plan`.
// Errors: kInvalidArgument, naming the output: other sizes than those of the boxes; an index beyond
// them; kUnsupported: types that are no numbers.
Result<std::vector<Candidate>> find_candidates(const DetectorParts& parts, const RowPlan& plan,
                                               const BoxTable& boxes,
                                               std::span<const Tensor> outputs);

}  // namespace mote
