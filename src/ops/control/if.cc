// If: one of two subgraphs, chosen by a boolean.
#include <algorithm>

#include "base/text.h"
#include "ops/control/condition.h"
#include "ops/ops.h"
#include "ops/support/axes.h"

namespace mote {
namespace {

struct IfParams : OpParams {
  GraphPtr then_branch;
  GraphPtr else_branch;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<IfParams>();
  AttributeReader r(attributes);
  p->then_branch = r.required_graph("then_branch");
  p->else_branch = r.required_graph("else_branch");
  MOTE_TRY(r.finish());
  for (const GraphPtr& branch : {p->then_branch, p->else_branch}) {
    if (!branch->inputs.empty()) {
      return Error{Code::kInvalidArgument, cat("branch '", branch->name, "' has inputs")};
    }
  }
  return p;
}

// The condition, if it is known.
std::optional<bool> known_condition(const Tensor* cond) {
  if (cond == nullptr || cond->dtype() != DType::kBool || cond->count() != 1) return std::nullopt;
  return *static_cast<const bool*>(cond->data());
}

// cond: bool, one element. Outputs: what both branches agree on, or the chosen branch's.
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_dtype(args, 0, {DType::kBool}));
  const auto& p = args.params<IfParams>();
  for (const GraphPtr& branch : {p.then_branch, p.else_branch}) {
    if (branch->outputs.size() != args.output_count) {
      return Error{Code::kInvalidArgument,
                   cat("branch '", branch->name, "' has ", branch->outputs.size(),
                       " outputs, the node ", args.output_count)};
    }
  }
  if (const auto condition = known_condition(args.constant(0))) {
    const Graph& branch = *condition ? *p.then_branch : *p.else_branch;
    MOTE_ASSIGN(args.out, args.subgraphs->infer(branch, {}, args.captured));
    return {};
  }
  MOTE_ASSIGN(const auto then_out, args.subgraphs->infer(*p.then_branch, {}, args.captured));
  MOTE_ASSIGN(const auto else_out, args.subgraphs->infer(*p.else_branch, {}, args.captured));
  for (std::size_t i = 0; i < args.output_count; ++i) {
    MOTE_ASSIGN(args.out[i].type, join(then_out[i].type, else_out[i].type));
  }
  return {};
}

class IfStep final : public Step {
 public:
  IfStep(std::unique_ptr<SubPlan> then_plan, std::unique_ptr<SubPlan> else_plan)
      : then_(std::move(then_plan)), else_(std::move(else_plan)) {}

  std::size_t scratch_bytes() const override {
    return std::max(then_ ? then_->arena_bytes() : 0, else_ ? else_->arena_bytes() : 0);
  }
  std::size_t packed_bytes() const override {
    return (then_ ? then_->packed_bytes() : 0) + (else_ ? else_->packed_bytes() : 0);
  }
  std::string_view kernel() const override { return "subgraph"; }

  Status run(const RunArgs& args) const override {
    const SubPlan& branch = *args.in[0].as<bool>() ? *then_ : *else_;
    return branch.run({}, args.in.subspan(1), args.out, args.scratch, args.workers, args.stop);
  }

 private:
  std::unique_ptr<SubPlan> then_;  // null: the condition is known to be false
  std::unique_ptr<SubPlan> else_;
};

Result<std::unique_ptr<Step>> prepare(const PrepareArgs& args) {
  const auto& p = args.params<IfParams>();
  if (args.in_dims(0).count() != 1) {
    return Error{Code::kInvalidArgument,
                 cat("the condition has shape ", to_string(args.in_dims(0)))};
  }
  const auto condition = known_condition(args.constant(0));
  std::unique_ptr<SubPlan> then_plan;
  std::unique_ptr<SubPlan> else_plan;
  if (condition != false) {
    MOTE_ASSIGN(then_plan, args.subgraphs->plan(*p.then_branch, {}, args.captured));
    if (!then_plan) return std::unique_ptr<Step>();
  }
  if (condition != true) {
    MOTE_ASSIGN(else_plan, args.subgraphs->plan(*p.else_branch, {}, args.captured));
    if (!else_plan) return std::unique_ptr<Step>();
  }
  return std::make_unique<IfStep>(std::move(then_plan), std::move(else_plan));
}

Status compute(const OpParams* params, const ComputeArgs& args) {
  const auto& p = *static_cast<const IfParams*>(params);
  MOTE_ASSIGN(const bool condition, condition_of(args, 0));
  const Graph& branch = condition ? *p.then_branch : *p.else_branch;
  MOTE_ASSIGN(std::vector<Datum> outputs, args.subgraphs.run(branch, {}, args.captured));
  std::ranges::move(outputs, args.out.begin());
  return {};
}

constexpr int kVersions[] = {1, 11, 13, 16, 19, 21, 23, 24, 25};

constexpr std::string_view kSamples[] = {
    "(c: bool[], x: f32[2,3]) -> (y) {\n"
    "  y = If(c) captures (x) {\n"
    "    then_branch=graph captures (0: a) -> (b) { b = Relu(a) },\n"
    "    else_branch=graph captures (0: a) -> (b) { b = Neg(a) }}\n"
    "}",
    "(x: f32[3]) -> (y) {\n"
    "  c: bool[1] = {0}\n"
    "  y = If(c) captures (x) {\n"
    "    then_branch=graph captures (0: a) -> (a) {},\n"
    "    else_branch=graph -> (k) { k: f32[1] = {2.5} }}\n"
    "}",
};

}  // namespace

extern const OpDef kOp_If;
constinit const OpDef kOp_If = {
    .name = "If",
    .min_outputs = 1,
    .max_outputs = -1,
    .parse = parse,
    .infer = infer,
    .compute = compute,
    .prepare = prepare,
};

extern const OnnxOp kOnnx_If;
constinit const OnnxOp kOnnx_If = {.name = "If", .versions = kVersions};

extern const OpDoc kDoc_If;
constinit const OpDoc kDoc_If = {
    .name = "If",
    .doc = "Runs `then_branch` or `else_branch`; both may read the values around them.",
    .samples = kSamples,
};

}  // namespace mote
