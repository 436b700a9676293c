// CausalConvWithState: a depthwise convolution over what has been, a piece of the sequence at a
// time.
#include <limits>

#include "base/text.h"
#include "ops/decomposition.h"
#include "ops/ops.h"
#include "ops/support/expect_elements.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

struct CausalConvParams : OpParams {
  bool silu = false;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<CausalConvParams>();
  AttributeReader r(attributes);
  const std::string activation = r.text("activation", "none");
  MOTE_TRY(r.finish());
  p->silu = activation == "silu" || activation == "swish";
  if (p->silu || activation == "none") return p;
  return Error{Code::kInvalidArgument,
               cat("activation '", activation, "' is not none, silu or swish")};
}

// The first of both that is known.
Dim either(const Dim& a, const Dim& b) { return a.known() ? a : b; }

// input: [batch, channels, length]; weight: [channels, 1, taps]; bias: [channels]; past_state:
// [batch, channels, taps - 1]. output: as input; present_state: as past_state.
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, 0, Elements<float, F16, BF16>{}));
  MOTE_ASSIGN(const DType dtype, shared_dtype(args, {0, 1, 2, 3}));
  MOTE_TRY(expect_rank(args, 0, 3, "input"));
  MOTE_TRY(expect_rank(args, 1, 3, "weight"));
  MOTE_TRY(expect_rank(args, 3, 3, "past_state"));
  const Dim batch = either(size_of(args, 0, 0), size_of(args, 3, 0));
  const Dim channels = either(size_of(args, 0, 1), size_of(args, 1, 0));
  const Dim taps = size_of(args, 1, 2);
  if (taps.known() && taps.size() < 1) {
    return Error{Code::kInvalidArgument, "weight has no taps"};
  }
  const Dim state = taps.known() ? Dim(taps.size() - 1) : size_of(args, 3, 2);
  MOTE_TRY(expect_size(args, 1, 0, channels, "weight"));
  MOTE_TRY(expect_size(args, 1, 1, Dim(1), "weight"));
  MOTE_TRY(expect_vector(args, 2, channels, "bias"));
  MOTE_TRY(expect_size(args, 3, 0, batch, "past_state"));
  MOTE_TRY(expect_size(args, 3, 1, channels, "past_state"));
  MOTE_TRY(expect_size(args, 3, 2, state, "past_state"));
  args.set(0, {dtype, Shape{batch, channels, size_of(args, 0, 2)}});
  args.set(1, {dtype, Shape{batch, channels, state}});
  return {};
}

// Dimension d of a value, -1 if it is not known.
std::int64_t known_size(const Decomposition& d, ValueId value, std::size_t dimension) {
  const TensorType type = d.type(value);
  return type.shape && dimension < type.shape->size() ? (*type.shape)[dimension].size() : -1;
}

// In f32, as ONNX has it.
ValueId silu(Decomposition& d, ValueId x) {
  if (d.dtype(x) == DType::kF32) return d.add("Swish", {x});
  const ValueId wide = d.add("Cast", {x}, {{"to", static_cast<std::int64_t>(DType::kF32)}});
  return d.add("CastLike", {d.add("Swish", {wide}), x});
}

Status causal_conv(Decomposition& d) {
  const ValueId input = d.in(0), weight = d.in(1), past = d.in(3);
  const std::int64_t taps = known_size(d, weight, 2);
  const std::int64_t channels = std::max(known_size(d, weight, 0), known_size(d, input, 1));
  if (taps < 1 || channels < 1) {
    return Error{Code::kUnsupported, "needs channels and taps whose numbers are known"};
  }
  const ValueId padded = past != ValueId::kNone
                             ? d.add("Concat", {past, input}, {{"axis", std::int64_t{2}}})
                             : d.add("Pad", {input, d.integers({0, 0, taps - 1, 0, 0, 0})});
  const ValueId sums = d.add("Conv", {padded, weight, d.in(2)}, {{"group", channels}});
  d.yield(0, d.params<CausalConvParams>().silu ? silu(d, sums) : sums);
  if (d.wants(1)) {
    // The last taps - 1; none of them if that is 0.
    constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();
    const std::int64_t first = taps > 1 ? 1 - taps : kEnd;
    d.yield(1, d.add("Slice", {padded, d.integers({first}), d.integers({kEnd}), d.integers({2})}));
  }
  return d.status();
}

constexpr int kVersions[] = {27};

constexpr std::string_view kSamples[] = {
    "(x: f32[2,4,8], w: f32[4,1,3]) -> (y, s) { y, s = CausalConvWithState(x, w) }",
    "(x: f32[2,4,2], w: f32[4,1,4], b: f32[4], p: f32[2,4,3]) -> (y, s) {\n"
    "  y, s = CausalConvWithState(x, w, b, p) {activation=\"silu\"} }",
    "(x: f32[1,3,5], w: f32[3,1,1], p: f32[1,3,0]) -> (y, s) {\n"
    "  y, s = CausalConvWithState(x, w, _, p) {activation=\"swish\"} }",
    "(x: f16[1,2,5], w: f16[2,1,3], b: f16[2]) -> (y, s) {\n"
    "  y, s = CausalConvWithState(x, w, b) {activation=\"silu\"} }",
    "(x: bf16[1,2,1], w: bf16[2,1,4]) -> (y, s) { y, s = CausalConvWithState(x, w) }",
};

}  // namespace

extern const OpDef kOp_CausalConvWithState;
constinit const OpDef kOp_CausalConvWithState = {
    .name = "CausalConvWithState",
    .min_inputs = 2,
    .max_inputs = 4,
    .min_outputs = 1,
    .max_outputs = 2,
    .parse = parse,
    .infer = infer,
    .decompose = causal_conv,
};

extern const OnnxOp kOnnx_CausalConvWithState;
constinit const OnnxOp kOnnx_CausalConvWithState = {.name = "CausalConvWithState",
                                                    .versions = kVersions};

extern const OpDoc kDoc_CausalConvWithState;
constinit const OpDoc kDoc_CausalConvWithState = {
    .name = "CausalConvWithState",
    .doc =
        "Each channel convolved along the sequence with its own taps, over `past_state` (or zeros) "
        "and `input`, whose end is `present_state`; `activation`=\"silu\" follows.",
    .samples = kSamples,
};

}  // namespace mote
