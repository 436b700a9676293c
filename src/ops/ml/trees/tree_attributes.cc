#include "ops/ml/trees/tree_attributes.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include "base/text.h"
#include "ops/support/convert.h"

namespace mote::ml {
namespace {

constexpr std::string_view kModes[] = {"BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE",
                                       "BRANCH_GT",  "BRANCH_EQ", "BRANCH_NEQ"};

std::string node_name(std::int64_t tree, std::int64_t id) {
  return cat("node ", id, " of tree ", tree);
}

// Finds nodes by tree and id, and what each becomes: a split or a leaf.
class NodeIndex {
 public:
  static Result<NodeIndex> make(const TreeAttributes& a) {
    NodeIndex index;
    for (std::size_t i = 0; i < a.node_ids.size(); ++i) {
      index.sorted_.push_back({a.tree_ids[i], a.node_ids[i], i});
      const bool leaf = a.modes[i] == "LEAF";
      index.refs_.push_back(leaf ? ~index.leaves_++ : index.splits_++);
    }
    std::ranges::sort(index.sorted_);
    const auto twice = std::ranges::adjacent_find(
        index.sorted_, [](const Entry& x, const Entry& y) { return key(x) == key(y); });
    if (twice != index.sorted_.end()) {
      return Error{Code::kInvalidArgument,
                   cat(node_name(std::get<0>(*twice), std::get<1>(*twice)), " is there twice")};
    }
    return index;
  }

  std::optional<ForestParts::NodeRef> find(std::int64_t tree, std::int64_t id) const {
    const auto it = std::ranges::lower_bound(sorted_, std::tuple(tree, id), {}, key);
    if (it == sorted_.end() || key(*it) != std::tuple(tree, id)) return std::nullopt;
    return refs_[std::get<2>(*it)];
  }

  // The first node of each tree, in the order of the attributes.
  std::vector<ForestParts::NodeRef> roots() const {
    std::vector<std::size_t> first;
    for (std::size_t i = 0; i < sorted_.size(); ++i) {
      const auto& [tree, id, at] = sorted_[i];
      if (i == 0 || std::get<0>(sorted_[i - 1]) != tree) {
        first.push_back(at);
      } else {
        first.back() = std::min(first.back(), at);
      }
    }
    std::ranges::sort(first);
    std::vector<ForestParts::NodeRef> roots;
    for (const std::size_t at : first) roots.push_back(refs_[at]);
    return roots;
  }

  std::int32_t leaves() const { return leaves_; }

 private:
  using Entry = std::tuple<std::int64_t, std::int64_t, std::size_t>;  // tree, id, position
  static std::tuple<std::int64_t, std::int64_t> key(const Entry& e) {
    return {std::get<0>(e), std::get<1>(e)};
  }

