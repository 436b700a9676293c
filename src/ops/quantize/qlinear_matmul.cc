// QLinearMatMul, MatMulInteger: matrix products of quantized tensors, with exact sums.
#include "base/text.h"
#include "ops/matmul/matmul_sizes.h"
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

// Which number, of a scale or zero point, belongs to a row (of A) or a column (of B): one for all,
// [M] for the rows of each matrix, or [batch..., M, 1]; [N] or [batch..., 1, N] of columns.
struct Spread {
  TensorView values;  // false: zeros
  Dims strides;       // along the batch
  std::int64_t step = 0;

  std::int64_t index(std::int64_t matrix, std::int64_t line) const { return matrix + line * step; }
};

Error no_spread(const Dims& dims, std::int64_t lines, std::string_view what) {
  return Error{Code::kInvalidArgument,
               cat(what, " of size ", to_string(dims), " do not fit ", lines, " rows or columns")};
}

Result<Spread> spread_over(const TensorView& values, const Dims& batch, std::int64_t lines,
                           bool columns, std::string_view what) {
  Spread s{values, batch, 0};
  std::ranges::fill(s.strides, 0);
  const Dims& dims = values.dims;
  if (!values || dims.count() == 1) return s;
  s.step = 1;
  if (dims.rank() == 1 && dims[0] == lines) return s;
  if (dims.rank() < 2) return no_spread(dims, lines, what);
  const int last = dims.rank() - 1;
  const std::int64_t wanted[] = {columns ? 1 : lines, columns ? lines : 1};
  if (dims[last - 1] != wanted[0] || dims[last] != wanted[1]) return no_spread(dims, lines, what);
  const auto whole = broadcast_dims(batch_of(dims), batch);
  if (!whole || *whole != batch) return no_spread(dims, lines, what);
  s.strides = broadcast_strides(batch_of(dims), batch);
  for (std::int64_t& stride : s.strides) stride *= lines;
  return s;
}

// -- inference

Result<std::optional<Shape>> product_shape(const InferArgs& args, std::size_t b) {
  if (!args.type(0).shape || !args.type(b).shape) return std::optional<Shape>();
  MOTE_ASSIGN(Shape shape, matmul_shape(*args.type(0).shape, *args.type(b).shape));
  return std::optional(std::move(shape));
}

// A: [batch..., M, K] or [K]; B: [batch..., K, N] or [K]. Y: s32[batch..., M, N].
Status infer_integer(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, 0, ByteElements{}));
  MOTE_TRY(expect_elements(args, 1, ByteElements{}));
  MOTE_TRY(shared_dtype(args, {0, 2}));
  MOTE_TRY(shared_dtype(args, {1, 3}));
  MOTE_ASSIGN(auto shape, product_shape(args, 1));
  args.set(0, {DType::kS32, std::move(shape)});
  return {};
}

constexpr std::initializer_list<DType> kQuantized = {DType::kS8,         DType::kU8,
                                                     DType::kF8E4M3FN,   DType::kF8E5M2,
                                                     DType::kF8E4M3FNUZ, DType::kF8E5M2FNUZ};

// Inputs: a, a_scale, a_zero_point, b, b_scale, b_zero_point, y_scale, y_zero_point.
Status infer_qlinear(const InferArgs& args) {
  for (const std::size_t i : {0, 2, 3, 5, 7}) MOTE_TRY(expect_dtype(args, i, kQuantized));
  for (const std::size_t i : {1, 4, 6}) {
    MOTE_TRY(expect_dtype(args, i, {DType::kF32, DType::kF16, DType::kBF16}));
  }
  MOTE_TRY(shared_dtype(args, {0, 2}));
  MOTE_TRY(shared_dtype(args, {3, 5}));
  MOTE_TRY(expect_scalar(args, 6, "y_scale"));
  MOTE_TRY(expect_scalar(args, 7, "y_zero_point"));
  MOTE_ASSIGN(auto shape, product_shape(args, 3));
  args.set(0, {args.type(7).dtype, std::move(shape)});
  return {};
}

// -- reference

template <class T>
struct Integers {
  const T* data;
  std::int32_t operator[](std::int64_t i) const { return data[i]; }
};

struct Minifloats {
  const std::uint8_t* data;
  DType dtype;
  float operator[](std::int64_t i) const { return minifloat_to_f32(dtype, data[i]); }
};

template <class F>
Status with_numbers(const TensorView& view, const F& f) {
  if (view.dtype == DType::kS8) return f(Integers<std::int8_t>{view.as<std::int8_t>()});
  if (view.dtype == DType::kU8) return f(Integers<std::uint8_t>{view.as<std::uint8_t>()});
  return f(Minifloats{view.as<std::uint8_t>(), view.dtype});
}

float number_at(const TensorView& view, std::int64_t i) {
  if (!view) return 0.0F;
  if (is_minifloat(view.dtype)) return minifloat_to_f32(view.dtype, view.as<std::uint8_t>()[i]);
  return static_cast<float>(load_quantized(view, i));
}

