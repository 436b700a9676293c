// Samples through a forest, tile by tile: what reaches each target, handed to a sink.
#pragma once
#include <algorithm>
#include <array>

#include "ir/step.h"
#include "ops/ml/rows.h"
#include "ops/ml/trees/forest.h"

namespace mote::ml {

// How the weights that reach one target become one score. In the order of TreeEnsemble's numbers.
enum class Aggregate : std::uint8_t { kAverage, kSum, kMin, kMax };

// What a forest of T compares and decides with, for samples of X.
template <class T, class X>
using ScoreType =
    std::conditional_t<std::is_same_v<T, double> || std::is_same_v<X, double>, double, float>;

// Scores of one sample for targets [first, first + scores.size()): 0 where has[i] is false, since
// no weight reached the target. Sums are of doubles, so that ten times 0.1 is 1 once it is rounded
// to C.
template <class C>
struct Scores {
  std::int64_t row;
  std::int64_t first;
  std::span<const double> scores;
  std::span<const bool> has;

  C rounded(std::size_t i, double base) const { return static_cast<C>(scores[i] + base); }
};

// The leaf that a sample reaches. asks(split, index, feature): the answer.
template <class T, class X, class Asks>
std::int32_t leaf_of(const Forest<T>& forest, std::int32_t root, const X* sample,
                     const Asks& asks) {
  using C = ScoreType<T, X>;
  std::int32_t at = root;
  while (at >= 0) {
    const auto& split = forest.splits[static_cast<std::size_t>(at)];
    at = split.children[asks(split, at, static_cast<C>(sample[split.question.feature()]))];
  }
  return ~at;
}

// Calls f(asks) with the cheapest question that serves all splits of the forest.
template <class T, class X, class F>
void with_question(const Forest<T>& forest, const F& f) {
  using C = ScoreType<T, X>;
  using Split = typename Forest<T>::Split;
  const SplitRule rule =
      forest.splits.empty() ? SplitRule::kLessEqual : forest.splits.front().question.rule();
  if (forest.same_rule && rule == SplitRule::kLessEqual && !forest.any_nan_is_true) {
    return f([](const Split& s, std::int32_t, C x) { return x <= static_cast<C>(s.value); });
  }
  if (forest.same_rule && rule == SplitRule::kLess && !forest.any_nan_is_true) {
    return f([](const Split& s, std::int32_t, C x) { return x < static_cast<C>(s.value); });
  }
  f([&](const Split& s, std::int32_t at, C x) {
    const auto value = static_cast<C>(s.value);
    if (x != x) return s.question.nan_is_true();
    switch (s.question.rule()) {
      case SplitRule::kLessEqual:
        return x <= value;
      case SplitRule::kLess:
        return x < value;
      case SplitRule::kEqual:
        return x == value;
      case SplitRule::kMember:
        return forest.is_member(at, x);
    }
    return false;
  });
}

// Some samples and some targets at a time, so that the scores stay in the cache and each tree is
// walked for several samples in turn.
template <class T, class X>
class ForestTile {
 public:
  static constexpr std::int64_t kMaxRows = 64;
  static constexpr std::int64_t kMaxScores = 1024;
  static constexpr std::int64_t kStepsBetweenChecks = 1 << 20;

  ForestTile(const Forest<T>& forest, Aggregate aggregate, const StopToken& stop)
      : forest_(forest), aggregate_(aggregate), stop_(stop) {}

  static std::int64_t targets_at_once(std::int64_t targets) {
    return std::clamp<std::int64_t>(targets, 1, kMaxScores);
  }
  static std::int64_t rows_at_once(std::int64_t targets) {
    return std::min(kMaxRows, kMaxScores / targets_at_once(targets));
  }

