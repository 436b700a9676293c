// Constant: a value that the node itself holds.
#include "base/result.h"
#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/copy.h"

namespace mote {
namespace {

struct ConstantParams : OpParams {
  Tensor value;
};

template <class T>
Tensor list_of(const std::vector<T>& values) {
  return Tensor::of<T>({std::ssize(values)}, std::span<const T>(values));
}

// Of the attribute `name`, which is there.
Tensor value_of(AttributeReader& r, std::string_view name) {
  if (name == "value") return r.tensor(name);
  if (name == "value_float") return Tensor::scalar(r.real(name, 0));
  if (name == "value_floats") return list_of(r.reals(name, {}));
  if (name == "value_int") return Tensor::scalar(r.integer(name, 0));
  if (name == "value_ints") return list_of(r.integers(name, {}));
  if (name == "value_string") return Tensor::scalar(r.text(name, ""));
  return list_of(r.texts(name, {}));
}

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  AttributeReader r(attributes);
  if (r.has("sparse_value")) {
    return Error{Code::kUnsupported, "attribute 'sparse_value': sparse tensors are not supported"};
  }
  auto p = std::make_unique<ConstantParams>();
  int found = 0;
  for (const std::string_view name : {"value", "value_float", "value_floats", "value_int",
                                      "value_ints", "value_string", "value_strings"}) {
    if (!r.has(name)) continue;
    ++found;
    p->value = value_of(r, name);
  }
  MOTE_TRY(r.finish());
  if (found != 1) {
    return Error{Code::kInvalidArgument, cat(found, " attributes give a value, not one")};
  }
  return p;
}

Status infer(const InferArgs& args) {
  const Tensor& value = args.params<ConstantParams>().value;
  args.set(0, {value.dtype(), value.dims()});
  if (!args.out.empty()) args.out[0].constant = value;
  return {};
}

Status reference(const OpParams* params, const RunArgs& args) {
  return copy_elements(static_cast<const ConstantParams*>(params)->value.view(), args.out[0]);
}

constexpr int kVersions[] = {1, 9, 11, 12, 13, 19, 21, 23, 24, 25};

constexpr std::string_view kSamples[] = {
    "() -> (y) { y = Constant() {value=f32[2,2]{1, 2, 3, 4}} }",
    "() -> (y) { y = Constant() {value_ints=[3, -1]} }",
    "() -> (y) { y = Constant() {value_int=7} }",
    "() -> (y) { y = Constant() {value_floats=[0.5, 2.0]} }",
    "() -> (y) { y = Constant() {value_float=0.5} }",
    "() -> (y) { y = Constant() {value_strings=[\"a\", \"b\"]} }",
    "() -> (y) { y = Constant() {value_string=\"a\"} }",
};

}  // namespace

extern const OpDef kOp_Constant;
constinit const OpDef kOp_Constant = {
    .name = "Constant",
    .min_inputs = 0,
    .max_inputs = 0,
    .parse = parse,
    .infer = infer,
    .reference = reference,
};

extern const OnnxOp kOnnx_Constant;
constinit const OnnxOp kOnnx_Constant = {.name = "Constant", .versions = kVersions};

extern const OpDoc kDoc_Constant;
constinit const OpDoc kDoc_Constant = {
    .name = "Constant",
    .doc = "The tensor, number, text or list that exactly one of the attributes gives.",
    .samples = kSamples,
};

}  // namespace mote
