// QLinearSigmoid, QLinearLeakyRelu: functions of 8-bit tensors, by tables.
#include <algorithm>

#include "ops/ops.h"
#include "ops/quantize/lookup_step.h"
#include "ops/quantize/real_functions.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

struct TableParams : OpParams {
  RealFunction f;
};

Result<std::unique_ptr<const OpParams>> parse_sigmoid(const Attributes& attributes) {
  auto p = std::make_unique<TableParams>();
  AttributeReader r(attributes);
  MOTE_TRY(r.finish());
  p->f.kind = RealFunction::Kind::kSigmoid;
  return p;
}

Result<std::unique_ptr<const OpParams>> parse_leaky(const Attributes& attributes) {
  auto p = std::make_unique<TableParams>();
  AttributeReader r(attributes);
  p->f = {RealFunction::Kind::kLeakyRelu, static_cast<double>(r.real("alpha", 0.01F)), 0};
  MOTE_TRY(r.finish());
  return p;
}

// Inputs: X, its scale, its zero point, the scale of Y, its zero point. Y: as X.
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_requantized(args));
  args.set(0, args.type(0));
  return {};
}

Status reference(const OpParams* params, const RunArgs& args) {
  MOTE_ASSIGN(const Affine x, load_affine(args, 1, 2));
  MOTE_ASSIGN(const Affine y, load_affine(args, 3, 4));
  const DType dtype = args.in[0].dtype;
  const RealFunction& f = static_cast<const TableParams*>(params)->f;
  const ByteTable table = table_of(f, dtype, x, dtype, y);
  const auto* from = args.in[0].as<std::uint8_t>();
  auto* to = args.out[0].as<std::uint8_t>();
  constexpr std::int64_t kGrain = 1 << 14;
  args.workers.for_each_range(args.in[0].dims.count(), kGrain,
                              [&](std::int64_t begin, std::int64_t end) {
                                for (std::int64_t i = begin; i < end; ++i) to[i] = table[from[i]];
                              });
  return {};
}

// The table is made once where scales and zero points are constants.
Result<std::unique_ptr<Step>> prepare(const PrepareArgs& args) {
  const auto x = constant_affine(args, 1, 2);
  const auto y = constant_affine(args, 3, 4);
  if (!x || !y) return std::unique_ptr<Step>();
  const DType dtype = args.in_dtype(0);
  const ByteTable table = table_of(args.params<TableParams>().f, dtype, *x, dtype, *y);
  MOTE_ASSIGN(Tensor entries, Tensor::zeros(dtype, {256}));
  std::ranges::copy(table, entries.mut().as<std::uint8_t>());
  return make_lookup_step(args.kernels, std::move(entries));
}

constexpr int kVersions[] = {1};

constexpr std::string_view kSigmoidSamples[] = {
    "(x: u8[2,300]) -> (y) {\n"
    "  xs: f32[] = {0.5} xz: u8[] = {3} ys: f32[] = {0.00390625} yz: u8[] = {0}\n"
    "  y = com.microsoft.QLinearSigmoid(x, xs, xz, ys, yz) }",
    "(x: s8[5], xs: f32[1], ys: f32[1]) -> (y) {\n"
    "  y = com.microsoft.QLinearSigmoid(x, xs, _, ys) }",
};
constexpr std::string_view kLeakySamples[] = {
    "(x: s8[2,30]) -> (y) {\n"
    "  xs: f32[] = {0.5} xz: s8[] = {1} ys: f32[] = {0.25} yz: s8[] = {-20}\n"
    "  y = com.microsoft.QLinearLeakyRelu(x, xs, xz, ys, yz) {alpha=0.125} }",
    "(x: u8[0]) -> (y) { xs: f32[] = {nan} ys: f32[] = {0}\n"
    "  y = com.microsoft.QLinearLeakyRelu(x, xs, _, ys) }",
};

}  // namespace

extern const OpDef kOp_com_microsoft_QLinearSigmoid;
constinit const OpDef kOp_com_microsoft_QLinearSigmoid = {
    .name = "QLinearSigmoid",
    .domain = "com.microsoft",
    .min_inputs = 2,
    .max_inputs = 5,
    .parse = parse_sigmoid,
    .infer = infer,
    .reference = reference,
    .prepare = prepare,
};
extern const OpDef kOp_com_microsoft_QLinearLeakyRelu;
constinit const OpDef kOp_com_microsoft_QLinearLeakyRelu = {
    .name = "QLinearLeakyRelu",
    .domain = "com.microsoft",
    .min_inputs = 2,
    .max_inputs = 5,
    .parse = parse_leaky,
    .infer = infer,
    .reference = reference,
    .prepare = prepare,
};

extern const OnnxOp kOnnx_com_microsoft_QLinearSigmoid;
constinit const OnnxOp kOnnx_com_microsoft_QLinearSigmoid = {
    .name = "QLinearSigmoid", .domain = "com.microsoft", .versions = kVersions};
extern const OnnxOp kOnnx_com_microsoft_QLinearLeakyRelu;
constinit const OnnxOp kOnnx_com_microsoft_QLinearLeakyRelu = {
    .name = "QLinearLeakyRelu", .domain = "com.microsoft", .versions = kVersions};

extern const OpDoc kDoc_com_microsoft_QLinearSigmoid;
constinit const OpDoc kDoc_com_microsoft_QLinearSigmoid = {
    .name = "QLinearSigmoid",
    .domain = "com.microsoft",
    .doc = "Sigmoid of a quantized tensor, quantized.",
    .samples = kSigmoidSamples,
};
extern const OpDoc kDoc_com_microsoft_QLinearLeakyRelu;
constinit const OpDoc kDoc_com_microsoft_QLinearLeakyRelu = {
    .name = "QLinearLeakyRelu",
    .domain = "com.microsoft",
    .doc = "LeakyRelu of a quantized tensor, quantized.",
    .samples = kLeakySamples,
};

}  // namespace mote