  // Targets [first, first + count) of the samples. Ends early where the run has to.
  template <class Asks>
  void run(const X* samples, Rows rows, std::int64_t first, std::int64_t count, const Asks& asks) {
    first_ = first;
    count_ = count;
    std::fill_n(scores_.begin(), rows.count * count, 0.0);
    std::fill_n(has_.begin(), rows.count * count, false);
    const std::int64_t longest = rows.count * std::ssize(forest_.splits);
    std::int64_t steps = 0;
    for (const std::int32_t root : forest_.roots) {
      steps += longest;
      if (steps > kStepsBetweenChecks) {
        if (stop_.stopped()) return;
        steps = 0;
      }
      for (std::int64_t r = 0; r < rows.count; ++r) {
        add(r, leaf_of(forest_, root, samples + r * rows.features, asks));
      }
    }
    if (aggregate_ != Aggregate::kAverage) return;
    const auto trees = static_cast<double>(forest_.roots.size());
    for (std::int64_t i = 0; i < rows.count * count; ++i) at(scores_, i) /= trees;
  }

  // Of sample r of the tile.
  std::span<const double> scores(std::int64_t r) const {
    return {&at(scores_, r * count_), size()};
  }
  std::span<const bool> has(std::int64_t r) const { return {&at(has_, r * count_), size()}; }

 private:
  template <class A>
  static auto& at(A& array, std::int64_t i) {
    return array[static_cast<std::size_t>(i)];
  }
  std::size_t size() const { return static_cast<std::size_t>(count_); }

  void add(std::int64_t r, std::int32_t leaf) {
    for (const auto& weight : forest_.leaf(leaf)) {
      const std::int64_t target = weight.target - first_;
      if (target < 0 || target >= count_) continue;
      double& score = at(scores_, r * count_ + target);
      bool& has = at(has_, r * count_ + target);
      const double value = weight.value;
      if (aggregate_ == Aggregate::kMin) {
        score = has ? std::min(score, value) : value;
      } else if (aggregate_ == Aggregate::kMax) {
        score = has ? std::max(score, value) : value;
      } else {
        score += value;
      }
      has = true;
    }
  }

  const Forest<T>& forest_;
  Aggregate aggregate_;
  const StopToken& stop_;
  std::int64_t first_ = 0;
  std::int64_t count_ = 0;
  std::array<double, kMaxScores> scores_;
  std::array<bool, kMaxScores> has_;
};

// Calls sink.take(state, Scores) for every sample, once for each part of its targets in order, then
// sink.finish(state, row); State is the sink's, one for each sample. Samples are shared among the
// threads.
// Requires: samples have the features that the forest asks for.
template <class T, class X, class Sink>
void evaluate(const Forest<T>& forest, Aggregate aggregate, const X* samples, Rows rows,
              Workers& workers, const StopToken& stop, const Sink& sink) {
  using Tile = ForestTile<T, X>;
  using State = typename Sink::template State<ScoreType<T, X>>;
  const std::int64_t at_once = Tile::targets_at_once(forest.targets);
  with_question<T, X>(forest, [&](const auto& asks) {
    workers.for_each_range(
        rows.count, Tile::rows_at_once(forest.targets), [&](std::int64_t begin, std::int64_t end) {
          Tile tile(forest, aggregate, stop);
          std::array<State, Tile::kMaxRows> states{};
          const X* first_sample = samples + begin * rows.features;
          for (std::int64_t first = 0; first < forest.targets; first += at_once) {
            tile.run(first_sample, {end - begin, rows.features}, first,
                     std::min(at_once, forest.targets - first), asks);
            for (std::int64_t r = 0; r < end - begin; ++r) {
              sink.take(states[static_cast<std::size_t>(r)],
                        Scores<ScoreType<T, X>>{begin + r, first, tile.scores(r), tile.has(r)});
            }
          }
          for (std::int64_t r = 0; r < end - begin; ++r) {
            sink.finish(states[static_cast<std::size_t>(r)], begin + r);
          }
        });
  });
}

}  // namespace mote::ml
