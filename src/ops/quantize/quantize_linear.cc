// QuantizeLinear: reals as the elements of a narrow type, in units of their scales.
#include "base/text.h"
#include "kernels/table.h"
#include "ops/ops.h"
#include "ops/quantize/linear_params.h"
#include "ops/quantize/quantized.h"
#include "ops/support/axes.h"
#include "ops/support/convert.h"
#include "ops/support/has_kernels.h"
#include "ops/support/indices.h"
#include "ops/support/read_dtype.h"

namespace mote {
namespace {

constexpr std::initializer_list<DType> kTargets = {
    DType::kU8,     DType::kS8,         DType::kU16,       DType::kS16,      DType::kU4,
    DType::kS4,     DType::kU2,         DType::kS2,        DType::kF8E4M3FN, DType::kF8E5M2,
    DType::kF4E2M1, DType::kF8E4M3FNUZ, DType::kF8E5M2FNUZ};

Status check_precision(DType precision) {
  if (precision == DType::kUndefined || precision == DType::kF32 || precision == DType::kF16 ||
      precision == DType::kBF16) {
    return {};
  }
  return Error{Code::kUnsupported, cat("precision ", name(precision), " is not f32, f16 or bf16")};
}

Status check_target(DType dtype) {
  if (dtype == DType::kUndefined || std::ranges::find(kTargets, dtype) != kTargets.end()) return {};
  return Error{Code::kUnsupported, cat("nothing is quantized to ", name(dtype))};
}

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<LinearParams>();
  AttributeReader r(attributes);
  MOTE_TRY(read_linear(r, *p));
  MOTE_ASSIGN(p->precision, read_dtype(r, "precision"));
  p->saturate = r.flag("saturate", true);
  MOTE_TRY(r.finish());
  MOTE_TRY(check_precision(p->precision));
  MOTE_TRY(check_target(p->output_dtype));
  return p;
}

Result<std::unique_ptr<const OpParams>> parse_ms(const Attributes& attributes) {
  auto p = std::make_unique<LinearParams>();
  AttributeReader r(attributes);
  MOTE_TRY(read_linear(r, *p));
  MOTE_TRY(r.finish());
  MOTE_TRY(check_target(p->output_dtype));
  return p;
}

Result<DType> target_of(const InferArgs& args, DType stated) {
  const DType zero_point = args.has(2) ? args.type(2).dtype : DType::kUndefined;
  MOTE_TRY(check_target(zero_point));
  if (stated == DType::kUndefined) {
    return args.has(2) ? zero_point : DType::kU8;
  }
  if (zero_point == DType::kUndefined || zero_point == stated) return stated;
  return Error{Code::kInvalidArgument,
               cat("output_dtype is ", name(stated), ", the zero point is ", name(zero_point))};
}

// x: any shape; y_scale: [], [D] or x's shape in blocks; y_zero_point: as y_scale. y: as x.
Status infer(const InferArgs& args) {
  const auto& p = args.params<LinearParams>();
  MOTE_TRY(expect_dtype(args, 0, {DType::kF32, DType::kF16, DType::kBF16, DType::kS32}));
  MOTE_TRY(
      expect_dtype(args, 1, {DType::kF32, DType::kF16, DType::kBF16, DType::kS32, DType::kF8E8M0}));
  MOTE_ASSIGN(const DType to, target_of(args, p.output_dtype));
  MOTE_TRY(check_linear(args, p));
  args.set(0, {to, args.type(0).shape});
  return {};
}

float rounded_to(DType precision, float v) {
  if (precision == DType::kF16) return F16(v);
  if (precision == DType::kBF16) return BF16(v);
  return v;
}

// x / scale in `precision`.
void divide(DType precision, float* x, const float* scale, std::int64_t n) {
  if (precision != DType::kF16 && precision != DType::kBF16) {
    for (std::int64_t i = 0; i < n; ++i) x[i] /= scale[i];
    return;
  }
  for (std::int64_t i = 0; i < n; ++i) {
    x[i] = rounded_to(precision, rounded_to(precision, x[i]) / rounded_to(precision, scale[i]));
  }
}

// Elements [first, first + n): quotients to integers.
void store_integers(const float* v, const TensorView& zero_points, std::int64_t scale,
                    std::int64_t step, const MutTensorView& y, std::int64_t first, std::int64_t n) {
  const IntegerRange range = range_of(y.dtype);
  std::int32_t q[kLinearChunk];
  if (step == 0 || !zero_points) {
    const std::int32_t zero_point = zero_points ? load_quantized(zero_points, scale) : 0;
    for (std::int64_t i = 0; i < n; ++i) q[i] = quantized(v[i], zero_point, range);
  } else {
    for (std::int64_t i = 0; i < n; ++i) {
      q[i] = quantized(v[i], load_quantized(zero_points, scale + i), range);
    }
  }
  convert_range({DType::kS32, {n}, q}, 0, y, first, n);
}

void store_minifloats(float* v, const TensorView& zero_points, std::int64_t scale,
                      std::int64_t step, const MutTensorView& y, std::int64_t first, std::int64_t n,
                      bool saturate) {
  if (zero_points) {
    for (std::int64_t i = 0; i < n; ++i) {
      float zero_point = 0;
      convert_range(zero_points, scale + i * step, {DType::kF32, {1}, &zero_point}, 0, 1);
      v[i] += zero_point;
    }
  }
  convert_range({DType::kF32, {n}, v}, 0, y, first, n, {.saturate = saturate});
}

Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = *static_cast<const LinearParams*>(params);
  MOTE_ASSIGN(const ScaleLayout layout, linear_layout(p, args));
  const TensorView zero_points = optional_input(args, 2);
  const MutTensorView& y = args.out[0];
  const bool integers = is_quantized_integer(y.dtype);
  const DType precision = p.precision != DType::kUndefined ? p.precision : args.in[1].dtype;
  for_each_chunk(layout, args.workers,
                 [&](std::int64_t first, std::int64_t n, std::int64_t scale, std::int64_t step) {
                   float v[kLinearChunk], scales[kLinearChunk];
                   convert_range(args.in[0], first, {DType::kF32, {n}, v}, 0, n);
                   load_scales(args.in[1], scale, step, n, scales);
                   divide(precision, v, scales, n);
                   if (integers) {
                     store_integers(v, zero_points, scale, step, y, first, n);
                   } else {
                     store_minifloats(v, zero_points, scale, step, y, first, n, p.saturate);
                   }
                 });
  return {};
}

