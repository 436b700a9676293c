// DynamicQuantizeMatMul, MatMulIntegerToFloat: integer products with real results.
#include "base/text.h"
#include "ops/decomposition.h"
#include "ops/ops.h"

namespace mote {
namespace {

// product: s32; its unit is scale_a * scale_b, of the result's dtype.
void yield_scaled(Decomposition& d, ValueId product, ValueId scale_a, ValueId scale_b,
                  ValueId bias) {
  const auto to = static_cast<std::int64_t>(d.dtype(scale_b));
  const ValueId real = d.add("Cast", {product}, {{"to", to}});
  ValueId y = d.add("Mul", {real, d.add("Mul", {scale_a, scale_b})});
  if (bias != ValueId::kNone) y = d.add("Add", {y, bias});
  d.yield(0, y);
}

bool is_typed(Decomposition& d, ValueId value) {
  if (d.dtype(value) != DType::kUndefined) return true;
  d.fail({Code::kUnsupported, "needs scales whose element type is known"});
  return false;
}

// Inputs: A: f32, B, b_scale, b_zero_point, bias.
Status dynamic(Decomposition& d) {
  if (!is_typed(d, d.in(2))) return d.status();
  const auto a = d.add_many(3, "DynamicQuantizeLinear", {d.in(0)});
  const ValueId product = d.add("MatMulInteger", {a[0], d.in(1), a[2], d.in(3)});
  yield_scaled(d, product, a[1], d.in(2), d.in(4));
  return d.status();
}

// Inputs: A, B, a_scale, b_scale, a_zero_point, b_zero_point, bias.
Status to_float(Decomposition& d) {
  if (!is_typed(d, d.in(3))) return d.status();
  const auto scale = d.type(d.in(2)).dims();
  if (scale && scale->count() != 1) {
    return Error{Code::kInvalidArgument, cat("a_scale has ", scale->count(), " elements, not 1")};
  }
  const ValueId product = d.add("MatMulInteger", {d.in(0), d.in(1), d.in(4), d.in(5)});
  yield_scaled(d, product, d.in(2), d.in(3), d.in(6));
  return d.status();
}

constexpr int kVersions[] = {1};

constexpr std::string_view kDynamicSamples[] = {
    "(a: f32[2,4,3]) -> (y) {\n"
    "  b: s8[3,5] = {random 1} bs: f32[5] = {0.1, 0.2, 0.3, 0.4, 0.5} bz: s8[5] = {1, 2, 3, 4, 5}\n"
    "  bias: f32[5] = {random 2}\n"
    "  y = com.microsoft.DynamicQuantizeMatMul(a, b, bs, bz, bias) }",
    "(a: f32[4,3], b: u8[3,5], bs: f32[]) -> (y) {\n"
    "  y = com.microsoft.DynamicQuantizeMatMul(a, b, bs) }",
};
constexpr std::string_view kToFloatSamples[] = {
    "(a: u8[2,4,3], b: s8[3,5]) -> (y) {\n"
    "  as: f32[] = {0.5} bs: f32[5] = {0.1, 0.2, 0.3, 0.4, 0.5} az: u8[] = {7}\n"
    "  bz: s8[5] = {1, 2, 3, 4, 5} bias: f32[5] = {random 2}\n"
    "  y = com.microsoft.MatMulIntegerToFloat(a, b, as, bs, az, bz, bias) }",
    "(a: s8[4,3], b: s8[3,5], as: f16[1], bs: f16[]) -> (y) {\n"
    "  y = com.microsoft.MatMulIntegerToFloat(a, b, as, bs) }",
};

}  // namespace

extern const OpDef kOp_com_microsoft_DynamicQuantizeMatMul;
constinit const OpDef kOp_com_microsoft_DynamicQuantizeMatMul = {
    .name = "DynamicQuantizeMatMul",
    .domain = "com.microsoft",
    .min_inputs = 3,
    .max_inputs = 5,
    .infer = infer_decomposed<dynamic>,
    .decompose = dynamic,
};
extern const OpDef kOp_com_microsoft_MatMulIntegerToFloat;
constinit const OpDef kOp_com_microsoft_MatMulIntegerToFloat = {
    .name = "MatMulIntegerToFloat",
    .domain = "com.microsoft",
    .min_inputs = 4,
    .max_inputs = 7,
    .infer = infer_decomposed<to_float>,
    .decompose = to_float,
};

extern const OnnxOp kOnnx_com_microsoft_DynamicQuantizeMatMul;
constinit const OnnxOp kOnnx_com_microsoft_DynamicQuantizeMatMul = {
    .name = "DynamicQuantizeMatMul", .domain = "com.microsoft", .versions = kVersions};
extern const OnnxOp kOnnx_com_microsoft_MatMulIntegerToFloat;
constinit const OnnxOp kOnnx_com_microsoft_MatMulIntegerToFloat = {
    .name = "MatMulIntegerToFloat", .domain = "com.microsoft", .versions = kVersions};

extern const OpDoc kDoc_com_microsoft_DynamicQuantizeMatMul;
constinit const OpDoc kDoc_com_microsoft_DynamicQuantizeMatMul = {
    .name = "DynamicQuantizeMatMul",
    .domain = "com.microsoft",
    .doc = "The product of `A`, quantized as it comes, and the quantized matrix `B`, plus `bias`.",
    .samples = kDynamicSamples,
};
extern const OpDoc kDoc_com_microsoft_MatMulIntegerToFloat;
constinit const OpDoc kDoc_com_microsoft_MatMulIntegerToFloat = {
    .name = "MatMulIntegerToFloat",
    .domain = "com.microsoft",
    .doc = "MatMulInteger times `a_scale * b_scale`, plus `bias`.",
    .samples = kToFloatSamples,
};

}  // namespace mote
