// GatherBlockQuantized: Gather from a table that is quantized in blocks, as reals.
#include <bit>

#include "base/text.h"
#include "ir/dtype.h"
#include "ops/ops.h"
#include "ops/quantize/quantized.h"
#include "ops/support/axes.h"
#include "ops/support/expect_elements.h"
#include "ops/support/indices.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

struct BlockParams : OpParams {
  std::int64_t bits = 4, block_size = 128, quantize_axis = 1, gather_axis = 0;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<BlockParams>();
  AttributeReader r(attributes);
  p->bits = r.integer("bits", 4);
  p->block_size = r.integer("block_size", 128);
  p->quantize_axis = r.integer("quantize_axis", 1);
  p->gather_axis = r.integer("gather_axis", 0);
  MOTE_TRY(r.finish());
  if (p->bits != 2 && p->bits != 4 && p->bits != 8) {
    return Error{Code::kInvalidArgument, cat("bits ", p->bits, " is not 2, 4 or 8")};
  }
  const bool power = p->block_size >= 16 && p->block_size <= std::int64_t{1} << 31 &&
                     std::has_single_bit(static_cast<std::uint64_t>(p->block_size));
  if (power || p->block_size == 0) return p;
  return Error{Code::kInvalidArgument,
               cat("block_size ", p->block_size, " is neither 0 nor a power of two from 16 on")};
}

// Elements of `data` in a byte along its last axis: u8 may hold several.
std::int64_t packing(const BlockParams& p, DType data) {
  return data == DType::kU8 ? 8 / p.bits : 1;
}

// The sizes of the table's numbers; unknown sizes stay so.
Result<Shape> numbers_of(const BlockParams& p, const TensorType& data) {
  Shape shape = *data.shape;
  if (shape.empty()) return Error{Code::kInvalidArgument, "data has rank 0"};
  const std::int64_t each = data.dtype == DType::kUndefined ? 0 : packing(p, data.dtype);
  Dim& last = shape.back();
  std::int64_t size = 0;
  if (each == 0) {
    last = Dim();
  } else if (each > 1 && last.known()) {
    if (__builtin_mul_overflow(last.size(), each, &size)) {
      return Error{Code::kInvalidArgument, cat("data has ", last.size(), " bytes in a row")};
    }
    last = size;
  } else if (each > 1) {
    last = Dim();
  }
  return shape;
}

std::int64_t blocks_of(const BlockParams& p, std::int64_t size) {
  if (p.block_size == 0) return 1;
  return size / p.block_size + (size % p.block_size != 0 ? 1 : 0);
}

// scales: the table's sizes, but as many blocks as there are along quantize_axis; 1 repeats.
Status check_scales(const InferArgs& args, const Shape& numbers, int quantize_axis) {
  const auto& p = args.params<BlockParams>();
  MOTE_TRY(expect_rank(args, 2, static_cast<int>(numbers.size()), "scales"));
  for (int d = 0; d < static_cast<int>(numbers.size()); ++d) {
    Dim wanted = numbers[static_cast<std::size_t>(d)];
    if (!wanted.known()) continue;
    if (d == quantize_axis) wanted = blocks_of(p, wanted.size());
    const Dim have = size_of(args, 2, d);
    if (have.known() && have.size() == 1 && d != quantize_axis) continue;
    MOTE_TRY(expect_size(args, 2, d, wanted, "scales"));
  }
  return {};
}

Status check_zero_points(const InferArgs& args, const Shape& numbers) {
  if (!args.has(3)) return {};
  if (is_minifloat(args.type(0).dtype)) {
    return Error{Code::kInvalidArgument, "float8 and float4 have no zero points"};
  }
  MOTE_TRY(shared_dtype(args, {0, 3}));
  return expect_rank(args, 3, static_cast<int>(numbers.size()), "zero_points");
}

Status check_types(const InferArgs& args) {
  MOTE_TRY(expect_dtype(args, 0,
                        {DType::kU4, DType::kS4, DType::kU8, DType::kF8E4M3FN, DType::kF8E4M3FNUZ,
                         DType::kF8E5M2, DType::kF8E5M2FNUZ, DType::kF4E2M1}));
  MOTE_TRY(expect_dtype(args, 1, {DType::kS32, DType::kS64}));
  return expect_dtype(args, 2, {DType::kF32, DType::kF16, DType::kBF16});
}

