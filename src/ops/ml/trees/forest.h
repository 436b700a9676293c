// Decision trees, checked and laid out to be walked fast: what the tree ensembles share.
#pragma once
#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace mote::ml {

// What a split asks of its feature. Other comparisons become these with the branches swapped.
enum class SplitRule : std::uint8_t { kLessEqual, kLess, kEqual, kMember };

// What attributes can ask, in the order of TreeEnsemble's numbers.
enum class Comparison : std::uint8_t {
  kLessEqual,
  kLess,
  kGreaterEqual,
  kGreater,
  kEqual,
  kNotEqual,
  kMember
};

// Trees as attributes state them. A node is the index of a split, or ~leaf.
struct ForestParts {
  using NodeRef = std::int32_t;

  struct Split {
    // Where it leads; nan_goes_true: also where the feature is not a number, which makes all
    // comparisons but kNotEqual false.
    void ask(Comparison comparison, bool nan_goes_true, NodeRef on_true, NodeRef on_false);

    std::int64_t feature = 0;
    SplitRule rule = SplitRule::kLessEqual;
    bool nan_is_true = false;  // where a feature that is not a number goes
    double value = 0;
    NodeRef children[2] = {};  // where the answer is false, true
    std::int32_t set = -1;     // of kMember
    std::int64_t id = 0;       // what messages call it
    std::int64_t tree = -1;    // -1: ids are those of all trees together
  };
  struct Weight {
    double value;
    std::int64_t target;
  };

  // "node 3 of tree 0"
  static std::string describe(const Split& split);

  std::vector<Split> splits;
  std::vector<NodeRef> roots;
  std::vector<std::uint32_t> leaf_begin = {
      0};  // weights of leaf i: [leaf_begin[i], leaf_begin[i + 1])
  std::vector<Weight> weights;
  std::vector<std::vector<double>> sets;
  std::int64_t targets = 1;
};

// The rule and the feature of a split in 32 bits.
class SplitQuestion {
 public:
  static constexpr std::int64_t kMaxFeature = (std::int64_t{1} << 29) - 1;

  SplitQuestion() = default;
  SplitQuestion(std::int64_t feature, SplitRule rule, bool nan_is_true)
      : bits_(static_cast<std::uint32_t>(feature) << 3 |
              static_cast<std::uint32_t>(nan_is_true) << 2 | static_cast<std::uint32_t>(rule)) {}

  std::uint32_t feature() const { return bits_ >> 3; }
  bool nan_is_true() const { return (bits_ >> 2 & 1) != 0; }
  SplitRule rule() const { return static_cast<SplitRule>(bits_ & 3); }

 private:
  std::uint32_t bits_ = 0;
};

// T: float, or double where some number is more than a float. Immutable once built.
template <class T>
struct Forest {
  struct Split {
    T value;
    SplitQuestion question;
    std::int32_t children[2];  // where the answer is false, true: a split, or ~leaf
  };
  struct Weight {
    T value;
    std::int32_t target;
  };

  // Splits lie in depth-first order, tree after tree; those that no root leads to are left out.
  // Branches may meet again, as converted sets of categories do.
  // Requires: every NodeRef and set is there, no set has a NaN.
  // Errors: kInvalidArgument: a split that leads back to itself, a feature or target out of range.
  static Result<Forest> build(const ForestParts& parts);

  std::span<const Weight> leaf(std::int32_t i) const {
    const std::size_t begin = leaf_begin[static_cast<std::size_t>(i)];
    return std::span(weights).subspan(begin, leaf_begin[static_cast<std::size_t>(i) + 1] - begin);
  }
  template <class C>
  bool is_member(std::int32_t split, C value) const {
    const std::vector<T>& set =
        sets[static_cast<std::size_t>(set_of[static_cast<std::size_t>(split)])];
    return value == value && std::binary_search(set.begin(), set.end(), value);
  }

  std::vector<Split> splits;
  std::vector<std::int32_t> roots;
  std::vector<std::uint32_t> leaf_begin;  // one more than there are leaves
  std::vector<Weight> weights;
  std::vector<std::int32_t> set_of;  // by split; empty if none is kMember
  std::vector<std::vector<T>> sets;  // sorted
  std::int64_t targets = 1;
  std::int64_t features = 0;  // how many a sample must have
  bool same_rule = true;      // all splits have the rule of the first
  bool any_nan_is_true = false;
};

}  // namespace mote::ml
