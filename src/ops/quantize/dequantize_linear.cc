// DequantizeLinear: the reals that elements of a narrow type stand for.
#include "base/text.h"
#include "ir/dtype.h"
#include "kernels/table.h"
#include "ops/ops.h"
#include "ops/quantize/linear_params.h"
#include "ops/quantize/quantized.h"
#include "ops/support/axes.h"
#include "ops/support/convert.h"
#include "ops/support/has_kernels.h"
#include "ops/support/indices.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

constexpr std::initializer_list<DType> kSources = {
    DType::kU8,     DType::kS8,         DType::kU16,        DType::kS16,   DType::kS32,
    DType::kU4,     DType::kS4,         DType::kU2,         DType::kS2,    DType::kF8E4M3FN,
    DType::kF8E5M2, DType::kF8E4M3FNUZ, DType::kF8E5M2FNUZ, DType::kF4E2M1};

Status check_output(DType dtype) {
  if (dtype == DType::kUndefined || dtype == DType::kF32 || dtype == DType::kF16 ||
      dtype == DType::kBF16) {
    return {};
  }
  return Error{Code::kUnsupported, cat("output_dtype ", name(dtype), " is not f32, f16 or bf16")};
}

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<LinearParams>();
  AttributeReader r(attributes);
  MOTE_TRY(read_linear(r, *p));
  MOTE_TRY(r.finish());
  MOTE_TRY(check_output(p->output_dtype));
  return p;
}

// x: any shape; x_scale: [], [D] or x's shape in blocks; x_zero_point: as x_scale. y: as x.
Status infer(const InferArgs& args) {
  const auto& p = args.params<LinearParams>();
  MOTE_TRY(expect_dtype(args, 0, kSources));
  MOTE_TRY(expect_dtype(args, 1, {DType::kF32, DType::kF16, DType::kBF16, DType::kF8E8M0}));
  MOTE_TRY(shared_dtype(args, {0, 2}));
  MOTE_TRY(check_linear(args, p));
  const DType to = p.output_dtype != DType::kUndefined ? p.output_dtype : args.type(1).dtype;
  if (to == DType::kF8E8M0) {
    return Error{Code::kInvalidArgument, "scales of f8e8m0 need an output_dtype"};
  }
  args.set(0, {to, args.type(0).shape});
  return {};
}

// x minus its zero point, exact.
void load_offsets(const TensorView& x, const TensorView& zero_points, std::int64_t first,
                  std::int64_t scale, std::int64_t step, std::int64_t n, double* to) {
  convert_range(x, first, {DType::kF64, {n}, to}, 0, n);
  if (!zero_points) return;
  double zero_point = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    if (i == 0 || step != 0) {
      convert_range(zero_points, scale + i * step, {DType::kF64, {1}, &zero_point}, 0, 1);
    }
    to[i] -= zero_point;
  }
}

Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = *static_cast<const LinearParams*>(params);
  MOTE_ASSIGN(const ScaleLayout layout, linear_layout(p, args));
  const TensorView zero_points = optional_input(args, 2);
  for_each_chunk(layout, args.workers,
                 [&](std::int64_t first, std::int64_t n, std::int64_t scale, std::int64_t step) {
                   double v[kLinearChunk];
                   float scales[kLinearChunk];
                   load_offsets(args.in[0], zero_points, first, scale, step, n, v);
                   load_scales(args.in[1], scale, step, n, scales);
                   // f32 times f32 is exact in f64: one rounding, to the output's type.
                   for (std::int64_t i = 0; i < n; ++i) {
                     v[i] = static_cast<double>(static_cast<float>(v[i])) *
                            static_cast<double>(scales[i]);
                   }
                   convert_range({DType::kF64, {n}, v}, 0, args.out[0], first, n);
                 });
  return {};
}

// 8 bits with one scale to f32.
class DequantizeStep final : public Step {
 public:
  explicit DequantizeStep(const KernelTable& kernels) : kernels_(kernels) {}
  std::string_view kernel() const override { return "dequantize_q8_f32"; }

  Status run(const RunArgs& args) const override {
    constexpr std::int64_t kGrain = 1 << 15;
    MOTE_ASSIGN(const Affine from, load_affine(args, 1, 2));
    const std::uint8_t flip = flip_of(args.in[0].dtype);
    const auto* x = args.in[0].as<std::uint8_t>();
    auto* y = args.out[0].as<float>();
    args.workers.for_each_range(
        args.in[0].dims.count(), kGrain, [&](std::int64_t begin, std::int64_t end) {
          kernels_.dequantize_q8_f32(flip, from.zero_point + flip, from.scale, x + begin, y + begin,
                                     end - begin);
        });
    return {};
  }

 private:
  const KernelTable& kernels_;
};

Result<std::unique_ptr<Step>> prepare(const PrepareArgs& args) {
  const DType from = args.in_dtype(0);
  const bool floats =
      args.in_dtype(1) == DType::kF32 && args.out[0].type.tensor.dtype == DType::kF32;
  const bool bytes = from == DType::kS8 || from == DType::kU8;
  const bool single = args.in_dims(1).rank() <= 1 && args.in_dims(1).count() == 1 &&
                      (!args.has(2) || args.in_dims(2).count() == 1);
  if (!floats || !bytes || !single) return std::unique_ptr<Step>();
  if (!has_kernels<Kernel::dequantize_q8_f32>(args.kernels)) {
    return std::unique_ptr<Step>();
  }
  return std::make_unique<DequantizeStep>(args.kernels);
}