struct Operand {
  TensorView values;
  Spread zero_points;
};

// Calls store(matrix, i, j, sum) for each element, where matrix counts through the batch.
template <class Sum, class Store>
Status multiply_batch(const MatMulSizes& s, const Operand& a, const Operand& b, Workers& workers,
                      const Store& store) {
  if (s.batch.count() == 0 || s.m == 0 || s.n == 0) return {};
  return with_numbers(a.values, [&](const auto& x) -> Status {
    return with_numbers(b.values, [&](const auto& w) -> Status {
      const std::array<Dims, 4> strides{s.a_strides, s.b_strides, a.zero_points.strides,
                                        b.zero_points.strides};
      std::int64_t matrix = 0;
      for_each_offset<4>(s.batch, strides, [&](const auto& at) {
        const auto zero = [](const Spread& z, std::int64_t first, std::int64_t line) {
          return number_at(z.values, z.index(first, line));
        };
        multiply_offsets<Sum>(
            s.m, s.n, s.k,
            [&](std::int64_t i, std::int64_t p) { return x[(at[0] * s.m + i) * s.k + p]; },
            [&](std::int64_t i) { return zero(a.zero_points, at[2], i); },
            [&](std::int64_t p, std::int64_t j) { return w[(at[1] * s.k + p) * s.n + j]; },
            [&](std::int64_t j) { return zero(b.zero_points, at[3], j); }, workers,
            [&](std::int64_t i, std::int64_t j, Sum sum) { store(matrix, i, j, sum); });
        ++matrix;
      });
      return {};
    });
  });
}

Status reference_integer(const OpParams*, const RunArgs& args) {
  const MatMulSizes s = matmul_sizes(args.in[0].dims, args.in[1].dims);
  MOTE_ASSIGN(const Spread a,
              spread_over(optional_input(args, 2), s.batch, s.m, false, "zero points of A"));
  MOTE_ASSIGN(const Spread b,
              spread_over(optional_input(args, 3), s.batch, s.n, true, "zero points of B"));
  auto* y = args.out[0].as<std::int32_t>();
  return multiply_batch<std::int64_t>(
      s, {args.in[0], a}, {args.in[1], b}, args.workers,
      [&](std::int64_t matrix, std::int64_t i, std::int64_t j, std::int64_t sum) {
        y[(matrix * s.m + i) * s.n + j] = static_cast<std::int32_t>(sum);  // wraps
      });
}

// The element of y for a product's sum.
struct Output {
  DType dtype;
  float scale;
  float zero_point;
  IntegerRange range;

  std::uint8_t operator()(double sum, float factor) const {
    const float v = static_cast<float>(sum) * (factor / scale);
    if (is_minifloat(dtype)) return f32_to_minifloat(dtype, v + zero_point);
    const auto zero = static_cast<std::int32_t>(zero_point);
    return static_cast<std::uint8_t>(quantized(v, zero, range));  // s8 has the same bits
  }
};

// Where a scale of `spread` lies for matrix number `matrix` of the batch.
std::int64_t matrix_offset(const Spread& spread, const Dims& batch, std::int64_t matrix) {
  std::int64_t offset = 0;
  for (int d = batch.rank() - 1; d >= 0; matrix /= batch[d], --d) {
    offset += matrix % batch[d] * spread.strides[d];
  }
  return offset;
}

Status reference_qlinear(const OpParams*, const RunArgs& args) {
  const MatMulSizes s = matmul_sizes(args.in[0].dims, args.in[3].dims);
  const auto rows = [&](std::size_t i, std::string_view what) {
    return spread_over(args.in[i], s.batch, s.m, false, what);
  };
  const auto columns = [&](std::size_t i, std::string_view what) {
    return spread_over(args.in[i], s.batch, s.n, true, what);
  };
  MOTE_ASSIGN(const Spread a_scale, rows(1, "scales of a"));
  MOTE_ASSIGN(const Spread a_zero, rows(2, "zero points of a"));
  MOTE_ASSIGN(const Spread b_scale, columns(4, "scales of b"));
  MOTE_ASSIGN(const Spread b_zero, columns(5, "zero points of b"));
  MOTE_TRY(load_affine(args, 6, 7));
  const Output output{args.out[0].dtype, load_scale(args.in[6], 0), number_at(args.in[7], 0),
                      range_of(args.out[0].dtype)};
  auto* y = args.out[0].as<std::uint8_t>();
  return multiply_batch<double>(
      s, {args.in[0], a_zero}, {args.in[3], b_zero}, args.workers,
      [&](std::int64_t matrix, std::int64_t i, std::int64_t j, double sum) {
        const std::int64_t a = a_scale.index(matrix_offset(a_scale, s.batch, matrix), i);
        const std::int64_t b = b_scale.index(matrix_offset(b_scale, s.batch, matrix), j);
        const float factor = load_scale(args.in[1], a) * load_scale(args.in[4], b);
        y[(matrix * s.m + i) * s.n + j] = output(sum, factor);
      });
}

