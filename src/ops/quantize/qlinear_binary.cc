// QLinearAdd, QLinearMul: sums and products of 8-bit tensors.
#include "ops/ops.h"
#include "ops/quantize/qlinear_binary_step.h"
#include "ops/quantize/quantized_binary.h"
#include "ops/support/broadcast.h"
#include "ops/support/expect_elements.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

// Inputs: A, scale, zero point, B, scale, zero point, the scale of C, its zero point.
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_present(args, {3, 4, 6}));
  MOTE_TRY(expect_elements(args, 0, ByteElements{}));
  MOTE_ASSIGN(const DType dtype, shared_dtype(args, {0, 3}));
  MOTE_TRY(expect_affine(args, 0, 1, 2));
  MOTE_TRY(expect_affine(args, 3, 4, 5));
  MOTE_TRY(expect_affine(args, 0, 6, 7));
  std::optional<Shape> shape;
  if (args.type(0).shape && args.type(3).shape) {
    MOTE_ASSIGN(shape, broadcast_shapes(*args.type(0).shape, *args.type(3).shape));
  }
  args.set(0, {dtype, std::move(shape)});
  return {};
}

struct Operands {
  Affine a, b, c;
};

Result<Operands> operands_of(const RunArgs& args) {
  Operands o;
  MOTE_ASSIGN(o.a, load_affine(args, 1, 2));
  MOTE_ASSIGN(o.b, load_affine(args, 4, 5));
  MOTE_ASSIGN(o.c, load_affine(args, 6, 7));
  return o;
}

Status reference_add(const OpParams*, const RunArgs& args) {
  MOTE_ASSIGN(const Operands o, operands_of(args));
  const QuantizedSum f{.a_zero_point = o.a.zero_point,
                       .b_zero_point = o.b.zero_point,
                       .zero_point = o.c.zero_point,
                       .a_factor = o.a.scale / o.c.scale,
                       .b_factor = o.b.scale / o.c.scale,
                       .range = range_of(args.out[0].dtype)};
  return apply(f, args.in[0], args.in[3], args.out[0], args.workers);
}

Status reference_mul(const OpParams*, const RunArgs& args) {
  MOTE_ASSIGN(const Operands o, operands_of(args));
  const QuantizedProduct f{.a_zero_point = o.a.zero_point,
                           .b_zero_point = o.b.zero_point,
                           .zero_point = o.c.zero_point,
                           .factor = o.a.scale * o.b.scale / o.c.scale,
                           .range = range_of(args.out[0].dtype)};
  return apply(f, args.in[0], args.in[3], args.out[0], args.workers);
}

constexpr int kVersions[] = {1};

#define MOTE_QBINARY_SAMPLES(Op)                                                             \
  "(a: u8[2,3,4], b: u8[3,1]) -> (c) {\n"                                                    \
  "  as: f32[] = {0.1} az: u8[] = {3} bs: f32[] = {0.23} bz: u8[] = {1}\n"                   \
  "  cs: f32[] = {0.05} cz: u8[] = {128}\n"                                                  \
  "  c = com.microsoft." #Op "(a, as, az, b, bs, bz, cs, cz) }",                             \
      "(a: s8[2,3,41], b: s8[41]) -> (c) {\n"                                                \
      "  as: f32[] = {0.1} az: s8[] = {3} bs: f32[] = {0.23} bz: s8[] = {-100}\n"            \
      "  cs: f32[] = {0.05} cz: s8[] = {28}\n"                                               \
      "  c = com.microsoft." #Op "(a, as, az, b, bs, bz, cs, cz) }",                         \
      "(a: u8[1], b: u8[300,200]) -> (c) { s: f32[] = {0.1} t: f32[] = {0.2}\n"              \
      "  c = com.microsoft." #Op "(a, s, _, b, t, _, s) }",                                  \
      "(a: u8[70]) -> (c) { s: f32[] = {1e30} t: f32[] = {1e-30}\n"                          \
      "  c = com.microsoft." #Op "(a, s, _, a, s, _, t) }",                                  \
      "(a: s8[40], b: s8[40], as: f32[1], bs: f32[1], cs: f32[1]) -> (c) {\n"                \
      "  c = com.microsoft." #Op "(a, as, _, b, bs, _, cs) }",                               \
      "(a: s8[0,2], b: s8[2]) -> (c) { s: f32[] = {inf} t: f32[] = {nan} z: s8[] = {-128}\n" \
      "  c = com.microsoft." #Op "(a, s, z, b, t, z, s, z) }"
constexpr std::string_view kAddSamples[] = {MOTE_QBINARY_SAMPLES(QLinearAdd)};
constexpr std::string_view kMulSamples[] = {MOTE_QBINARY_SAMPLES(QLinearMul)};

}  // namespace

extern const OpDef kOp_com_microsoft_QLinearAdd;
constinit const OpDef kOp_com_microsoft_QLinearAdd = {
    .name = "QLinearAdd",
    .domain = "com.microsoft",
    .min_inputs = 2,
    .max_inputs = 8,
    .infer = infer,
    .reference = reference_add,
    .prepare = prepare_qlinear_add,
};
extern const OpDef kOp_com_microsoft_QLinearMul;
constinit const OpDef kOp_com_microsoft_QLinearMul = {
    .name = "QLinearMul",
    .domain = "com.microsoft",
    .min_inputs = 2,
    .max_inputs = 8,
    .infer = infer,
    .reference = reference_mul,
    .prepare = prepare_qlinear_mul,
};

extern const OnnxOp kOnnx_com_microsoft_QLinearAdd;
constinit const OnnxOp kOnnx_com_microsoft_QLinearAdd = {
    .name = "QLinearAdd", .domain = "com.microsoft", .versions = kVersions};
extern const OnnxOp kOnnx_com_microsoft_QLinearMul;
constinit const OnnxOp kOnnx_com_microsoft_QLinearMul = {
    .name = "QLinearMul", .domain = "com.microsoft", .versions = kVersions};

extern const OpDoc kDoc_com_microsoft_QLinearAdd;
constinit const OpDoc kDoc_com_microsoft_QLinearAdd = {
    .name = "QLinearAdd",
    .domain = "com.microsoft",
    .doc = "The sum of two quantized tensors, broadcast, quantized.",
    .samples = kAddSamples,
};
extern const OpDoc kDoc_com_microsoft_QLinearMul;
constinit const OpDoc kDoc_com_microsoft_QLinearMul = {
    .name = "QLinearMul",
    .domain = "com.microsoft",
    .doc = "The product of two quantized tensors, broadcast, quantized.",
    .samples = kMulSamples,
};

}  // namespace mote
