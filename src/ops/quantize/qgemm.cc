// QGemm: Gemm of 8-bit matrices, with exact sums; its result quantized or not.
#include "base/text.h"
#include "ops/ops.h"
#include "ops/quantize/offset_product.h"
#include "ops/quantize/quantized.h"
#include "ops/support/axes.h"
#include "ops/support/expect_elements.h"
#include "ops/support/indices.h"
#include "ops/support/shapes.h"
#include "ops/support/strides.h"

namespace mote {
namespace {

struct QGemmParams : OpParams {
  float alpha = 1.0F;
  bool trans_a = false;
  bool trans_b = false;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<QGemmParams>();
  AttributeReader r(attributes);
  p->alpha = r.real("alpha", 1.0F);
  p->trans_a = r.integer("transA", 0) != 0;
  p->trans_b = r.integer("transB", 0) != 0;
  MOTE_TRY(r.finish());
  return p;
}

constexpr std::size_t kA = 0, kAScale = 1, kAZero = 2, kB = 3, kBScale = 4, kBZero = 5, kC = 6,
                      kYScale = 7, kYZero = 8;

// One, or one for each column.
Status expect_for_columns(const InferArgs& args, std::size_t i, const Dim& columns,
                          std::string_view what) {
  const Dim size = size_of(args, i, 0);
  const bool one = args.type(i).rank() == 0 || (size.known() && size.size() == 1);
  return one ? Status() : expect_vector(args, i, columns, what);
}

Status check_types(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, kA, ByteElements{}));
  MOTE_TRY(expect_elements(args, kB, ByteElements{}));
  MOTE_TRY(expect_affine(args, kA, kAScale, kAZero));
  MOTE_TRY(expect_dtype(args, kBScale, {DType::kF32}));
  MOTE_TRY(shared_dtype(args, {kB, kBZero}));
  MOTE_TRY(expect_dtype(args, kC, {DType::kS32}));
  MOTE_TRY(expect_dtype(args, kYScale, {DType::kF32}));
  MOTE_TRY(expect_scalar(args, kYScale, "y_scale"));
  MOTE_TRY(expect_elements(args, kYZero, ByteElements{}));
  MOTE_TRY(expect_scalar(args, kYZero, "y_zero_point"));
  if (args.has(kYScale) == args.has(kYZero)) return {};
  return Error{Code::kInvalidArgument, "y_scale and y_zero_point do not come together"};
}

// A: [M, K], or [K, M] with transA; B: [K, N], or [N, K] with transB; C: broadcasts to [M, N].
Status infer(const InferArgs& args) {
  const auto& p = args.params<QGemmParams>();
  MOTE_TRY(check_types(args));
  MOTE_TRY(expect_rank(args, kA, 2, "A"));
  MOTE_TRY(expect_rank(args, kB, 2, "B"));
  const Dim m = size_of(args, kA, p.trans_a ? 1 : 0);
  const Dim n = size_of(args, kB, p.trans_b ? 0 : 1);
  MOTE_TRY(expect_size(args, kB, p.trans_b ? 1 : 0, size_of(args, kA, p.trans_a ? 0 : 1), "B"));
  MOTE_TRY(expect_for_columns(args, kBScale, n, "b_scale"));
  if (args.has(kBZero)) MOTE_TRY(expect_for_columns(args, kBZero, n, "b_zero_point"));
  if (args.has(kC) && args.type(kC).shape) {
    MOTE_ASSIGN(const Shape whole, broadcast_shapes(*args.type(kC).shape, {m, n}));
    const bool fits = whole.size() == 2 && (!m.known() || whole[0] == m || !whole[0].known()) &&
                      (!n.known() || whole[1] == n || !whole[1].known());
    if (!fits) {
      return Error{Code::kInvalidArgument,
                   cat("C, ", to_string(args.type(kC)), ", does not broadcast to the product")};
    }
  }
  args.set(0, {args.has(kYZero) ? args.type(kYZero).dtype : DType::kF32, Shape{m, n}});
  return {};
}

struct Columns {
  TensorView scale, zero_point;

