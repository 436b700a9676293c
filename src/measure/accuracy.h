// How often a classifier is right, and how certain that figure is.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace mote {

// A share with its 95 % confidence interval.
struct Proportion {
  std::uint64_t hits = 0;
  std::uint64_t count = 0;
  double value = 0.0;  // hits / count; 0 if count is 0
  double low = 0.0;
  double high = 1.0;
};

// The interval of Wilson (Probable inference, the law of succession, and statistical inference,
// 1927). Requires: hits <= count.
Proportion wilson(std::uint64_t hits, std::uint64_t count);

// Counts answers one by one.
class AccuracyCounter {
 public:
  // confusion: also count which class was taken for which.
  explicit AccuracyCounter(bool confusion = false) : with_confusion_(confusion) {}

  // scores: of each class; those of a NaN are never right. truth: below scores.size().
  // Requires: as many scores each time.
  void add(std::span<const float> scores, std::size_t truth);

  Proportion top1() const { return wilson(top1_, count_); }
  Proportion top5() const { return wilson(top5_, count_); }
  std::uint64_t count() const { return count_; }

  // Counts [classes, classes] by (truth, answer), row-major; empty unless asked for, and for more
  // than 4096 classes.
  std::span<const std::uint64_t> confusion() const { return confusion_; }

 private:
  bool with_confusion_;
  std::uint64_t count_ = 0;
  std::uint64_t top1_ = 0;
  std::uint64_t top5_ = 0;
  std::vector<std::uint64_t> confusion_;
};

// The area under the ROC curve: how often a positive scores more than a negative, with half for
// equal ones (Hanley and McNeil, The meaning and use of the area under a ROC curve, 1982); NaN
// scores more than any number. 0.5 if either is empty.
double roc_auc(std::span<const double> positives, std::span<const double> negatives);

}  // namespace mote
