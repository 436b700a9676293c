// Optional, OptionalHasElement, OptionalGetElement. An optional that has an element is that
// element.
#include "base/result.h"
#include "ops/ops.h"

namespace mote {
namespace {

struct OptionalParams : OpParams {
  Type type;  // of the element that is not there
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<OptionalParams>();
  AttributeReader r(attributes);
  p->type = r.type("type");
  MOTE_TRY(r.finish());
  return p;
}

// input: a tensor or a sequence, optional.
Status infer_optional(const InferArgs& args) {
  const Type& element = args.has(0) ? args.in[0].type : args.params<OptionalParams>().type;
  args.out[0].type = Type::of(Type::Kind::kOptional, element);
  return {};
}

Status compute_optional(const OpParams*, const ComputeArgs& args) {
  if (args.has(0)) args.out[0] = std::move(args.in[0]);
  return {};
}

// Known where the input is no optional.
Status infer_has_element(const InferArgs& args) {
  args.set(0, TensorType(DType::kBool, Dims()));
  const bool absent = !args.has(0);
  const bool open =
      !absent && (args.in[0].type.kind == Type::Kind::kOptional || args.in[0].type.unknown());
  if (!open) args.out[0].constant = Tensor::scalar(!absent);
  return {};
}

Status compute_has_element(const OpParams*, const ComputeArgs& args) {
  args.out[0] = Tensor::scalar(args.has(0));
  return {};
}

Status infer_get_element(const InferArgs& args) {
  const Type& type = args.in[0].type;
  const bool optional = type.kind == Type::Kind::kOptional;
  args.out[0].type = !optional ? type : type.element ? *type.element : Type{};
  return {};
}

Status compute_get_element(const OpParams*, const ComputeArgs& args) {
  if (!args.has(0)) return Error{Code::kInvalidArgument, "the optional has no element"};
  args.out[0] = std::move(args.in[0]);
  return {};
}

constexpr int kOptionalVersions[] = {15, 28};
constexpr int kElementVersions[] = {15, 18, 28};

constexpr std::string_view kOptionalSamples[] = {
    "(x: f32[2]) -> (y) { o = Optional(x) y = OptionalGetElement(o) }",
    "() -> (y) { o = Optional() {type=type f32[2]} y = OptionalHasElement(o) }",
};
constexpr std::string_view kHasSamples[] = {
    "(x: f32[2]) -> (y) { o = Optional(x) y = OptionalHasElement(o) }",
    "(x: f32[2]) -> (y) { y = OptionalHasElement(x) }",
    "() -> (y) { y = OptionalHasElement() }",
};
constexpr std::string_view kGetSamples[] = {
    "(x: f32[2]) -> (y) { y = OptionalGetElement(x) }",
};

}  // namespace

extern const OpDef kOp_Optional;
constinit const OpDef kOp_Optional = {
    .name = "Optional",
    .min_inputs = 0,
    .parse = parse,
    .infer = infer_optional,
    .compute = compute_optional,
};
extern const OpDef kOp_OptionalHasElement;
constinit const OpDef kOp_OptionalHasElement = {
    .name = "OptionalHasElement",
    .min_inputs = 0,
    .infer = infer_has_element,
    .compute = compute_has_element,
};
extern const OpDef kOp_OptionalGetElement;
constinit const OpDef kOp_OptionalGetElement = {
    .name = "OptionalGetElement", .infer = infer_get_element, .compute = compute_get_element};

extern const OnnxOp kOnnx_Optional;
constinit const OnnxOp kOnnx_Optional = {.name = "Optional", .versions = kOptionalVersions};
extern const OnnxOp kOnnx_OptionalHasElement;
constinit const OnnxOp kOnnx_OptionalHasElement = {.name = "OptionalHasElement",
                                                   .versions = kElementVersions};
extern const OnnxOp kOnnx_OptionalGetElement;
constinit const OnnxOp kOnnx_OptionalGetElement = {.name = "OptionalGetElement",
                                                   .versions = kElementVersions};

extern const OpDoc kDoc_Optional;
constinit const OpDoc kDoc_Optional = {
    .name = "Optional",
    .doc = "The input as an optional value, or one without an element, of type `type`.",
    .samples = kOptionalSamples,
};
extern const OpDoc kDoc_OptionalHasElement;
constinit const OpDoc kDoc_OptionalHasElement = {
    .name = "OptionalHasElement",
    .doc = "Whether the input is there and has an element.",
    .samples = kHasSamples,
};
extern const OpDoc kDoc_OptionalGetElement;
constinit const OpDoc kDoc_OptionalGetElement = {
    .name = "OptionalGetElement",
    .doc = "The element of an optional; what is no optional is its own element.",
    .samples = kGetSamples,
};

}  // namespace mote