  std::vector<Entry> sorted_;
  std::vector<ForestParts::NodeRef> refs_;  // by position
  std::int32_t leaves_ = 0;
  std::int32_t splits_ = 0;
};

Status check_lengths(const TreeAttributes& a) {
  const std::size_t nodes = a.node_ids.size();
  const auto expect = [&](std::string_view name, std::size_t length) {
    return expect_length(name, length, "nodes_nodeids", nodes);
  };
  MOTE_TRY(expect("nodes_treeids", a.tree_ids.size()));
  MOTE_TRY(expect("nodes_featureids", a.feature_ids.size()));
  MOTE_TRY(expect("nodes_truenodeids", a.true_ids.size()));
  MOTE_TRY(expect("nodes_falsenodeids", a.false_ids.size()));
  MOTE_TRY(expect("nodes_modes", a.modes.size()));
  MOTE_TRY(expect("nodes_values", a.values.size()));
  if (!a.missing_true.empty()) {
    MOTE_TRY(expect("nodes_missing_value_tracks_true", a.missing_true.size()));
  }
  const std::size_t weights = a.weight_ids.size();
  MOTE_TRY(expect_length(a.names.trees, a.weight_trees.size(), a.names.ids, weights));
  MOTE_TRY(expect_length(a.names.nodes, a.weight_nodes.size(), a.names.ids, weights));
  MOTE_TRY(expect_length(a.names.weights, a.weights.size(), a.names.ids, weights));
  if (nodes <= std::size_t{1} << 30 && weights <= std::size_t{1} << 30) return {};
  return Error{Code::kUnsupported, cat(nodes, " nodes and ", weights, " weights are too many")};
}

Status add_splits(const TreeAttributes& a, const NodeIndex& index, ForestParts& parts) {
  for (std::size_t i = 0; i < a.modes.size(); ++i) {
    if (a.modes[i] == "LEAF") continue;
    const auto mode = std::ranges::find(kModes, a.modes[i]);
    if (mode == std::end(kModes)) {
      return Error{Code::kInvalidArgument, cat(node_name(a.tree_ids[i], a.node_ids[i]), ": mode '",
                                               a.modes[i], "' is none that there is")};
    }
    const auto child = [&](std::string_view which,
                           std::int64_t id) -> Result<ForestParts::NodeRef> {
      if (const auto found = index.find(a.tree_ids[i], id)) return *found;
      return Error{Code::kInvalidArgument, cat(node_name(a.tree_ids[i], a.node_ids[i]), ": its ",
                                               which, " child ", id, " is not there")};
    };
    MOTE_ASSIGN(const auto on_true, child("true", a.true_ids[i]));
    MOTE_ASSIGN(const auto on_false, child("false", a.false_ids[i]));
    ForestParts::Split split;
    split.feature = a.feature_ids[i];
    split.value = a.values[i];
    split.id = a.node_ids[i];
    split.tree = a.tree_ids[i];
    const bool nan_goes_true = !a.missing_true.empty() && a.missing_true[i] != 0;
    split.ask(static_cast<Comparison>(mode - std::begin(kModes)), nan_goes_true, on_true, on_false);
    parts.splits.push_back(split);
  }
  return {};
}

// Those of one leaf in the attributes' order. Weights of splits have no effect, and stand in models
// that exist.
Status add_weights(const TreeAttributes& a, const NodeIndex& index, ForestParts& parts) {
  std::vector<std::pair<std::int32_t, std::size_t>> by_leaf;
  for (std::size_t i = 0; i < a.weight_ids.size(); ++i) {
    const auto node = index.find(a.weight_trees[i], a.weight_nodes[i]);
    if (!node) {
      return Error{Code::kInvalidArgument, cat(a.names.nodes, "[", i, "]: there is no ",
                                               node_name(a.weight_trees[i], a.weight_nodes[i]))};
    }
    if (*node < 0) by_leaf.emplace_back(~*node, i);
  }
  std::ranges::sort(by_leaf);
  std::size_t next = 0;
  for (std::int32_t leaf = 0; leaf < index.leaves(); ++leaf) {
    for (; next < by_leaf.size() && by_leaf[next].first == leaf; ++next) {
      const std::size_t i = by_leaf[next].second;
      parts.weights.push_back({a.weights[i], a.weight_ids[i]});
    }
    parts.leaf_begin.push_back(static_cast<std::uint32_t>(parts.weights.size()));
  }
  return {};
}

}  // namespace

Status expect_length(std::string_view name, std::size_t length, std::string_view other,
                     std::size_t expected) {
  if (length == expected) return {};
  return Error{Code::kInvalidArgument,
               cat(name, " has ", length, " entries, ", other, " has ", expected)};
}

Result<RealList> reals_of(const Tensor& tensor, std::string_view name) {
  const DType from = tensor.dtype();
  if (from != DType::kF32 && from != DType::kF64 && from != DType::kF16) {
    return Error{Code::kInvalidArgument,
                 cat(name, " is of ", mote::name(from), ", not of f16, f32 or f64")};
  }
  MOTE_ASSIGN(Tensor reals, Tensor::zeros(DType::kF64, {tensor.count()}));
  convert_range(tensor.view(), 0, reals.mut(), 0, tensor.count());
  const auto values = reals.values<double>();
  return RealList{{values.begin(), values.end()}, from == DType::kF64};
}

Result<RealList> read_reals(AttributeReader& r, std::string_view name, std::string_view as_tensor) {
  const std::vector<float> floats = r.reals(name, {});
  const Tensor tensor = r.tensor(as_tensor);
  if (!tensor) return RealList{{floats.begin(), floats.end()}, false};
  if (floats.empty()) return reals_of(tensor, as_tensor);
  return Error{Code::kInvalidArgument, cat(name, " and ", as_tensor, " are both given")};
}

Result<TreeAttributes> TreeAttributes::read(AttributeReader& r, const WeightNames& names) {
  TreeAttributes a;
  a.names = names;
  a.tree_ids = r.integers("nodes_treeids", {});
  a.node_ids = r.integers("nodes_nodeids", {});
  a.feature_ids = r.integers("nodes_featureids", {});
  a.true_ids = r.integers("nodes_truenodeids", {});
  a.false_ids = r.integers("nodes_falsenodeids", {});
  a.missing_true = r.integers("nodes_missing_value_tracks_true", {});
  a.modes = r.texts("nodes_modes", {});
  a.weight_trees = r.integers(names.trees, {});
  a.weight_nodes = r.integers(names.nodes, {});
  a.weight_ids = r.integers(names.ids, {});
  r.reals("nodes_hitrates", {});  // say how often a node is reached: no part of the answer
  r.tensor("nodes_hitrates_as_tensor");
  // All are read before one may be refused, so that none is taken for a stray one.
  auto values = read_reals(r, "nodes_values", "nodes_values_as_tensor");
  auto weights = read_reals(r, names.weights, names.weights_as_tensor);
  auto base = read_reals(r, "base_values", "base_values_as_tensor");
  for (auto& [list, to] : {std::pair(&values, &a.values), std::pair(&weights, &a.weights),
                           std::pair(&base, &a.base)}) {
    MOTE_ASSIGN(RealList reals, std::move(*list));
    a.doubles |= reals.doubles;
    *to = std::move(reals.values);
  }
  return a;
}

Status TreeAttributes::build(std::int64_t targets, ForestParams& params) const {
  MOTE_TRY(check_lengths(*this));
  MOTE_ASSIGN(const NodeIndex index, NodeIndex::make(*this));
  ForestParts parts;
  parts.targets = targets;
  parts.roots = index.roots();
  MOTE_TRY(add_splits(*this, index, parts));
  MOTE_TRY(add_weights(*this, index, parts));
  params.base = base;
  return build_forest(parts, doubles, params);
}

}  // namespace mote::ml
