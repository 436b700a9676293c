#include "tasks/detection/box_table.h"

#include "base/result.h"
#include "base/text.h"
#include "tasks/tensor_floats.h"

namespace mote {

Result<BoxTable> box_table(const Tensor& tensor, BoxLayout layout) {
  const Dims& dims = tensor.dims();
  const int rank = dims.rank();
  if (rank < 2 || dims.count(0, rank - 2) != 1) {
    return Error{Code::kInvalidArgument, cat("it has shape ", to_string(dims),
                                             "; it must be a table of one image, [1, boxes, n]")};
  }
  BoxTable table;
  MOTE_ASSIGN(table.values, to_floats(tensor));
  const bool rows = layout == BoxLayout::kRows;
  table.boxes = dims[rows ? rank - 2 : rank - 1];
  table.numbers = dims[rows ? rank - 1 : rank - 2];
  table.layout = layout;
  return table;
}

float CandidateList::activated(float score) const {
  if (activation_ != Activation::kNone) activate(Activation::kSigmoid, {&score, 1});
  return score;
}

void CandidateList::add_best(const BoxTable& table, std::int64_t box, std::int64_t first,
                             float objectness) {
  scores_.clear();
  for (std::int64_t i = first; i < table.numbers; ++i) scores_.push_back(table.at(box, i));
  activate(activation_, scores_);
  Candidate best{box, -1, 0};
  for (std::size_t i = 0; i < scores_.size(); ++i) {
    const auto index = static_cast<std::int64_t>(i);
    if (index == background_) continue;
    const float score = objectness * scores_[i];
    if (score >= threshold_ && (best.index < 0 || score > best.score)) best = {box, index, score};
  }
  if (best.index >= 0) list_.push_back(best);
}

}  // namespace mote
