// Dropout: in training elements are dropped by chance; otherwise nothing is.
#include <algorithm>
#include <optional>
#include <random>

#include "base/random.h"
#include "base/result.h"
#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/convert.h"
#include "ops/support/copy.h"
#include "ops/support/indices.h"

namespace mote {
namespace {

struct DropoutParams : OpParams {
  std::optional<std::int64_t> seed;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<DropoutParams>();
  AttributeReader r(attributes);
  if (r.has("seed")) p->seed = r.integer("seed", 0);
  MOTE_TRY(r.finish());
  return p;
}

Status expect_scalar(const InferArgs& args, std::size_t i, std::string_view what) {
  if (!args.has(i) || !args.type(i).shape) return {};
  MOTE_ASSIGN(const Dim count, product(*args.type(i).shape));
  if (!count.known() || count.size() == 1) return {};
  return Error{Code::kInvalidArgument, cat(what, " has ", count.size(), " elements, not 1")};
}

// data: floats; ratio: one float; training_mode: one boolean. mask: bool.
Status infer(const InferArgs& args) {
  for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
    MOTE_TRY(expect_dtype(args, i,
                          {DType::kF32, DType::kF64, DType::kF16, DType::kBF16, DType::kF8E4M3FN,
                           DType::kF8E4M3FNUZ, DType::kF8E5M2, DType::kF8E5M2FNUZ}));
  }
  MOTE_TRY(expect_dtype(args, 2, {DType::kBool}));
  MOTE_TRY(expect_scalar(args, 1, "ratio"));
  MOTE_TRY(expect_scalar(args, 2, "training_mode"));
  args.set(0, args.type(0));
  args.set(1, {DType::kBool, args.type(0).shape});
  return {};
}

// The share of the elements that is to be dropped. Errors: kInvalidArgument: not in [0, 1).
Result<float> dropped_share(const TensorView& ratio, const TensorView& training) {
  if (!training || !*training.as<bool>()) return 0.0F;
  float share = 0.5F;
  if (ratio) convert_range(ratio, 0, {DType::kF32, {1}, &share}, 0, 1);
  if (share >= 0.0F && share < 1.0F) return share;
  return Error{Code::kInvalidArgument, cat("ratio ", share, " is outside [0, 1)")};
}

// In [0, 1), with 53 random bits: what ONNX's own implementation draws, so that a seed drops the
// same elements.
double draw(std::mt19937& random) {
  const auto high = static_cast<double>(random() >> 5);
  const auto low = static_cast<double>(random() >> 6);
  return (high * 67108864.0 + low) / 9007199254740992.0;
}

// Each element is kept by the chance 1 - share, and then divided by it.
void drop(const DropoutParams& p, float share, const TensorView& x, const MutTensorView& y,
          bool* mask) {
  std::mt19937 random(static_cast<std::uint32_t>(p.seed ? *p.seed : fresh_seed()));
  const float scale = 1.0F / (1.0F - share);
  for (std::int64_t i = 0; i < x.dims.count(); ++i) {
    const bool kept = draw(random) >= static_cast<double>(share);
    if (mask != nullptr) mask[i] = kept;
    double value = 0.0;
    convert_range(x, i, {DType::kF64, {1}, &value}, 0, 1);
    value *= kept ? static_cast<double>(scale) : 0.0;
    convert_range({DType::kF64, {1}, &value}, 0, y, i, 1);
  }
}

Status reference(const OpParams* params, const RunArgs& args) {
  MOTE_ASSIGN(const float share, dropped_share(optional_input(args, 1), optional_input(args, 2)));
  bool* mask = args.out.size() > 1 ? args.out[1].as<bool>() : nullptr;
  if (share > 0.0F) {
    drop(static_cast<const DropoutParams&>(*params), share, args.in[0], args.out[0], mask);
    return {};
  }
  if (mask != nullptr) std::fill_n(mask, args.out[1].dims.count(), true);
  if (args.out[0].data == nullptr || args.out[0].data == args.in[0].data) return {};
  return copy_elements(args.in[0], args.out[0]);
}

class DropoutStep final : public Step {
 public:
  explicit DropoutStep(const DropoutParams& p) : p_(p) {}
  bool may_overwrite(int input) const override { return input == 0; }
  std::string_view kernel() const override { return "copy"; }
  Status run(const RunArgs& args) const override { return reference(&p_, args); }