constexpr int kVersions[] = {10, 13, 19, 21, 23, 24, 25, 28};
constexpr int kMsVersions[] = {1};

constexpr std::string_view kSamples[] = {
    "(x: u8[2,3]) -> (y) { s: f32[] = {0.03} z: u8[] = {128} y = DequantizeLinear(x, s, z) }",
    "(x: s8[700], s: f32[]) -> (y) { y = DequantizeLinear(x, s) }",
    "(x: u8[20000]) -> (y) { s: f32[1] = {0.03} z: u8[] = {7} y = DequantizeLinear(x, s, z) }",
    "(x: s8[2,3,4]) -> (y) { s: f32[3] = {0.5, 0.1, 0.03} z: s8[3] = {0, -100, 3}\n"
    "  y = DequantizeLinear(x, s, z) }",
    "(x: s4[3,5]) -> (y) { s: f32[3,2] = {0.5, 0.1, 0.03, 2, 1, 7} z: s4[3,2] = {1, 2, 3, 4, 5, "
    "6}\n"
    "  y = DequantizeLinear(x, s, z) {axis=-1, block_size=3} }",
    "(x: u2[5,3]) -> (y) { s: f16[2,3] = {0.5, 0.1, 0.03, 2, 1, 7}\n"
    "  y = DequantizeLinear(x, s) {axis=0, block_size=4} }",
    "(x: u16[7]) -> (y) { s: bf16[] = {0.1} y = DequantizeLinear(x, s) }",
    "(x: s16[2,7]) -> (y) { s: f32[7] = {1, 2, 0.5, 0.25, 0.3, 0.1, 3}\n"
    "  y = DequantizeLinear(x, s) {output_dtype=10} }",
    "(x: s32[4]) -> (y) { s: f32[4] = {0.1, 0.2, 0.3, 0.4} y = DequantizeLinear(x, s) {axis=0} }",
    "() -> (y) { x: f8e4m3fn[4] = {0.5, -3, 448, nan} s: f32[] = {2} z: f8e4m3fn[] = {0}\n"
    "  y = DequantizeLinear(x, s, z) }",
    "(x: f4e2m1[6]) -> (y) { s: f8e8m0[3] = {1, 2, 0.5}\n"
    "  y = DequantizeLinear(x, s) {axis=0, block_size=2, output_dtype=1} }",
    "(x: u8[4]) -> (y) { s: f32[] = {nan} y = DequantizeLinear(x, s) }",
    "(x: u8[0,3]) -> (y) { s: f32[3] = {1, 2, 3} y = DequantizeLinear(x, s) }",
};
constexpr std::string_view kMsSamples[] = {
    "(x: u16[2,3]) -> (y) { s: f32[] = {0.03} z: u16[] = {128}\n"
    "  y = com.microsoft.DequantizeLinear(x, s, z) }",
    "(x: s4[2,3]) -> (y) { s: f16[2] = {0.5, 0.1} z: s4[2] = {1, -1}\n"
    "  y = com.microsoft.DequantizeLinear(x, s, z) {axis=0} }",
};

}  // namespace

extern const OpDef kOp_DequantizeLinear;
constinit const OpDef kOp_DequantizeLinear = {
    .name = "DequantizeLinear",
    .min_inputs = 2,
    .max_inputs = 3,
    .parse = parse,
    .infer = infer,
    .reference = reference,
    .prepare = prepare,
    .folds_late = true,
};
extern const OpDef kOp_com_microsoft_DequantizeLinear;
constinit const OpDef kOp_com_microsoft_DequantizeLinear = {
    .name = "DequantizeLinear",
    .domain = "com.microsoft",
    .min_inputs = 2,
    .max_inputs = 3,
    .parse = parse,
    .infer = infer,
    .reference = reference,
    .prepare = prepare,
    .folds_late = true,
};

extern const OnnxOp kOnnx_DequantizeLinear;
constinit const OnnxOp kOnnx_DequantizeLinear = {.name = "DequantizeLinear", .versions = kVersions};
extern const OnnxOp kOnnx_com_microsoft_DequantizeLinear;
constinit const OnnxOp kOnnx_com_microsoft_DequantizeLinear = {
    .name = "DequantizeLinear", .domain = "com.microsoft", .versions = kMsVersions};

extern const OpDoc kDoc_DequantizeLinear;
constinit const OpDoc kDoc_DequantizeLinear = {
    .name = "DequantizeLinear",
    .doc =
        "`(x - x_zero_point) * x_scale`. One scale for all, for each index of `axis`, or for each "
        "block along it.",
    .samples = kSamples,
};
extern const OpDoc kDoc_com_microsoft_DequantizeLinear;
constinit const OpDoc kDoc_com_microsoft_DequantizeLinear = {
    .name = "DequantizeLinear",
    .domain = "com.microsoft",
    .doc = "DequantizeLinear before ONNX had types of 16 and 4 bits.",
    .samples = kMsSamples,
};

}  // namespace mote