// f32 with one scale to 8 bits, as activations are quantized.
class QuantizeStep final : public Step {
 public:
  explicit QuantizeStep(const KernelTable& kernels) : kernels_(kernels) {}
  std::string_view kernel() const override { return "quantize_f32_q8"; }

  Status run(const RunArgs& args) const override {
    constexpr std::int64_t kGrain = 1 << 15;
    MOTE_ASSIGN(const Affine to, load_affine(args, 1, 2));
    const IntegerRange range = range_of(args.out[0].dtype);
    const RequantizeQ8 rounding{to.zero_point, range.low, range.high};
    const auto* x = args.in[0].as<float>();
    auto* y = args.out[0].as<std::uint8_t>();  // s8 has the same bits
    args.workers.for_each_range(
        args.in[0].dims.count(), kGrain, [&](std::int64_t begin, std::int64_t end) {
          kernels_.quantize_f32_q8(rounding, to.scale, x + begin, y + begin, end - begin);
        });
    return {};
  }

 private:
  const KernelTable& kernels_;
};

Result<std::unique_ptr<Step>> prepare(const PrepareArgs& args) {
  const auto& p = args.params<LinearParams>();
  const DType to = args.out[0].type.tensor.dtype;
  const bool floats = args.in_dtype(0) == DType::kF32 && args.in_dtype(1) == DType::kF32 &&
                      (p.precision == DType::kUndefined || p.precision == DType::kF32);
  const bool bytes = to == DType::kS8 || to == DType::kU8;
  const bool single = args.in_dims(1).rank() <= 1 && args.in_dims(1).count() == 1 &&
                      (!args.has(2) || args.in_dims(2).count() == 1);
  if (!floats || !bytes || !single) return std::unique_ptr<Step>();
  if (!has_kernels<Kernel::quantize_f32_q8>(args.kernels)) {
    return std::unique_ptr<Step>();
  }
  return std::make_unique<QuantizeStep>(args.kernels);
}

constexpr int kVersions[] = {10, 13, 19, 21, 23, 24, 25, 28};
constexpr int kMsVersions[] = {1};