 private:
  DropoutParams p_;
};

Result<std::unique_ptr<Step>> prepare(const PrepareArgs& args) {
  return std::make_unique<DropoutStep>(args.params<DropoutParams>());
}

// Opset 7 took the training mode of the operator away.
Status drop_is_test(const UpgradeArgs& args) {
  args.node().attributes.erase("is_test");
  return {};
}

// Opset 10 made the mask booleans; whoever reads it still wants the type of the data.
Status mask_to_bool(const UpgradeArgs& args) {
  Graph& graph = args.graph;
  if (args.node().outputs.size() < 2 || args.node().outputs[1] == ValueId::kNone) return {};
  const ValueId mask = args.node().outputs[1];
  if (graph.unused(mask)) {
    graph.value(mask).producer = NodeId::kNone;
    args.node().outputs.resize(1);
    return {};
  }
  const DType dtype = args.type(0).dtype;
  if (dtype == DType::kUndefined) {
    return Error{Code::kUnsupported, "the mask needs an input whose element type is known"};
  }
  const ValueId kept = graph.add_value(cat(graph.value(mask).name, "_bool"));
  graph.value(kept).producer = args.id;
  args.node().outputs[1] = kept;
  Node cast;
  cast.op_type = "Cast";
  cast.inputs = {kept};
  cast.outputs = {mask};
  cast.attributes.set("to", static_cast<std::int64_t>(dtype));
  MOTE_TRY(bind(cast, args.ops));
  graph.add_node(std::move(cast), graph.next_node(args.id));
  return {};
}

Status ratio_to_input(const UpgradeArgs& args) {
  AttributeReader r(args.node().attributes);
  const float ratio = r.real("ratio", 0.5F);
  args.node().attributes.erase("ratio");
  args.set_input(1, args.add_constant("ratio", Tensor::scalar(ratio)));
  return {};
}

constexpr int kVersions[] = {1, 6, 7, 10, 12, 13, 22};
constexpr OnnxUpgrade kUpgrades[] = {
    {6, drop_consumed_inputs}, {7, drop_is_test}, {10, mask_to_bool}, {12, ratio_to_input}};

constexpr std::string_view kSamples[] = {
    "(x: f32[2,3]) -> (y) { y = Dropout(x) }",
    "(x: f16[2,3]) -> (y, m) { r: f32[] = {0.75} y, m = Dropout(x, r) {seed=7} }",
    "(x: f64[4]) -> (y, m) { t: bool[] = {0} y, m = Dropout(x, _, t) }",
    "(x: f32[0,3]) -> (y, m) { r: f32[] = {0} t: bool[] = {1} y, m = Dropout(x, r, t) }",
    "(x: f32[]) -> (y) { y = Dropout(x) }",
    "(x: bf16[40]) -> (y, m) { t: bool[] = {1} y, m = Dropout(x, _, t) {seed=3} }",
};

}  // namespace

extern const OpDef kOp_Dropout;
constinit const OpDef kOp_Dropout = {
    .name = "Dropout",
    .max_inputs = 3,
    .max_outputs = 2,
    .parse = parse,
    .infer = infer,
    .reference = reference,
    .prepare = prepare,
    .impure = true,
};

extern const OnnxOp kOnnx_Dropout;
constinit const OnnxOp kOnnx_Dropout = {
    .name = "Dropout", .versions = kVersions, .upgrades = kUpgrades};

extern const OpDoc kDoc_Dropout;
constinit const OpDoc kDoc_Dropout = {
    .name = "Dropout",
    .doc =
        "The data as they are, and a mask that is true everywhere; in `training_mode` a share "
        "`ratio` of the elements becomes 0, where the mask is false, and the others grow so that "
        "their mean stays.",
    .samples = kSamples,
};

}  // namespace mote
