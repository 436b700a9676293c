#include "tasks/detection/candidates.h"

#include <algorithm>

#include "base/result.h"
#include "base/text.h"
#include "tasks/tensor_floats.h"

namespace mote {
namespace {

Error invalid(std::string message) { return Error{Code::kInvalidArgument, std::move(message)}; }

CandidateList list_for(const OutputDescription& boxes, const OutputDescription& scores) {
  return {boxes.boxes.score_threshold, scores.activation, scores.background};
}

// Numbers of classes come as floats too; -1: none.
std::int64_t class_number(float value) {
  return value >= 0.0F && value < 0x1p31F ? static_cast<std::int64_t>(value) : -1;
}

Result<std::vector<Candidate>> candidates_in_rows(const BoxTable& table, const RowPlan& plan,
                                                  const OutputDescription& output) {
  if (table.numbers < plan.numbers || (plan.class_scores < 0 && table.numbers > plan.numbers)) {
    return invalid(cat("each box has ", table.numbers, " numbers, row describes ", plan.numbers));
  }
  CandidateList list = list_for(output, output);
  for (std::int64_t i = 0; i < table.boxes; ++i) {
    const float objectness =
        plan.objectness < 0 ? 1.0F : list.activated(table.at(i, plan.objectness));
    if (!(objectness >= list.threshold())) continue;  // no score is above 1
    if (plan.class_scores >= 0) {
      list.add_best(table, i, plan.class_scores, objectness);
      continue;
    }
    const std::int64_t index = plan.index < 0 ? 0 : class_number(table.at(i, plan.index));
    const float score = plan.score < 0 ? 1.0F : list.activated(table.at(i, plan.score));
    if (index >= 0) list.add({i, index, objectness * score});
  }
  return list.take();
}

// One score for each box, and its class, if there is a tensor for it.
Result<std::vector<Candidate>> candidates_of_numbers(const std::vector<float>& scores,
                                                     const std::vector<float>* classes,
                                                     std::int64_t count, CandidateList list) {
  if (std::ssize(scores) < count || (classes != nullptr && std::ssize(*classes) < count)) {
    return invalid(cat("there are ", count, " boxes, ", scores.size(), " scores",
                       classes == nullptr ? "" : cat(" and ", classes->size(), " classes")));
  }
  for (std::int64_t i = 0; i < count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const std::int64_t index = classes == nullptr ? 0 : class_number((*classes)[at]);
    if (index >= 0) list.add({i, index, list.activated(scores[at])});
  }
  return list.take();
}

// [n, 3] of batch, class, box.
Result<std::vector<Candidate>> candidates_selected(const Tensor& selected, const BoxTable& scores,
                                                   CandidateList list) {
  MOTE_ASSIGN(const BoxTable rows, box_table(selected, BoxLayout::kRows));
  if (rows.numbers != 3) {
    return invalid(
        cat("selected boxes have shape ", to_string(selected.dims()), "; it must be [n, 3]"));
  }
  for (std::int64_t i = 0; i < rows.boxes; ++i) {
    const std::int64_t index = class_number(rows.at(i, 1));
    const std::int64_t box = class_number(rows.at(i, 2));
    if (index < 0 || index >= scores.numbers || box < 0 || box >= scores.boxes) {
      return invalid(cat("selected box ", i, " is box ", rows.at(i, 2), " of class ", rows.at(i, 1),
                         "; there are ", scores.boxes, " boxes of ", scores.numbers, " classes"));
    }
    list.add({box, index, list.activated(scores.at(box, index))});
  }
  return list.take();
}

// The tables that go beside one of boxes alone.
Result<std::vector<Candidate>> candidates_beside(const DetectorParts& parts, const BoxTable& boxes,
                                                 std::span<const Tensor> outputs) {
  const OutputDescription& scores = *parts.scores.description;
  const Tensor& tensor = outputs[parts.scores.index];
  CandidateList list = list_for(*parts.boxes.description, scores);
  std::int64_t count = boxes.boxes;
  if (parts.count) {
    MOTE_ASSIGN(const auto counted, to_floats(outputs[parts.count.index]));
    if (counted.size() == 1) count = std::min(count, class_number(counted[0]));
  }
  if (count <= 0) return std::vector<Candidate>();
  if (parts.classes || tensor.count() == boxes.boxes) {
    MOTE_ASSIGN(const auto numbers, to_floats(tensor));
    std::vector<float> classes;
    if (parts.classes) {
      MOTE_ASSIGN(classes, to_floats(outputs[parts.classes.index]));
    }
    return candidates_of_numbers(numbers, parts.classes ? &classes : nullptr, count,
                                 std::move(list));
  }
  MOTE_ASSIGN(const BoxTable table, box_table(tensor, scores.layout));
  if (table.boxes != boxes.boxes) {
    return invalid(cat("it has scores of ", table.boxes, " boxes; there are ", boxes.boxes));
  }
  if (parts.selected) {
    return candidates_selected(outputs[parts.selected.index], table, std::move(list));
  }
  for (std::int64_t i = 0; i < count; ++i) list.add_best(table, i, 0, 1.0F);
  return list.take();
}

}  // namespace

RowPlan plan_of(std::span<const RowField> row) {
  RowPlan plan;
  for (const RowField field : row) {
    const std::int64_t at = plan.numbers;
    plan.numbers += field == RowField::kBox ? 4 : 1;
    if (field == RowField::kBox) plan.box = at;
    if (field == RowField::kObjectness) plan.objectness = at;
    if (field == RowField::kScore) plan.score = at;
    if (field == RowField::kClass) plan.index = at;
    if (field == RowField::kClassScores) plan.class_scores = at;
  }
  return plan;
}

Result<std::vector<Candidate>> find_candidates(const DetectorParts& parts, const RowPlan& plan,
                                               const BoxTable& boxes,
                                               std::span<const Tensor> outputs) {
  const OutputDescription& output = *parts.scores.description;
  auto found = output.kind == OutputKind::kDetections ? candidates_in_rows(boxes, plan, output)
                                                      : candidates_beside(parts, boxes, outputs);
  if (!found) return std::move(found).error().with_context(cat("output '", output.name, "'"));
  return found;
}

}  // namespace mote