Status check_axes(const BlockParams& p, DType data, int gather, int quantize) {
  if (p.block_size == 0 && data != DType::kUndefined && !is_minifloat(data)) {
    return Error{Code::kInvalidArgument, "block_size 0 is for float8 and float4 alone"};
  }
  if (data != DType::kU8) return {};
  if (gather != 0) {
    return Error{Code::kInvalidArgument, cat("gather_axis ", gather, " is not 0, as u8 needs it")};
  }
  if (gather == quantize && p.bits < 8) {
    return Error{Code::kInvalidArgument, "u8 is gathered and quantized along one axis"};
  }
  return {};
}

// data: rank >= 1; indices: any shape. output: the table's sizes with those of indices in place of
// gather_axis.
Status infer(const InferArgs& args) {
  const auto& p = args.params<BlockParams>();
  MOTE_TRY(check_types(args));
  const TensorType& data = args.type(0);
  const DType to = args.type(2).dtype;
  if (!data.shape) {
    args.set(0, {to, std::nullopt});
    return {};
  }
  MOTE_ASSIGN(const Shape numbers, numbers_of(p, data));
  MOTE_ASSIGN(const int gather, normalize_axis(p.gather_axis, data.rank()));
  MOTE_ASSIGN(const int quantize, normalize_axis(p.quantize_axis, data.rank()));
  MOTE_TRY(check_axes(p, data.dtype, gather, quantize));
  MOTE_TRY(check_scales(args, numbers, quantize));
  MOTE_TRY(check_zero_points(args, numbers));
  if (!args.type(1).shape) {
    args.set(0, {to, std::nullopt});
    return {};
  }
  Shape out(numbers.begin(), numbers.begin() + gather);
  out.insert(out.end(), args.type(1).shape->begin(), args.type(1).shape->end());
  out.insert(out.end(), numbers.begin() + gather + 1, numbers.end());
  if (out.size() > static_cast<std::size_t>(kMaxRank)) {
    return Error{Code::kInvalidArgument, cat("rank ", out.size(), " is over ", kMaxRank)};
  }
  args.set(0, {to, std::move(out)});
  return {};
}

// The table, element by element.
class Table {
 public:
  // Errors: kInvalidArgument: zero points that do not fit.
  static Result<Table> of(const BlockParams& p, const RunArgs& args) {
    Table t;
    t.data_ = args.in[0];
    t.scales_ = args.in[2];
    t.zero_points_ = optional_input(args, 3);
    t.bits_ = p.bits;
    t.block_ = p.block_size;
    t.numbers_ = args.in[0].dims;
    const std::int64_t each = packing(p, t.data_.dtype);
    t.numbers_[t.numbers_.rank() - 1] *= each;
    MOTE_ASSIGN(t.axis_, normalize_axis(p.quantize_axis, t.numbers_.rank()));
    const Dims& scales = t.scales_.dims;
    std::int64_t step = 1, zero_step = 1;
    t.scale_steps_ = t.zero_steps_ = t.numbers_;
    for (int d = t.numbers_.rank() - 1; d >= 0; --d) {
      t.scale_steps_[d] = scales[d] == 1 ? 0 : step;
      step *= scales[d];
      // Packed as the data are: rows of whole bytes.
      t.zero_steps_[d] = scales[d] == 1 ? 0 : zero_step;
      const bool last = d == t.numbers_.rank() - 1;
      zero_step *= last ? (scales[d] + each - 1) / each * each : scales[d];
    }
    if (t.zero_points_ && t.zero_points_.dims.count() * each != zero_step) {
      return Error{Code::kInvalidArgument, cat("zero_points ", to_string(t.zero_points_.dims),
                                               " do not fit scales ", to_string(scales))};
    }
    return t;
  }

  const Dims& numbers() const { return numbers_; }

  // Element `i`, in row-major order.
  double operator()(std::int64_t i) const {
    std::int64_t scale = 0, zero = 0, rest = i;
    for (int d = numbers_.rank() - 1; d >= 0; rest /= numbers_[d], --d) {
      std::int64_t index = rest % numbers_[d];
      if (d == axis_) index = block_ == 0 ? 0 : index / block_;
      scale += index * scale_steps_[d];
      zero += index * zero_steps_[d];
    }
    return (number(data_, i) - zero_point(zero)) * load_scale(scales_, scale);
  }

 private:
  double number(const TensorView& from, std::int64_t i) const {
    if (from.dtype == DType::kF4E2M1) {
      const int bits = load_packed(from.dtype, from.data, i);
      return minifloat_to_f32(from.dtype, static_cast<std::uint8_t>(bits));
    }
    if (is_minifloat(from.dtype)) {
      return minifloat_to_f32(from.dtype, from.as<std::uint8_t>()[i]);
    }
    if (from.dtype != DType::kU8) return load_packed(from.dtype, from.data, i);
    if (bits_ == 8) return from.as<std::uint8_t>()[i];
    return load_packed(bits_ == 4 ? DType::kU4 : DType::kU2, from.data, i);
  }

