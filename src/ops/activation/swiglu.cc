// SwiGLU: one tensor, gated by the Swish of another.
#include "ops/decomposition.h"
#include "ops/ops.h"
#include "ops/support/expect_elements.h"

namespace mote {
namespace {

struct SwigluParams : OpParams {
  float alpha = 1.0F;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<SwigluParams>();
  AttributeReader r(attributes);
  p->alpha = r.real("alpha", 1.0F);
  MOTE_TRY(r.finish());
  return p;
}

// Errors: kInvalidArgument: they differ; nothing broadcasts.
Result<TensorType> one_type(const TensorType& a, const TensorType& b) {
  auto merged = merge(a, b);
  if (!merged) return std::move(merged).error().with_context("A and B");
  return merged;
}

// A, B: one shape. Y as both.
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, 0, FloatElements{}));
  MOTE_TRY(expect_elements(args, 1, FloatElements{}));
  MOTE_ASSIGN(TensorType type, one_type(args.type(0), args.type(1)));
  args.set(0, std::move(type));
  return {};
}

Status swiglu(Decomposition& d) {
  MOTE_TRY(one_type(d.type(d.in(0)), d.type(d.in(1))));
  const ValueId gate = d.add("Swish", {d.in(0)}, {{"alpha", d.params<SwigluParams>().alpha}});
  d.yield(0, d.add("Mul", {gate, d.in(1)}));
  return d.status();
}

constexpr int kVersions[] = {28};

constexpr std::string_view kSamples[] = {
    "(a: f32[2,3], b: f32[2,3]) -> (y) { y = SwiGLU(a, b) }",
    "(a: f32[7], b: f32[7]) -> (y) { y = SwiGLU(a, b) {alpha=1.5} }",
    "(a: f64[2,0], b: f64[2,0]) -> (y) { y = SwiGLU(a, b) }",
    "(a: f16[5], b: f16[5]) -> (y) { y = SwiGLU(a, b) }",
    "(a: bf16[], b: bf16[]) -> (y) { y = SwiGLU(a, b) }",
};

}  // namespace

extern const OpDef kOp_SwiGLU;
constinit const OpDef kOp_SwiGLU = {
    .name = "SwiGLU",
    .min_inputs = 2,
    .max_inputs = 2,
    .parse = parse,
    .infer = infer,
    .decompose = swiglu,
};

extern const OnnxOp kOnnx_SwiGLU;
constinit const OnnxOp kOnnx_SwiGLU = {.name = "SwiGLU", .versions = kVersions};

extern const OpDoc kDoc_SwiGLU;
constinit const OpDoc kDoc_SwiGLU = {
    .name = "SwiGLU",
    .doc = "Swish(`A`) with `alpha`, times `B` of the same shape.",
    .samples = kSamples,
};

}  // namespace mote
