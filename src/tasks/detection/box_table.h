// The tables that detectors give, and the candidates in them. Internal to this folder.
#pragma once
#include <optional>
#include <vector>

#include "mote/tensor.h"
#include "tasks/task.h"

namespace mote {

// A table of one image: an entry for each box, with as many numbers each.
struct BoxTable {
  std::vector<float> values;
  std::int64_t boxes = 0;
  std::int64_t numbers = 0;
  BoxLayout layout = BoxLayout::kRows;

  float at(std::int64_t box, std::int64_t number) const {
    const bool rows = layout == BoxLayout::kRows;
    return values[static_cast<std::size_t>(rows ? box * numbers + number : number * boxes + box)];
  }
};

// [..., boxes, numbers], or the other way round for kColumns; axes before those are 1.
// Errors: kInvalidArgument: other sizes; kUnsupported: another type.
Result<BoxTable> box_table(const Tensor& tensor, BoxLayout layout);

// A box that may be an object.
struct Candidate {
  std::int64_t box = 0;
  std::int64_t index = 0;  // of its class
  float score = 0;
};

// Of each box the class with the best score, if that reaches the threshold; NaN never does.
class CandidateList {
 public:
  CandidateList(float threshold, Activation activation, std::optional<std::int64_t> background)
      : threshold_(threshold), activation_(activation), background_(background) {}

  void add(const Candidate& candidate) {
    if (candidate.score >= threshold_ && candidate.index != background_) list_.push_back(candidate);
  }
  // The numbers [first, numbers) of an entry are scores of classes, which are multiplied by
  // `objectness`.
  void add_best(const BoxTable& table, std::int64_t box, std::int64_t first, float objectness);

  // One score, by the activation: a sigmoid where that is softmax, too.
  float activated(float score) const;
  float threshold() const { return threshold_; }
  std::vector<Candidate> take() { return std::move(list_); }

 private:
  float threshold_;
  Activation activation_;
  std::optional<std::int64_t> background_;
  std::vector<Candidate> list_;
  std::vector<float> scores_;
};

}  // namespace mote