  float scale_of(std::int64_t j) const {
    return scale.as<float>()[scale.dims.count() == 1 ? 0 : j];
  }
  std::int32_t zero_of(std::int64_t j) const {
    if (!zero_point) return 0;
    return load_quantized(zero_point, zero_point.dims.count() == 1 ? 0 : j);
  }
};

Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = *static_cast<const QGemmParams*>(params);
  const std::int64_t m = args.out[0].dims[0], n = args.out[0].dims[1];
  const std::int64_t k = args.in[kA].dims[p.trans_a ? 0 : 1];
  MOTE_ASSIGN(const Affine a, load_affine(args, kAScale, kAZero));
  const TensorView c = optional_input(args, kC);
  const Dims c_strides = c ? broadcast_strides(c.dims, args.out[0].dims) : Dims{0, 0};
  const bool quantize = static_cast<bool>(optional_input(args, kYScale));
  Affine y;
  if (quantize) {
    MOTE_ASSIGN(y, load_affine(args, kYScale, kYZero));
  }
  const IntegerRange range = range_of(args.out[0].dtype);
  const Columns columns{args.in[kBScale], optional_input(args, kBZero)};
  const auto put = [&](std::int64_t i, std::int64_t j, std::int64_t sum) {
    if (c) sum += c.as<std::int32_t>()[i * c_strides[0] + j * c_strides[1]];
    const float unit = p.alpha * a.scale * columns.scale_of(j);
    if (quantize) {
      const Requantize to{unit / y.scale, y.zero_point, range};
      args.out[0].as<std::uint8_t>()[i * n + j] = static_cast<std::uint8_t>(to(sum));
    } else {
      args.out[0].as<float>()[i * n + j] = static_cast<float>(sum) * unit;
    }
  };
  return with_dtype(ByteElements{}, args.in[kA].dtype, [&]<class A>(A) -> Status {
    return with_dtype(ByteElements{}, args.in[kB].dtype, [&]<class B>(B) -> Status {
      const A* x = args.in[kA].as<A>();
      const B* w = args.in[kB].as<B>();
      multiply_offsets<std::int64_t>(
          m, n, k,
          [&](std::int64_t i, std::int64_t q) { return x[p.trans_a ? q * m + i : i * k + q]; },
          [&](std::int64_t) { return a.zero_point; },
          [&](std::int64_t q, std::int64_t j) { return w[p.trans_b ? j * k + q : q * n + j]; },
          [&](std::int64_t j) { return columns.zero_of(j); }, args.workers, put);
      return {};
    });
  });
}

std::int64_t macs(const PrepareArgs& args) {
  const auto& p = args.params<QGemmParams>();
  return macs_of(args.out_dims(0).count(), args.in_dims(kA)[p.trans_a ? 0 : 1]);
}

constexpr int kVersions[] = {1};

constexpr std::string_view kSamples[] = {
    "(a: u8[4,3], b: s8[3,18], c: s32[18]) -> (y) {\n"
    "  as: f32[] = {0.1} az: u8[] = {3} bs: f32[] = {0.2} bz: s8[] = {1}\n"
    "  ys: f32[] = {0.05} yz: u8[] = {128}\n"
    "  y = com.microsoft.QGemm(a, as, az, b, bs, bz, c, ys, yz) }",
    "(a: s8[3,4], b: u8[2,3], c: s32[4,1]) -> (y) {\n"
    "  as: f32[] = {0.1} az: s8[] = {3} bs: f32[2] = {0.2, 0.3} bz: u8[2] = {1, 255}\n"
    "  y = com.microsoft.QGemm(a, as, az, b, bs, bz, c) {transA=1, transB=1, alpha=0.5} }",
    "(a: u8[4,0], b: s8[0,2]) -> (y) {\n"
    "  s: f32[] = {0.1} az: u8[] = {3} bz: s8[] = {1}\n"
    "  y = com.microsoft.QGemm(a, s, az, b, s, bz, _, s, az) }",
};

}  // namespace

extern const OpDef kOp_com_microsoft_QGemm;
constinit const OpDef kOp_com_microsoft_QGemm = {
    .name = "QGemm",
    .domain = "com.microsoft",
    .min_inputs = 6,
    .max_inputs = 9,
    .parse = parse,
    .infer = infer,
    .reference = reference,
    .macs = macs,
};

extern const OnnxOp kOnnx_com_microsoft_QGemm;
constinit const OnnxOp kOnnx_com_microsoft_QGemm = {
    .name = "QGemm", .domain = "com.microsoft", .versions = kVersions};

extern const OpDoc kDoc_com_microsoft_QGemm;
constinit const OpDoc kDoc_com_microsoft_QGemm = {
    .name = "QGemm",
    .domain = "com.microsoft",
    .doc =
        "Gemm of quantized matrices plus `C` in units of `alpha * a_scale * b_scale`. Without "
        "`y_scale` the result is f32.",
    .samples = kSamples,
};

}  // namespace mote
