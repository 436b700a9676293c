// QLinearConcat, QLinearWhere: elements of quantized tensors in the units of another, by tables.
#include "base/text.h"
#include "ops/ops.h"
#include "ops/quantize/real_functions.h"
#include "ops/support/axes.h"
#include "ops/support/broadcast.h"
#include "ops/support/expect_elements.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

struct ConcatParams : OpParams {
  std::int64_t axis = 0;
};

Result<std::unique_ptr<const OpParams>> parse_concat(const Attributes& attributes) {
  auto p = std::make_unique<ConcatParams>();
  AttributeReader r(attributes);
  p->axis = r.required_integer("axis");
  MOTE_TRY(r.finish());
  return p;
}

// -- QLinearConcat(Y_scale, Y_zero_point, then a tensor, its scale and its zero point each)

Status check_triples(const InferArgs& args) {
  MOTE_TRY(expect_dtype(args, 0, {DType::kF32}));
  MOTE_TRY(expect_scalar(args, 0, "Y_scale"));
  MOTE_TRY(expect_scalar(args, 1, "Y_zero_point"));
  if ((args.in.size() - 2) % 3 != 0) {
    return Error{Code::kInvalidArgument,
                 cat(args.in.size(), " inputs are not 2 and then three for each tensor")};
  }
  for (std::size_t i = 2; i < args.in.size(); i += 3) {
    MOTE_TRY(expect_present(args, {i, i + 1, i + 2}));
    MOTE_TRY(expect_elements(args, i, ByteElements{}));
    MOTE_TRY(shared_dtype(args, {1, i}));
    MOTE_TRY(expect_affine(args, i, i + 1, i + 2));
  }
  return {};
}

Status infer_concat(const InferArgs& args) {
  MOTE_TRY(check_triples(args));
  MOTE_ASSIGN(TensorType out, concat_type(args, 2, 3, args.params<ConcatParams>().axis));
  out.dtype = args.type(1).dtype;
  args.set(0, std::move(out));
  return {};
}

Result<ByteTable> requantizing(const RunArgs& args, std::size_t tensor, Affine to) {
  MOTE_ASSIGN(const Affine from, load_affine(args, tensor + 1, tensor + 2));
  return table_of({}, args.in[tensor].dtype, from, args.out[0].dtype, to);
}

Status reference_concat(const OpParams* params, const RunArgs& args) {
  MOTE_ASSIGN(const Affine y, load_affine(args, 0, 1));
  const Dims& dims = args.out[0].dims;
  MOTE_ASSIGN(const int axis,
              normalize_axis(static_cast<const ConcatParams*>(params)->axis, dims.rank()));
  const std::int64_t block = dims.count(axis, dims.rank());
  auto* to = args.out[0].as<std::uint8_t>();
  for (std::size_t k = 2; k < args.in.size(); k += 3) {
    MOTE_ASSIGN(const ByteTable table, requantizing(args, k, y));
    const std::int64_t part = args.in[k].dims.count(axis, dims.rank());
    const std::int64_t blocks = part == 0 ? 0 : args.in[k].dims.count() / part;
    const auto* from = args.in[k].as<std::uint8_t>();
    for (std::int64_t o = 0; o < blocks; ++o) {
      for (std::int64_t i = 0; i < part; ++i) to[o * block + i] = table[from[o * part + i]];
    }
    to += part;
  }
  return {};
}

// -- QLinearWhere(condition, X, scale, zero point, Y, scale, zero point, scale of Z, its zero
// point)

Status infer_where(const InferArgs& args) {
  MOTE_TRY(expect_dtype(args, 0, {DType::kBool}));
  MOTE_TRY(expect_elements(args, 1, ByteElements{}));
  MOTE_ASSIGN(const DType dtype, shared_dtype(args, {1, 4, 8}));
  MOTE_TRY(expect_affine(args, 1, 2, 3));
  MOTE_TRY(expect_affine(args, 4, 5, 6));
  MOTE_TRY(expect_affine(args, 1, 7, 8));
  std::optional<Shape> shape = Shape();
  for (const std::size_t i : {0, 1, 4}) {
    if (!args.type(i).shape) shape.reset();
    if (!shape) break;
    MOTE_ASSIGN(shape, broadcast_shapes(*shape, *args.type(i).shape));
  }
  args.set(0, {dtype, std::move(shape)});
  return {};
}

