// Loop: a subgraph run again and again, with values that it hands on.
#include <algorithm>
#include <limits>

#include "base/text.h"
#include "ops/control/condition.h"
#include "ops/control/stack.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/indices.h"

namespace mote {
namespace {

struct LoopParams : OpParams {
  GraphPtr body;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<LoopParams>();
  AttributeReader r(attributes);
  p->body = r.required_graph("body");
  MOTE_TRY(r.finish());
  return p;
}

// Inputs of the node before the loop-carried values: the trip count and the condition.
constexpr std::size_t kFirstState = 2;

std::size_t state_count(std::size_t inputs) {
  return inputs > kFirstState ? inputs - kFirstState : 0;
}

Status check_body(const Graph& body, std::size_t states, std::size_t outputs) {
  MOTE_TRY(expect_inputs(body, kFirstState + states));
  if (outputs < states) {
    return Error{Code::kInvalidArgument,
                 cat("has ", outputs, " outputs for ", states, " loop-carried values")};
  }
  return expect_outputs(body, 1 + outputs);
}

InputInfo scalar_info(DType dtype) {
  InputInfo info;
  info.type = TensorType(dtype, Dims());
  info.present = true;
  return info;
}

// What holds of the loop-carried values in every iteration: sizes that change are forgotten until
// nothing changes any more. `out`: what the body gives then.
Status settle(const InferArgs& args, const Graph& body, std::vector<InputInfo>& states,
              std::vector<InputInfo>& out) {
  constexpr int kMaxRounds = 4;
  for (int round = 0;; ++round) {
    std::vector<InputInfo> in = {scalar_info(DType::kS64), scalar_info(DType::kBool)};
    in.insert(in.end(), states.begin(), states.end());
    MOTE_ASSIGN(out, args.subgraphs->infer(body, in, args.captured));
    bool stable = true;
    for (std::size_t i = 0; i < states.size(); ++i) {
      MOTE_ASSIGN(Type joined, join(states[i].type, out[1 + i].type));
      if (round >= kMaxRounds && joined.kind == Type::Kind::kTensor) joined.tensor.shape.reset();
      stable = stable && joined == states[i].type;
      states[i].type = std::move(joined);
    }
    if (stable || round > kMaxRounds) return {};
  }
}

// M: s64[] or nothing; cond: bool[] or nothing; then the loop-carried values. Outputs: their last
// values, then what the body gives beside them, collected along a new first axis.
Status infer(const InferArgs& args) {
  const Graph& body = *args.params<LoopParams>().body;
  const std::size_t count = state_count(args.in.size());
  MOTE_TRY(check_body(body, count, args.output_count));
  if (args.has(0)) MOTE_TRY(expect_dtype(args, 0, {DType::kS64}));
  if (args.has(1)) MOTE_TRY(expect_dtype(args, 1, {DType::kBool}));
  std::vector<InputInfo> states, out;
  for (std::size_t i = 0; i < count; ++i) {
    states.push_back(args.in[kFirstState + i]);
    states.back().constant = Tensor();
  }
  MOTE_TRY(settle(args, body, states, out));
  for (std::size_t i = 0; i < count; ++i) args.out[i].type = states[i].type;
  for (std::size_t i = count; i < args.output_count; ++i) {
    MOTE_ASSIGN(args.out[i].type, with_axis(out[1 + i].type.tensor, 0, Dim()));
  }
  return {};
}

Result<std::int64_t> trip_count(const ComputeArgs& args) {
  if (!args.has(0)) return std::numeric_limits<std::int64_t>::max();
  MOTE_ASSIGN(const TensorView count, args.tensor(0));
  return load_scalar_integer(count, "the trip count");
}

// Without a condition at the start the body's counts all the same, as other runtimes have it.
Status compute(const OpParams* params, const ComputeArgs& args) {
  const Graph& body = *static_cast<const LoopParams*>(params)->body;
  const std::size_t count = state_count(args.in.size());
  MOTE_TRY(check_body(body, count, args.out.size()));
  MOTE_ASSIGN(const std::int64_t trips, trip_count(args));
  bool condition = true;
  if (args.has(1)) {
    MOTE_ASSIGN(condition, condition_of(args, 1));
  }
  std::vector<Datum> states;
  for (std::size_t i = 0; i < count; ++i) states.push_back(std::move(args.in[kFirstState + i]));
  std::vector<Stack> stacks(args.out.size() - count);
  for (std::int64_t trip = 0; trip < trips && condition; ++trip) {
    MOTE_TRY(args.stop.check());
    std::vector<Datum> in = {Tensor::scalar(trip), Tensor::scalar(condition)};
    std::ranges::move(states, std::back_inserter(in));
    MOTE_ASSIGN(std::vector<Datum> out, args.subgraphs.run(body, std::move(in), args.captured));
    MOTE_ASSIGN(condition, condition_of(out[0], "the body's condition"));
    for (std::size_t i = 0; i < count; ++i) states[i] = std::move(out[1 + i]);
    for (std::size_t i = 0; i < stacks.size(); ++i) {
      MOTE_TRY(stacks[i].push(out[1 + count + i], args.allocator));
    }
  }
  std::ranges::move(states, args.out.begin());
  for (std::size_t i = 0; i < stacks.size(); ++i) {
    const std::size_t o = count + i;
    MOTE_ASSIGN(args.out[o], stacks[i].join(0, false, args.out_types[o], args.allocator));
  }
  return {};
}

constexpr int kVersions[] = {1, 11, 13, 16, 19, 21, 23, 24, 25};

constexpr std::string_view kSamples[] = {
    // A sum that grows with what is outside, and its history.
    "(x: f32[3]) -> (last, all) {\n"
    "  n: s64[] = {4}\n"
    "  last, all = Loop(n, _, x) captures (x) {\n"
    "    body=graph (i: s64[], c: bool[], s: f32[3]) captures (0: k) -> (c, t, t) {\n"
    "      t = Add(s, k)\n"
    "    }}\n"
    "}",
    // A condition that ends it, and a value that changes its size.
    "(x: f32[1,2]) -> (y, i) {\n"
    "  go: bool[] = {1}\n"
    "  zero: s64[] = {0}\n"
    "  y, i = Loop(_, go, x, zero) {\n"
    "    body=graph (i: s64[], c: bool[], s: f32[?,2], j: s64[]) -> (more, t, n) {\n"
    "      three: s64[] = {3}\n"
    "      t = Concat(s, s) {axis=0}\n"
    "      n = Identity(i)\n"
    "      more = Less(i, three)\n"
    "    }}\n"
    "}",
    // No iteration at all.
    "(x: f32[2]) -> (y, all) {\n"
    "  n: s64[1] = {0}\n"
    "  y, all = Loop(n, _, x) {\n"
    "    body=graph (i: s64[], c: bool[], s: f32[2]) -> (c, t, s) { t = Neg(s) }}\n"
    "}",
};

}  // namespace

extern const OpDef kOp_Loop;
constinit const OpDef kOp_Loop = {
    .name = "Loop",
    .min_inputs = 0,
    .max_inputs = -1,
    .min_outputs = 1,
    .max_outputs = -1,
    .parse = parse,
    .infer = infer,
    .compute = compute,
};

extern const OnnxOp kOnnx_Loop;
constinit const OnnxOp kOnnx_Loop = {.name = "Loop", .versions = kVersions};

extern const OpDoc kDoc_Loop;
constinit const OpDoc kDoc_Loop = {
    .name = "Loop",
    .doc =
        "Runs `body` up to M times, or as long as its condition holds; that counts without a "
        "condition at the start, too. Values that it hands on may change their sizes; what else it "
        "gives is collected along a new first axis.",
    .samples = kSamples,
};

}  // namespace mote
