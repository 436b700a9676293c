// TreeEnsemble: trees whose splits and leaves are lists of their own.
#include "base/text.h"
#include "ops/ml/trees/target_sink.h"
#include "ops/ml/trees/tree_attributes.h"
#include "ops/ops.h"
#include "ops/support/expect_elements.h"

namespace mote {
namespace {

using namespace ml;

using EnsembleElements = Elements<float, double, F16>;

struct NodeLists {
  std::vector<std::int64_t> roots, features, on_true, on_false, true_is_leaf, false_is_leaf;
  std::vector<std::int64_t> missing_true, leaf_targets;
  Tensor modes, splits, leaf_weights, members;
  std::int64_t targets = 1;

  explicit NodeLists(AttributeReader& r) {
    roots = r.required_integers("tree_roots");
    features = r.required_integers("nodes_featureids");
    on_true = r.required_integers("nodes_truenodeids");
    on_false = r.required_integers("nodes_falsenodeids");
    true_is_leaf = r.required_integers("nodes_trueleafs");
    false_is_leaf = r.required_integers("nodes_falseleafs");
    missing_true = r.integers("nodes_missing_value_tracks_true", {});
    leaf_targets = r.required_integers("leaf_targetids");
    modes = r.tensor("nodes_modes");
    splits = r.tensor("nodes_splits");
    leaf_weights = r.tensor("leaf_weights");
    members = r.tensor("membership_values");
    r.tensor("nodes_hitrates");  // says how often a node is reached: no part of the answer
    targets = r.integer("n_targets", 1);
  }
};

Status check_lengths(const NodeLists& n) {
  const std::size_t nodes = n.features.size();
  const auto expect = [&](std::string_view name, std::size_t length) {
    return expect_length(name, length, "nodes_featureids", nodes);
  };
  MOTE_TRY(expect("nodes_truenodeids", n.on_true.size()));
  MOTE_TRY(expect("nodes_falsenodeids", n.on_false.size()));
  MOTE_TRY(expect("nodes_trueleafs", n.true_is_leaf.size()));
  MOTE_TRY(expect("nodes_falseleafs", n.false_is_leaf.size()));
  if (!n.missing_true.empty()) {
    MOTE_TRY(expect("nodes_missing_value_tracks_true", n.missing_true.size()));
  }
  if (n.modes.dtype() != DType::kU8) {
    return Error{Code::kInvalidArgument, "nodes_modes is no tensor of u8"};
  }
  MOTE_TRY(expect("nodes_modes", static_cast<std::size_t>(n.modes.count())));
  if (nodes <= std::size_t{1} << 30 && n.leaf_targets.size() <= std::size_t{1} << 30) return {};
  return Error{Code::kUnsupported,
               cat(nodes, " nodes and ", n.leaf_targets.size(), " leaves are too many")};
}

// Position `at` in the list `what` of `size` entries. Errors: kInvalidArgument, outside of it.
Result<std::int32_t> position(std::int64_t at, std::size_t size, const std::string& what) {
  if (at >= 0 && static_cast<std::uint64_t>(at) < size) return static_cast<std::int32_t>(at);
  return Error{Code::kInvalidArgument, cat(what, " ", at, " is outside [0, ", size, ")")};
}

// The members of each kMember node in turn, a NaN behind each set (the last may lack it).
Status add_sets(const NodeLists& n, std::size_t expected, ForestParts& parts, bool& doubles) {
  if (n.members) {
    MOTE_ASSIGN(const RealList members, reals_of(n.members, "membership_values"));
    doubles |= members.doubles;
    bool open = false;
    for (const double member : members.values) {
      if (!open) parts.sets.emplace_back();
      open = member == member;
      if (open) parts.sets.back().push_back(member);
    }
  }
  if (parts.sets.size() == expected) return {};
  return Error{Code::kInvalidArgument, cat("membership_values has ", parts.sets.size(),
                                           " sets for ", expected, " nodes of mode BRANCH_MEMBER")};
}

Status add_splits(const NodeLists& n, ForestParts& parts, bool& doubles) {
  const std::size_t nodes = n.features.size();
  MOTE_ASSIGN(const RealList values, reals_of(n.splits, "nodes_splits"));
  MOTE_TRY(expect_length("nodes_splits", values.values.size(), "nodes_featureids", nodes));
  doubles |= values.doubles;
  std::int32_t sets = 0;
  for (std::size_t i = 0; i < nodes; ++i) {
    const auto child = [&](std::int64_t at, bool leaf,
                           std::string_view which) -> Result<ForestParts::NodeRef> {
      MOTE_ASSIGN(const auto found,
                  position(at, leaf ? n.leaf_targets.size() : nodes,
                           cat("node ", i, ": its ", which, leaf ? " leaf" : " child")));
      return leaf ? ~found : found;
    };
    const std::uint8_t mode = n.modes.values<std::uint8_t>()[i];
    if (mode > static_cast<std::uint8_t>(Comparison::kMember)) {
      return Error{Code::kInvalidArgument, cat("nodes_modes[", i, "] is ", mode, ", not 0 to 6")};
    }
    MOTE_ASSIGN(const auto on_true, child(n.on_true[i], n.true_is_leaf[i] != 0, "true"));
    MOTE_ASSIGN(const auto on_false, child(n.on_false[i], n.false_is_leaf[i] != 0, "false"));
    ForestParts::Split split;
    split.feature = n.features[i];
    split.value = values.values[i];
    split.id = static_cast<std::int64_t>(i);
    split.ask(Comparison{mode}, !n.missing_true.empty() && n.missing_true[i] != 0, on_true,
              on_false);
    if (split.rule == SplitRule::kMember) split.set = sets++;
    parts.splits.push_back(split);
  }
  return add_sets(n, static_cast<std::size_t>(sets), parts, doubles);
}

Status build(const NodeLists& n, ForestParams& p) {
  MOTE_TRY(check_lengths(n));
  MOTE_ASSIGN(const RealList weights, reals_of(n.leaf_weights, "leaf_weights"));
  MOTE_TRY(expect_length("leaf_weights", weights.values.size(), "leaf_targetids",
                         n.leaf_targets.size()));
  ForestParts parts;
  bool doubles = weights.doubles;
  parts.targets = n.targets;
  MOTE_TRY(add_splits(n, parts, doubles));
  for (std::size_t i = 0; i < n.leaf_targets.size(); ++i) {
    parts.weights.push_back({weights.values[i], n.leaf_targets[i]});
    parts.leaf_begin.push_back(static_cast<std::uint32_t>(i + 1));
  }
  for (std::size_t i = 0; i < n.roots.size(); ++i) {
    MOTE_ASSIGN(const auto root,
                position(n.roots[i], n.features.size(), cat("tree_roots[", i, "]")));
    parts.roots.push_back(root);
  }
  return build_forest(parts, doubles, p);
}

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<ForestParams>();
  AttributeReader r(attributes);
  const NodeLists lists(r);
  const std::int64_t aggregate = r.integer("aggregate_function", 1);
  const std::int64_t transform = r.integer("post_transform", 0);
  MOTE_TRY(r.finish());
  if (aggregate < 0 || aggregate > 3) {
    return Error{Code::kInvalidArgument, cat("aggregate_function ", aggregate, " is not 0 to 3")};
  }
  if (transform < 0 || transform > 4) {
    return Error{Code::kInvalidArgument, cat("post_transform ", transform, " is not 0 to 4")};
  }
  p->aggregate = static_cast<Aggregate>(aggregate);
  p->transform = static_cast<PostTransform>(transform);
  MOTE_TRY(build(lists, *p));
  return p;
}

// X: [N,F]. Y: [N,n_targets] of its dtype.
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, 0, EnsembleElements()));
  return infer_scores(args.params<ForestParams>(), args, 0, args.type(0).dtype);
}

Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = static_cast<const ForestParams&>(*params);
  return with_dtype(EnsembleElements(), args.out[0].dtype, [&](auto element) {
    using T = decltype(element);
    return evaluate_samples(Elements<T>(), p, args, TargetSink<T>{p, args.out[0].as<T>()});
  });
}

