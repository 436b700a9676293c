// Dropout, as inference has it: nothing is dropped.
#include <algorithm>

#include "base/result.h"
#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/convert.h"
#include "ops/support/copy.h"

namespace mote {
namespace {

struct DropoutParams : OpParams {
  std::int64_t seed = 0;  // read, for nothing is random
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<DropoutParams>();
  AttributeReader r(attributes);
  p->seed = r.integer("seed", 0);
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

// Errors: kUnsupported, where elements would be dropped.
Status check_inference(const TensorView& ratio, const TensorView& training) {
  if (!training || !*training.as<bool>()) return {};
  float share = 0.5F;
  if (ratio) convert_range(ratio, 0, {DType::kF32, {1}, &share}, 0, 1);
  if (share == 0.0F) return {};
  return Error{Code::kUnsupported, cat("training_mode drops elements, with ratio ", share)};
}

Status reference(const OpParams*, const RunArgs& args) {
  const auto optional = [&](std::size_t i) {
    return i < args.in.size() ? args.in[i] : TensorView();
  };
  MOTE_TRY(check_inference(optional(1), optional(2)));
  if (args.out.size() > 1 && args.out[1].data != nullptr) {
    std::fill_n(args.out[1].as<bool>(), args.out[1].dims.count(), true);
  }
  if (args.out[0].data == nullptr || args.out[0].data == args.in[0].data) return {};
  return copy_elements(args.in[0], args.out[0]);
}

class DropoutStep final : public Step {
 public:
  bool may_overwrite(int input) const override { return input == 0; }
  std::string_view kernel() const override { return "copy"; }
  Status run(const RunArgs& args) const override { return reference(nullptr, args); }
};

Result<std::unique_ptr<Step>> prepare(const PrepareArgs& args) {
  const auto known = [&](std::size_t i) {
    const Tensor* constant = args.constant(i);
    return constant != nullptr ? constant->view() : TensorView();
  };
  const bool ratio_open = args.has(1) && args.constant(1) == nullptr;
  if (!ratio_open) MOTE_TRY(check_inference(known(1), known(2)));
  return std::make_unique<DropoutStep>();
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
};

extern const OnnxOp kOnnx_Dropout;
constinit const OnnxOp kOnnx_Dropout = {
    .name = "Dropout", .versions = kVersions, .upgrades = kUpgrades};

extern const OpDoc kDoc_Dropout;
constinit const OpDoc kDoc_Dropout = {
    .name = "Dropout",
    .doc =
        "The data as it is, and a mask that is true everywhere. Dropping elements, which "
        "`training_mode` asks for unless `ratio` is 0, is an error.",
    .samples = kSamples,
};

}  // namespace mote