std::int64_t macs(const PrepareArgs& args) {
  const Dims a = args.in_dims(0);
  return macs_of(args.out_dims(0).count(), a[a.rank() - 1]);
}

constexpr int kIntegerVersions[] = {10};
constexpr int kQLinearVersions[] = {10, 21};

constexpr std::string_view kIntegerSamples[] = {
    "(a: u8[4,3], b: s8[3,17]) -> (y) { y = MatMulInteger(a, b) }",
    "(a: s8[2,4,3], b: u8[3,5]) -> (y) {\n"
    "  az: s8[2,4,1] = {1, 2, 3, 4, -5, -6, -7, -8} bz: u8[5] = {0, 255, 7, 8, 9}\n"
    "  y = MatMulInteger(a, b, az, bz) }",
    "(a: u8[4,3], b: u8[2,3,2], az: u8[4]) -> (y) {\n"
    "  bz: u8[2,1,2] = {1, 2, 3, 4} y = MatMulInteger(a, b, az, bz) }",
    "(a: u8[3], b: u8[3], bz: u8[]) -> (y) { y = MatMulInteger(a, b, _, bz) }",
    "(a: u8[2,0], b: u8[0,3]) -> (y) { y = MatMulInteger(a, b) }",
};
constexpr std::string_view kQLinearSamples[] = {
    "(a: u8[4,3], b: s8[3,18]) -> (y) {\n"
    "  as: f32[] = {0.1} az: u8[] = {3} bs: f32[] = {0.2} bz: s8[] = {1}\n"
    "  ys: f32[] = {0.05} yz: u8[] = {128} y = QLinearMatMul(a, as, az, b, bs, bz, ys, yz) }",
    "(a: s8[2,2,3], b: s8[2,3,2]) -> (y) {\n"
    "  as: f16[2] = {0.1, 0.2} az: s8[2] = {3, 4} bs: f16[2,1,2] = {0.1, 0.2, 0.3, 0.4}\n"
    "  bz: s8[2,1,2] = {1, 2, 3, 4} ys: f16[1] = {0.05} yz: s8[1] = {-3}\n"
    "  y = QLinearMatMul(a, as, az, b, bs, bz, ys, yz) }",
    "() -> (y) { a: f8e4m3fn[2,2] = {1, 2, -3, 0.5} as: f32[] = {0.5} az: f8e4m3fn[] = {0}\n"
    "  b: f8e5m2[2,1] = {4, 8} bs: f32[] = {0.25} bz: f8e5m2[] = {0} ys: f32[] = {2}\n"
    "  yz: f8e4m3fnuz[] = {0} y = QLinearMatMul(a, as, az, b, bs, bz, ys, yz) }",
    "(a: u8[3], b: u8[3]) -> (y) {\n"
    "  as: f32[] = {0.1} az: u8[] = {3} bs: f32[] = {0.2} bz: u8[] = {1}\n"
    "  ys: bf16[] = {0} yz: u8[] = {128} y = QLinearMatMul(a, as, az, b, bs, bz, ys, yz) }",
};

}  // namespace

extern const OpDef kOp_MatMulInteger;
constinit const OpDef kOp_MatMulInteger = {
    .name = "MatMulInteger",
    .min_inputs = 2,
    .max_inputs = 4,
    .infer = infer_integer,
    .reference = reference_integer,
    .macs = macs,
};
extern const OpDef kOp_QLinearMatMul;
constinit const OpDef kOp_QLinearMatMul = {
    .name = "QLinearMatMul",
    .min_inputs = 8,
    .max_inputs = 8,
    .infer = infer_qlinear,
    .reference = reference_qlinear,
    .macs = macs,
};

extern const OnnxOp kOnnx_MatMulInteger;
constinit const OnnxOp kOnnx_MatMulInteger = {.name = "MatMulInteger",
                                              .versions = kIntegerVersions};
extern const OnnxOp kOnnx_QLinearMatMul;
constinit const OnnxOp kOnnx_QLinearMatMul = {.name = "QLinearMatMul",
                                              .versions = kQLinearVersions};

extern const OpDoc kDoc_MatMulInteger;
constinit const OpDoc kDoc_MatMulInteger = {
    .name = "MatMulInteger",
    .doc =
        "The matrix product of `A - a_zero_point` and `B - b_zero_point`, in 32 bits, which wrap. "
        "Zero points are one, one for each row of `A`, one for each column of `B`.",
    .samples = kIntegerSamples,
};
extern const OpDoc kDoc_QLinearMatMul;
constinit const OpDoc kDoc_QLinearMatMul = {
    .name = "QLinearMatMul",
    .doc =
        "MatMul of quantized tensors: exact sums times `a_scale * b_scale / y_scale`, rounded "
        "half to even, plus `y_zero_point`. Scales and zero points are one, or one for each row "
        "of `a` and each column of `b`.",
    .samples = kQLinearSamples,
};

}  // namespace mote