constexpr int kVersions[] = {5};

constexpr std::string_view kSamples[] = {
    "(x: f32[70,3]) -> (y) {\n"
    "  y = ai.onnx.ml.TreeEnsemble(x) {n_targets=2, tree_roots=[0, 3], nodes_modes=u8[4]{0, 5, 3, "
    "6},\n"
    "    nodes_featureids=[0, 1, 2, 1], nodes_splits=f32[4]{0.5, -1, 1, 0},\n"
    "    nodes_truenodeids=[1, 0, 2, 3], nodes_trueleafs=[0, 1, 1, 1],\n"
    "    nodes_falsenodeids=[2, 1, 3, 4], nodes_falseleafs=[0, 1, 1, 1],\n"
    "    nodes_missing_value_tracks_true=[0, 1, 0, 1], membership_values=f32[3]{0, 2, nan},\n"
    "    leaf_targetids=[0, 1, 0, 1, 1], leaf_weights=f32[5]{1, -2, 0.5, 4, 8}} }",
    "(x: f16[3,1]) -> (y) {\n"
    "  y = ai.onnx.ml.TreeEnsemble(x) {n_targets=2, tree_roots=[0], nodes_modes=u8[1]{1},\n"
    "    nodes_featureids=[0], nodes_splits=f16[1]{0.5}, nodes_truenodeids=[0],\n"
    "    nodes_trueleafs=[1], nodes_falsenodeids=[1], nodes_falseleafs=[1],\n"
    "    leaf_targetids=[0, 1], leaf_weights=f16[2]{1, 2}, post_transform=1} }",
    "(x: f64[5,2]) -> (y) {\n"
    "  y = ai.onnx.ml.TreeEnsemble(x) {n_targets=1, tree_roots=[0, 1], nodes_modes=u8[2]{2, 4},\n"
    "    nodes_featureids=[1, 0], nodes_splits=f64[2]{0.1, 0}, nodes_truenodeids=[0, 2],\n"
    "    nodes_trueleafs=[1, 1], nodes_falsenodeids=[1, 2], nodes_falseleafs=[1, 1],\n"
    "    leaf_targetids=[0, 0, 0], leaf_weights=f64[3]{1, 2, 4}, aggregate_function=0,\n"
    "    post_transform=4} }",
};

}  // namespace

extern const OpDef kOp_ai_onnx_ml_TreeEnsemble;
constinit const OpDef kOp_ai_onnx_ml_TreeEnsemble = {
    .name = "TreeEnsemble",
    .domain = "ai.onnx.ml",
    .parse = parse,
    .infer = infer,
    .reference = reference,
    .windowed = true,
};

extern const OnnxOp kOnnx_ai_onnx_ml_TreeEnsemble;
constinit const OnnxOp kOnnx_ai_onnx_ml_TreeEnsemble = {
    .name = "TreeEnsemble", .domain = "ai.onnx.ml", .versions = kVersions};

extern const OpDoc kDoc_ai_onnx_ml_TreeEnsemble;
constinit const OpDoc kDoc_ai_onnx_ml_TreeEnsemble = {
    .name = "TreeEnsemble",
    .domain = "ai.onnx.ml",
    .doc =
        "Sends each row of `X` through decision trees; the weights of the leaves it reaches, put "
        "together by `aggregate_function`, are the scores of the targets.",
    .samples = kSamples,
};

}  // namespace mote
