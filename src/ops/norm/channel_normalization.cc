// GroupNormalization and InstanceNormalization: channels of one image normalized, in groups or each
// by itself.
#include "base/text.h"
#include "ops/norm/moments.h"
#include "ops/norm/norm_step.h"
#include "ops/ops.h"
#include "ops/support/expect_elements.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

struct ChannelNormParams : OpParams {
  std::int64_t groups = 0;  // 0: one for each channel
  float epsilon = 1e-5F;
};

Result<std::unique_ptr<const OpParams>> parse_instance(const Attributes& attributes) {
  auto p = std::make_unique<ChannelNormParams>();
  AttributeReader r(attributes);
  p->epsilon = r.real("epsilon", 1e-5F);
  MOTE_TRY(r.finish());
  return p;
}

Result<std::unique_ptr<const OpParams>> parse_group(const Attributes& attributes) {
  auto p = std::make_unique<ChannelNormParams>();
  AttributeReader r(attributes);
  p->epsilon = r.real("epsilon", 1e-5F);
  p->groups = r.required_integer("num_groups");
  // The precision of the first stage: here f64, rounded to the element type.
  const std::int64_t stash = r.integer("stash_type", 1);
  MOTE_TRY(r.finish());
  if (p->groups < 1) {
    return Error{Code::kInvalidArgument, cat("num_groups ", p->groups, " is not positive")};
  }
  if (stash != 1 && stash != 10 && stash != 11 && stash != 16) {
    return Error{Code::kInvalidArgument, cat("stash_type ", stash, " is no float type")};
  }
  return p;
}

// X: [N, C, D...]; scale, bias: [C]. Y as X.
Status infer(const InferArgs& args) {
  const auto& p = args.params<ChannelNormParams>();
  const TensorType& x = args.type(0);
  MOTE_TRY(expect_elements(args, 0, FloatElements{}));
  MOTE_TRY(shared_dtype(args, {0, 1, 2}));
  if (x.shape && x.rank() < 2) {
    return Error{Code::kInvalidArgument, cat("X has rank ", x.rank(), ", less than 2")};
  }
  const Dim channels = size_of(args, 0, 1);
  MOTE_TRY(expect_vector(args, 1, channels, "scale"));
  MOTE_TRY(expect_vector(args, 2, channels, "bias"));
  const bool divides =
      p.groups == 0 || !channels.known() ||
      (p.groups <= std::max<std::int64_t>(channels.size(), 1) && channels.size() % p.groups == 0);
  if (!divides) {
    return Error{Code::kInvalidArgument,
                 cat("num_groups ", p.groups, " does not divide ", channels.size(), " channels")};
  }
  args.set(0, x);
  return {};
}

NormGeometry geometry_of(const ChannelNormParams& p, const Dims& x) {
  NormGeometry g;
  const std::int64_t groups = p.groups > 0 ? p.groups : x[1];
  g.rows = x[0] * groups;
  g.channels = groups > 0 ? x[1] / groups : 0;
  g.run = x.count(2, x.rank());
  g.scales = x[1];
  g.by_channel = true;
  return g;
}

template <class T>
void normalize(const NormGeometry& g, float epsilon, const RunArgs& args) {
  for (std::int64_t r = 0; r < g.rows; ++r) {
    const T* x = args.in[0].as<T>() + r * g.channels * g.run;
    T* y = args.out[0].as<T>() + r * g.channels * g.run;
    const Moments moments = moments_of(x, g.channels * g.run);
    const double inverse = moments.inverse_deviation(epsilon);
    for (std::int64_t i = 0; i < g.channels * g.run; ++i) {
      const std::int64_t c = (r * g.channels + i / g.run) % g.scales;
      const double first = (static_cast<double>(x[i]) - moments.mean) * inverse;
      y[i] = rounded<T>(static_cast<double>(rounded<T>(first)) * load_real(args.in[1], c) +
                        load_real(args.in[2], c));
    }
  }
}

Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = *static_cast<const ChannelNormParams*>(params);
  const NormGeometry g = geometry_of(p, args.in[0].dims);
  return with_dtype(FloatElements{}, args.in[0].dtype, [&]<class T>(T) -> Status {
    normalize<T>(g, p.epsilon, args);
    return {};
  });
}

Result<std::unique_ptr<Step>> prepare(const PrepareArgs& args) {
  const auto& p = args.params<ChannelNormParams>();
  const Dims x = args.in_dims(0);
  if (args.in_dtype(0) != DType::kF32 || x.count() == 0) return std::unique_ptr<Step>();
  return make_norm_step(args.kernels, geometry_of(p, x), p.epsilon);
}

// Until opset 21 there was one scale for each group: each repeats for its group's channels.
Result<ValueId> spread(const UpgradeArgs& args, ValueId value, std::int64_t groups,
                       std::int64_t each) {
  const auto sizes = [&](std::string_view role, std::initializer_list<std::int64_t> list) {
    return args.add_constant(role, Tensor::of<std::int64_t>({std::ssize(list)}, list));
  };
  MOTE_ASSIGN(const ValueId column,
              args.add_before("Reshape", {value, sizes("column", {groups, 1})}, {}));
  MOTE_ASSIGN(const ValueId table,
              args.add_before("Expand", {column, sizes("table", {groups, each})}, {}));
  return args.add_before("Reshape", {table, sizes("list", {-1})}, {});
}

