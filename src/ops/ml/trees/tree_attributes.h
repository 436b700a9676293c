// The attributes of TreeEnsembleRegressor and TreeEnsembleClassifier: nodes with ids, and weights
// that name the leaves they are of.
#pragma once
#include "ir/attributes.h"
#include "ops/ml/trees/forest_params.h"

namespace mote::ml {

// What the attributes about weights are called.
struct WeightNames {
  std::string_view trees, nodes, ids, weights, weights_as_tensor;
};
inline constexpr WeightNames kTargetNames = {"target_treeids", "target_nodeids", "target_ids",
                                             "target_weights", "target_weights_as_tensor"};
inline constexpr WeightNames kClassNames = {"class_treeids", "class_nodeids", "class_ids",
                                            "class_weights", "class_weights_as_tensor"};

struct TreeAttributes {
  std::vector<std::int64_t> tree_ids, node_ids, feature_ids, true_ids, false_ids, missing_true;
  std::vector<std::string> modes;
  std::vector<double> values;
  WeightNames names;
  std::vector<std::int64_t> weight_trees, weight_nodes, weight_ids;
  std::vector<double> weights;
  std::vector<double> base;
  bool doubles = false;  // some number was given as a double

  // Errors: kInvalidArgument: an attribute both as floats and as a tensor.
  static Result<TreeAttributes> read(AttributeReader& r, const WeightNames& names);

  // Weights go to `targets` targets. Errors: kInvalidArgument: lists of unequal length, a node that
  // is there twice or not at all, an unknown mode, what Forest::build finds.
  Status build(std::int64_t targets, ForestParams& params) const;
};

struct RealList {
  std::vector<double> values;
  bool doubles = false;
};
// Floats, or the tensor that takes their place. Requires: the names outlive `r`.
// Errors: kInvalidArgument: both are given.
Result<RealList> read_reals(AttributeReader& r, std::string_view name, std::string_view as_tensor);
// Elements of an f64, f32 or f16 tensor, whatever its shape. Errors: kInvalidArgument, naming it.
Result<RealList> reals_of(const Tensor& tensor, std::string_view name);

// Errors: kInvalidArgument: list `name` has another length than list `other`.
Status expect_length(std::string_view name, std::size_t length, std::string_view other,
                     std::size_t expected);

}  // namespace mote::ml