constexpr std::string_view kSamples[] = {
    "(x: f32[2,3]) -> (y) { s: f32[] = {0.03} z: u8[] = {128} y = QuantizeLinear(x, s, z) }",
    "(x: f32[700], s: f32[]) -> (y) { y = QuantizeLinear(x, s) }",
    "(x: f32[20000]) -> (y) { s: f32[1] = {0.03} z: s8[1] = {-7} y = QuantizeLinear(x, s, z) }",
    "(x: f32[2,3,4]) -> (y) { s: f32[3] = {0.5, 0.1, 0.03} z: s8[3] = {0, -100, 3}\n"
    "  y = QuantizeLinear(x, s, z) }",
    "(x: f32[3,5]) -> (y) { s: f32[3,2] = {0.5, 0.1, 0.03, 2, 1, 7} z: s16[3,2] = {1, 2, 3, 4, 5, "
    "6}\n"
    "  y = QuantizeLinear(x, s, z) {axis=-1, block_size=3} }",
    "(x: f32[5,3]) -> (y) { s: f32[2,3] = {0.5, 0.1, 0.03, 2, 1, 7}\n"
    "  y = QuantizeLinear(x, s) {axis=0, block_size=4, output_dtype=4} }",
    "(x: f16[2,7]) -> (y) { s: f16[7] = {1, 2, 0.5, 0.25, 0.3, 0.1, 3}\n"
    "  y = QuantizeLinear(x, s) {output_dtype=22} }",
    "(x: bf16[9]) -> (y) { s: f32[] = {0.7} y = QuantizeLinear(x, s) {output_dtype=21, "
    "precision=16} }",
    "(x: s32[2,3]) -> (y) { s: f32[] = {0.7} z: u2[] = {1} y = QuantizeLinear(x, s, z) }",
    "(x: s32[5]) -> (y) { s: s32[] = {2} y = QuantizeLinear(x, s) {output_dtype=26} }",
    "(x: f32[5]) -> (y) { s: f32[] = {0.7} q = QuantizeLinear(x, s) {output_dtype=17}\n"
    "  y = Cast(q) {to=1} }",
    "(x: f32[5]) -> (y) { s: f32[] = {0.001} q = QuantizeLinear(x, s) {output_dtype=20, "
    "saturate=0}\n"
    "  y = Cast(q) {to=1} }",
    "(x: f32[7]) -> (y) { s: f8e8m0[1] = {0.5} q = QuantizeLinear(x, s) {output_dtype=23}\n"
    "  y = Cast(q) {to=1} }",
    "(x: f32[4]) -> (y) { s: f32[] = {0} y = QuantizeLinear(x, s) }",
    "(x: f32[0,3]) -> (y) { s: f32[3] = {1, 2, 3} y = QuantizeLinear(x, s) }",
    "(x: f32[]) -> (y) { s: f32[] = {0.02} y = QuantizeLinear(x, s) }",
};
constexpr std::string_view kMsSamples[] = {
    "(x: f32[2,3]) -> (y) { s: f32[] = {0.03} z: u16[] = {128}\n"
    "  y = com.microsoft.QuantizeLinear(x, s, z) }",
    "(x: f16[2,3]) -> (y) { s: f16[2] = {0.5, 0.1} z: s4[2] = {1, -1}\n"
    "  y = com.microsoft.QuantizeLinear(x, s, z) {axis=0} }",
};

}  // namespace

extern const OpDef kOp_QuantizeLinear;
constinit const OpDef kOp_QuantizeLinear = {
    .name = "QuantizeLinear",
    .min_inputs = 2,
    .max_inputs = 3,
    .parse = parse,
    .infer = infer,
    .reference = reference,
    .prepare = prepare,
};
extern const OpDef kOp_com_microsoft_QuantizeLinear;
constinit const OpDef kOp_com_microsoft_QuantizeLinear = {
    .name = "QuantizeLinear",
    .domain = "com.microsoft",
    .min_inputs = 2,
    .max_inputs = 3,
    .parse = parse_ms,
    .infer = infer,
    .reference = reference,
    .prepare = prepare,
};

extern const OnnxOp kOnnx_QuantizeLinear;
constinit const OnnxOp kOnnx_QuantizeLinear = {.name = "QuantizeLinear", .versions = kVersions};
extern const OnnxOp kOnnx_com_microsoft_QuantizeLinear;
constinit const OnnxOp kOnnx_com_microsoft_QuantizeLinear = {
    .name = "QuantizeLinear", .domain = "com.microsoft", .versions = kMsVersions};

extern const OpDoc kDoc_QuantizeLinear;
constinit const OpDoc kDoc_QuantizeLinear = {
    .name = "QuantizeLinear",
    .doc =
        "`x / y_scale`, rounded half to even, plus the zero point, within the range of the "
        "output's "
        "type. One scale for all, for each index of `axis`, or for each block along it. NaN gives "
        "the zero point.",
    .samples = kSamples,
};
extern const OpDoc kDoc_com_microsoft_QuantizeLinear;
constinit const OpDoc kDoc_com_microsoft_QuantizeLinear = {
    .name = "QuantizeLinear",
    .domain = "com.microsoft",
    .doc = "QuantizeLinear before ONNX had types of 16 and 4 bits.",
    .samples = kMsSamples,
};

}  // namespace mote
