#include "ops/ml/trees/forest.h"

#include <algorithm>
#include <limits>

#include "base/text.h"

namespace mote::ml {
namespace {

using Split = ForestParts::Split;

constexpr std::int64_t kMaxTargets = std::numeric_limits<std::int32_t>::max();

Status check(const ForestParts& parts) {
  if (parts.targets < 1 || parts.targets > kMaxTargets) {
    return Error{Code::kInvalidArgument,
                 cat("n_targets ", parts.targets, " is outside [1, ", kMaxTargets, "]")};
  }
  for (const Split& split : parts.splits) {
    if (split.feature < 0 || split.feature > SplitQuestion::kMaxFeature) {
      return Error{Code::kInvalidArgument,
                   cat(ForestParts::describe(split), ": feature ", split.feature,
                       " is outside [0, ", SplitQuestion::kMaxFeature, "]")};
    }
  }
  for (const auto& weight : parts.weights) {
    if (weight.target >= 0 && weight.target < parts.targets) continue;
    return Error{Code::kInvalidArgument, cat("a leaf adds to target ", weight.target,
                                             ", which is outside [0, ", parts.targets - 1, "]")};
  }
  return {};
}

// Depth first, without recursion: trees may be as deep as they have nodes.
class Walk {
 public:
  explicit Walk(const ForestParts& parts) : parts_(parts), place_(parts.splits.size(), kUnseen) {}

  Status from(ForestParts::NodeRef root) {
    enter(root);
    while (!open_.empty()) {
      auto& [split, next_child] = open_.back();
      if (next_child == 2) {
        done_[index(split)] = true;
        open_.pop_back();
        continue;
      }
      // The true branch first, so that it lies behind its split.
      const auto child = parts_.splits[index(split)].children[1 - next_child++];
      if (child >= 0 && place_[index(child)] != kUnseen && !done_[index(child)]) {
        return Error{Code::kInvalidArgument, cat(ForestParts::describe(parts_.splits[index(child)]),
                                                 " leads back to itself")};
      }
      enter(child);
    }
    return {};
  }

  std::span<const std::int32_t> order() const { return order_; }
  // Where a node has gone; leaves keep their numbers.
  std::int32_t placed(ForestParts::NodeRef node) const {
    return node < 0 ? node : place_[index(node)];
  }

 private:
  static constexpr std::int32_t kUnseen = -1;

  static std::size_t index(std::int32_t i) { return static_cast<std::size_t>(i); }

  void enter(ForestParts::NodeRef node) {
    if (node < 0 || place_[index(node)] != kUnseen) return;
    place_[index(node)] = static_cast<std::int32_t>(order_.size());
    order_.push_back(node);
    open_.push_back({node, 0});
  }

  struct Open {
    std::int32_t split;
    int next_child;
  };

  const ForestParts& parts_;
  std::vector<std::int32_t> place_;  // by split
  std::vector<bool> done_ = std::vector<bool>(place_.size());
  std::vector<std::int32_t> order_;
  std::vector<Open> open_;
};

}  // namespace

void ForestParts::Split::ask(Comparison comparison, bool nan_goes_true, NodeRef on_true,
                             NodeRef on_false) {
  const auto become = [&](SplitRule r, bool nan, NodeRef no, NodeRef yes) {
    rule = r;
    nan_is_true = nan;
    children[0] = no;
    children[1] = yes;
  };
  switch (comparison) {
    case Comparison::kLessEqual:
      return become(SplitRule::kLessEqual, nan_goes_true, on_false, on_true);
    case Comparison::kLess:
      return become(SplitRule::kLess, nan_goes_true, on_false, on_true);
    case Comparison::kGreaterEqual:
      return become(SplitRule::kLess, !nan_goes_true, on_true, on_false);
    case Comparison::kGreater:
      return become(SplitRule::kLessEqual, !nan_goes_true, on_true, on_false);
    case Comparison::kEqual:
      return become(SplitRule::kEqual, nan_goes_true, on_false, on_true);
    case Comparison::kNotEqual:
      return become(SplitRule::kEqual, false, on_true, on_false);
    case Comparison::kMember:
      return become(SplitRule::kMember, nan_goes_true, on_false, on_true);
  }
}

std::string ForestParts::describe(const Split& split) {
  return split.tree < 0 ? cat("node ", split.id) : cat("node ", split.id, " of tree ", split.tree);
}

template <class T>
Result<Forest<T>> Forest<T>::build(const ForestParts& parts) {
  MOTE_TRY(check(parts));
  Walk walk(parts);
  for (const auto root : parts.roots) MOTE_TRY(walk.from(root));
  Forest forest;
  forest.targets = parts.targets;
  forest.splits.reserve(walk.order().size());
  for (const std::int32_t i : walk.order()) {
    const ForestParts::Split& from = parts.splits[static_cast<std::size_t>(i)];
    forest.splits.push_back({static_cast<T>(from.value),
                             SplitQuestion(from.feature, from.rule, from.nan_is_true),
                             {walk.placed(from.children[0]), walk.placed(from.children[1])}});
    forest.features = std::max(forest.features, from.feature + 1);
    forest.same_rule &= from.rule == forest.splits.front().question.rule();
    forest.any_nan_is_true |= from.nan_is_true;
    if (from.rule == SplitRule::kMember) {
      forest.set_of.resize(walk.order().size(), -1);
      forest.set_of[forest.splits.size() - 1] = from.set;
    }
  }
  for (const auto root : parts.roots) forest.roots.push_back(walk.placed(root));
  forest.leaf_begin = parts.leaf_begin;
  for (const auto& [value, target] : parts.weights) {
    forest.weights.push_back({static_cast<T>(value), static_cast<std::int32_t>(target)});
  }
  for (const auto& set : parts.sets) {
    std::vector<T> sorted(set.begin(), set.end());
    std::ranges::sort(sorted);
    forest.sets.push_back(std::move(sorted));
  }
  return forest;
}

template struct Forest<float>;
template struct Forest<double>;

}  // namespace mote::ml