  double zero_point(std::int64_t i) const {
    if (zero_points_) return number(zero_points_, i);
    return data_.dtype == DType::kU8 ? 1 << (bits_ - 1) : 0;
  }

  TensorView data_, scales_, zero_points_;
  std::int64_t bits_ = 4, block_ = 0;
  Dims numbers_, scale_steps_, zero_steps_;
  int axis_ = 0;
};

// Of an index outside the table: -1.
std::int64_t index_or_none(const TensorView& indices, std::int64_t i, std::int64_t size) {
  const std::int64_t index = load_integer(indices, i);
  if (index < -size || index >= size) return -1;
  return index < 0 ? index + size : index;
}

Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = *static_cast<const BlockParams*>(params);
  MOTE_ASSIGN(const Table table, Table::of(p, args));
  if (args.out[0].dims.count() == 0) return {};
  const Dims& dims = table.numbers();
  MOTE_ASSIGN(const int axis, normalize_axis(p.gather_axis, dims.rank()));
  const std::int64_t inner = dims.count(axis + 1, dims.rank());
  const std::int64_t count = args.in[1].dims.count();
  const std::int64_t rows = dims.count(0, axis) * count;
  return with_dtype(Elements<float, F16, BF16>{}, args.out[0].dtype, [&]<class T>(T) -> Status {
    T* y = args.out[0].as<T>();
    args.workers.for_each_range(rows, 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t row = begin; row < end; ++row) {
        const std::int64_t index = index_or_none(args.in[1], row % count, dims[axis]);
        const std::int64_t from = (row / count * dims[axis] + index) * inner;
        for (std::int64_t i = 0; i < inner; ++i) {
          y[row * inner + i] = rounded<T>(index < 0 ? 0.0 : table(from + i));
        }
      }
    });
    return {};
  });
}

constexpr int kVersions[] = {1};

constexpr std::string_view kSamples[] = {
    "(x: u4[3,20], s: f32[3,2], z: u4[3,2]) -> (y) { i: s64[2,2] = {0, -1, 7, 1}\n"
    "  y = com.microsoft.GatherBlockQuantized(x, i, s, z) {block_size=16} }",
    "(x: s4[17,3], s: f16[2,3]) -> (y) { i: s32[2] = {2, 0}\n"
    "  y = com.microsoft.GatherBlockQuantized(x, i, s)\n"
    "      {block_size=16, quantize_axis=0, gather_axis=1} }",
    "(x: u8[3,10], s: f32[3,2], z: u8[3,1]) -> (y) { i: s64[] = {1}\n"
    "  y = com.microsoft.GatherBlockQuantized(x, i, s, z) {block_size=16} }",
    "(x: u8[3,5], s: bf16[3,2]) -> (y) { i: s64[1] = {1}\n"
    "  y = com.microsoft.GatherBlockQuantized(x, i, s) {block_size=16, bits=2} }",
    "(x: f4e2m1[3,4], s: f32[1,1]) -> (y) { i: s64[1] = {2}\n"
    "  y = com.microsoft.GatherBlockQuantized(x, i, s) {block_size=0} }",
};

}  // namespace

extern const OpDef kOp_com_microsoft_GatherBlockQuantized;
constinit const OpDef kOp_com_microsoft_GatherBlockQuantized = {
    .name = "GatherBlockQuantized",
    .domain = "com.microsoft",
    .min_inputs = 3,
    .max_inputs = 4,
    .parse = parse,
    .infer = infer,
    .reference = reference,
};

extern const OnnxOp kOnnx_com_microsoft_GatherBlockQuantized;
constinit const OnnxOp kOnnx_com_microsoft_GatherBlockQuantized = {
    .name = "GatherBlockQuantized", .domain = "com.microsoft", .versions = kVersions};

extern const OpDoc kDoc_com_microsoft_GatherBlockQuantized;
constinit const OpDoc kDoc_com_microsoft_GatherBlockQuantized = {
    .name = "GatherBlockQuantized",
    .domain = "com.microsoft",
    .doc =
        "Gather from a table that is quantized in blocks along `quantize_axis`, as reals. An index "
        "outside the table gives zeros.",
    .samples = kSamples,
};

}  // namespace mote