Status reference_where(const OpParams*, const RunArgs& args) {
  MOTE_ASSIGN(const Affine z, load_affine(args, 7, 8));
  MOTE_ASSIGN(const ByteTable x_table, requantizing(args, 1, z));
  MOTE_ASSIGN(const ByteTable y_table, requantizing(args, 4, z));
  const auto* condition = args.in[0].as<bool>();
  const auto* x = args.in[1].as<std::uint8_t>();
  const auto* y = args.in[4].as<std::uint8_t>();
  auto* to = args.out[0].as<std::uint8_t>();
  if (args.out[0].dims.count() == 0) return {};
  const auto rows =
      broadcast_rows<3>({args.in[0].dims, args.in[1].dims, args.in[4].dims}, args.out[0].dims);
  for_each_row(rows, [&](const auto& at, std::int64_t first, std::int64_t n) {
    for (std::int64_t i = 0; i < n; ++i) {
      const bool take_x = condition[at[0] + i * rows.step[0]];
      to[first + i] =
          take_x ? x_table[x[at[1] + i * rows.step[1]]] : y_table[y[at[2] + i * rows.step[2]]];
    }
  });
  return {};
}

constexpr int kVersions[] = {1};

constexpr std::string_view kConcatSamples[] = {
    "(a: u8[2,3], b: u8[2,1]) -> (y) {\n"
    "  ys: f32[] = {0.1} yz: u8[] = {3} s: f32[] = {0.3} z: u8[] = {200}\n"
    "  y = com.microsoft.QLinearConcat(ys, yz, a, ys, yz, b, s, z) {axis=1} }",
    "(a: s8[2,0], b: s8[2,1]) -> (y) { s: f32[] = {0.3} z: s8[] = {-2}\n"
    "  y = com.microsoft.QLinearConcat(s, z, a, s, z, b, s, z) {axis=-1} }",
};
constexpr std::string_view kWhereSamples[] = {
    "(c: bool[3,1], x: u8[3,4], y: u8[4]) -> (z) {\n"
    "  xs: f32[] = {0.1} xz: u8[] = {3} ys: f32[] = {0.3} yz: u8[] = {200}\n"
    "  z = com.microsoft.QLinearWhere(c, x, xs, xz, y, ys, yz, xs, yz) }",
};

}  // namespace

extern const OpDef kOp_com_microsoft_QLinearConcat;
constinit const OpDef kOp_com_microsoft_QLinearConcat = {
    .name = "QLinearConcat",
    .domain = "com.microsoft",
    .min_inputs = 5,
    .max_inputs = -1,
    .parse = parse_concat,
    .infer = infer_concat,
    .reference = reference_concat,
};
extern const OpDef kOp_com_microsoft_QLinearWhere;
constinit const OpDef kOp_com_microsoft_QLinearWhere = {
    .name = "QLinearWhere",
    .domain = "com.microsoft",
    .min_inputs = 9,
    .max_inputs = 9,
    .infer = infer_where,
    .reference = reference_where,
};

extern const OnnxOp kOnnx_com_microsoft_QLinearConcat;
constinit const OnnxOp kOnnx_com_microsoft_QLinearConcat = {
    .name = "QLinearConcat", .domain = "com.microsoft", .versions = kVersions};
extern const OnnxOp kOnnx_com_microsoft_QLinearWhere;
constinit const OnnxOp kOnnx_com_microsoft_QLinearWhere = {
    .name = "QLinearWhere", .domain = "com.microsoft", .versions = kVersions};

extern const OpDoc kDoc_com_microsoft_QLinearConcat;
constinit const OpDoc kDoc_com_microsoft_QLinearConcat = {
    .name = "QLinearConcat",
    .domain = "com.microsoft",
    .doc = "Concat of quantized tensors, each brought to the scale and zero point of `Y`.",
    .samples = kConcatSamples,
};
extern const OpDoc kDoc_com_microsoft_QLinearWhere;
constinit const OpDoc kDoc_com_microsoft_QLinearWhere = {
    .name = "QLinearWhere",
    .domain = "com.microsoft",
    .doc = "Where of quantized tensors, each brought to the scale and zero point of `Z`.",
    .samples = kWhereSamples,
};

}  // namespace mote