Status scale_by_channel(const UpgradeArgs& args) {
  const AttributeValue* value = args.node().attributes.find("num_groups");
  const auto* groups = value != nullptr ? std::get_if<std::int64_t>(value) : nullptr;
  const auto& shape = args.type(0).shape;
  if (groups == nullptr || *groups < 1) {
    return Error{Code::kInvalidArgument, "num_groups is missing or not positive"};
  }
  if (!shape || shape->size() < 2 || !(*shape)[1].known()) {
    return Error{Code::kUnsupported, "scale by groups needs a known number of channels"};
  }
  const std::int64_t channels = (*shape)[1].size();
  if (channels % *groups != 0) {
    return Error{Code::kInvalidArgument,
                 cat("num_groups ", *groups, " does not divide ", channels, " channels")};
  }
  const std::int64_t count = *groups;
  for (const std::size_t i : {1, 2}) {
    MOTE_ASSIGN(const ValueId list, spread(args, args.input(i), count, channels / count));
    args.set_input(i, list);
  }
  return {};
}

constexpr int kInstanceVersions[] = {1, 6, 22};
constexpr OnnxUpgrade kInstanceUpgrades[] = {{6, drop_consumed_inputs}};
constexpr int kGroupVersions[] = {18, 21};
constexpr OnnxUpgrade kGroupUpgrades[] = {{21, scale_by_channel}};

constexpr std::string_view kInstanceSamples[] = {
    "(x: f32[2,3,4,5], s: f32[3], b: f32[3]) -> (y) { y = InstanceNormalization(x, s, b) }",
    "(x: f32[1,2,1100], s: f32[2], b: f32[2]) -> (y) {\n"
    "  y = InstanceNormalization(x, s, b) {epsilon=0.1} }",
    "(x: f64[2,3,4], s: f64[3], b: f64[3]) -> (y) { y = InstanceNormalization(x, s, b) }",
    "(x: f16[2,3,4], s: f16[3], b: f16[3]) -> (y) { y = InstanceNormalization(x, s, b) }",
    "(x: bf16[2,3,4], s: bf16[3], b: bf16[3]) -> (y) { y = InstanceNormalization(x, s, b) }",
    "(x: f32[0,3,4], s: f32[3], b: f32[3]) -> (y) { y = InstanceNormalization(x, s, b) }",
};
constexpr std::string_view kGroupSamples[] = {
    "(x: f32[2,6,4,5], s: f32[6], b: f32[6]) -> (y) {\n"
    "  y = GroupNormalization(x, s, b) {num_groups=3} }",
    "(x: f32[2,4,3], s: f32[4], b: f32[4]) -> (y) {\n"
    "  y = GroupNormalization(x, s, b) {num_groups=1, epsilon=0.1} }",
    "(x: f64[1,4,3], s: f64[4], b: f64[4]) -> (y) {\n"
    "  y = GroupNormalization(x, s, b) {num_groups=2} }",
    "(x: f16[1,4,3], s: f16[4], b: f16[4]) -> (y) {\n"
    "  y = GroupNormalization(x, s, b) {num_groups=2} }",
    "(x: bf16[1,4,3], s: bf16[4], b: bf16[4]) -> (y) {\n"
    "  y = GroupNormalization(x, s, b) {num_groups=4} }",
};

}  // namespace

extern const OpDef kOp_InstanceNormalization;
constinit const OpDef kOp_InstanceNormalization = {
    .name = "InstanceNormalization",
    .min_inputs = 3,
    .max_inputs = 3,
    .parse = parse_instance,
    .infer = infer,
    .reference = reference,
    .prepare = prepare,
};

extern const OpDef kOp_GroupNormalization;
constinit const OpDef kOp_GroupNormalization = {
    .name = "GroupNormalization",
    .min_inputs = 3,
    .max_inputs = 3,
    .parse = parse_group,
    .infer = infer,
    .reference = reference,
    .prepare = prepare,
};

extern const OnnxOp kOnnx_InstanceNormalization;
constinit const OnnxOp kOnnx_InstanceNormalization = {
    .name = "InstanceNormalization", .versions = kInstanceVersions, .upgrades = kInstanceUpgrades};

extern const OnnxOp kOnnx_GroupNormalization;
constinit const OnnxOp kOnnx_GroupNormalization = {
    .name = "GroupNormalization", .versions = kGroupVersions, .upgrades = kGroupUpgrades};

extern const OpDoc kDoc_InstanceNormalization;
constinit const OpDoc kDoc_InstanceNormalization = {
    .name = "InstanceNormalization",
    .doc =
        "Each channel of each image normalized to mean 0 and variance 1, then scaled and "
        "shifted.",
    .samples = kInstanceSamples,
};

extern const OpDoc kDoc_GroupNormalization;
constinit const OpDoc kDoc_GroupNormalization = {
    .name = "GroupNormalization",
    .doc =
        "The channels of an image in `num_groups` groups, each normalized to mean 0 and variance "
        "1; then every channel is scaled and shifted.",
    .samples = kGroupSamples,
};

}  // namespace mote
