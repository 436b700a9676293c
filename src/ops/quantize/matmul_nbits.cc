// MatMulNBits: the product of reals with a matrix of 2, 4 or 8 bits, quantized in blocks.
#include <bit>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/quantize/quantized.h"
#include "ops/support/axes.h"
#include "ops/support/expect_elements.h"
#include "ops/support/indices.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

using RealElements = Elements<float, F16, BF16>;

struct NBitsParams : OpParams {
  std::int64_t n = 0, k = 0, bits = 4, block_size = 0;

  std::int64_t blocks() const { return k / block_size + (k % block_size != 0 ? 1 : 0); }
  std::int64_t blob_bytes() const { return block_size / 8 * bits; }
};

constexpr std::size_t kA = 0, kB = 1, kScales = 2, kZeroPoints = 3, kGIdx = 4, kBias = 5;

Status check(const NBitsParams& p, std::int64_t prepacked) {
  constexpr std::int64_t kMost = std::int64_t{1} << 31;
  if (p.bits != 2 && p.bits != 4 && p.bits != 8) {
    return Error{Code::kUnsupported, cat("bits ", p.bits, " is not 2, 4 or 8")};
  }
  if (p.block_size < 16 || p.block_size > kMost ||
      !std::has_single_bit(static_cast<std::uint64_t>(p.block_size))) {
    return Error{Code::kInvalidArgument,
                 cat("block_size ", p.block_size, " is no power of two in [16, ", kMost, "]")};
  }
  for (const std::int64_t size : {p.n, p.k}) {
    if (size >= 1 && size <= kMost) continue;
    return Error{Code::kInvalidArgument, cat("N or K is ", size, ", outside [1, ", kMost, "]")};
  }
  if (prepacked == 0) return {};
  return Error{Code::kUnsupported, cat("weight_prepacked ", prepacked, " is for one GPU")};
}

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<NBitsParams>();
  AttributeReader r(attributes);
  p->n = r.required_integer("N");
  p->k = r.required_integer("K");
  p->bits = r.integer("bits", 4);
  p->block_size = r.required_integer("block_size");
  r.integer("accuracy_level", 0);  // how exact it must be at least
  const std::int64_t prepacked = r.integer("weight_prepacked", 0);
  MOTE_TRY(r.finish());
  MOTE_TRY(check(*p, prepacked));
  return p;
}

// A size of 0 stands for a matrix that is left out: zeros.
Status check_weights(const InferArgs& args, const NBitsParams& p) {
  MOTE_TRY(expect_dtype(args, kB, {DType::kU8}));
  MOTE_TRY(expect_rank(args, kB, 3, "B"));
  const std::int64_t wanted[] = {p.n, p.blocks(), p.blob_bytes()};
  for (int d = 0; d < 3; ++d) {
    const Dim size = size_of(args, kB, d);
    if (size.known() && size.size() == 0) return {};
    MOTE_TRY(expect_size(args, kB, d, wanted[d], "B"));
  }
  return {};
}

// As many elements as `count`, whatever the rank; old files flatten scales and zero points.
Status expect_count(const InferArgs& args, std::size_t i, std::int64_t count,
                    std::string_view what) {
  if (!args.has(i) || !args.type(i).shape) return {};
  MOTE_ASSIGN(const Dim have, product(*args.type(i).shape));
  const Dim b = size_of(args, kB, 0);
  if (!have.known() || have.size() == count || (b.known() && b.size() == 0)) return {};
  return Error{Code::kInvalidArgument, cat(what, " has ", have.size(), " elements, not ", count)};
}

// A: [..., K]; B: u8[N, blocks, block_size * bits / 8]; scales: [N, blocks]; zero_points: packed
// as B, or reals [N, blocks]; bias: [N]. Y: [..., N].
Status infer(const InferArgs& args) {
  const auto& p = args.params<NBitsParams>();
  MOTE_TRY(expect_present(args, {kScales}));
  MOTE_TRY(expect_elements(args, kA, RealElements{}));
  MOTE_ASSIGN(const DType dtype, shared_dtype(args, {kA, kScales, kBias}));
  MOTE_TRY(check_weights(args, p));
  MOTE_TRY(expect_count(args, kScales, p.n * p.blocks(), "scales"));
  if (args.has(kGIdx)) {
    return Error{Code::kUnsupported, "g_idx, an order of the rows of B, is deprecated"};
  }
  if (args.has(kZeroPoints) && args.type(kZeroPoints).dtype != DType::kUndefined) {
    const bool packed = args.type(kZeroPoints).dtype == DType::kU8;
    if (!packed) MOTE_TRY(shared_dtype(args, {kA, kZeroPoints}));
    const std::int64_t row = packed ? (p.blocks() * p.bits + 7) / 8 : p.blocks();
    MOTE_TRY(expect_count(args, kZeroPoints, p.n * row, "zero_points"));
  }
  MOTE_TRY(expect_vector(args, kBias, p.n, "bias"));
  if (!args.type(kA).shape) {
    args.set(0, {dtype, std::nullopt});
    return {};
  }
  Shape out = *args.type(kA).shape;
  if (out.empty()) return Error{Code::kInvalidArgument, "A has rank 0"};
  MOTE_TRY(expect_size(args, kA, static_cast<int>(out.size()) - 1, p.k, "A"));
  out.back() = p.n;
  args.set(0, {dtype, std::move(out)});
  return {};
}

// Rows of B as reals.
class Weights {
 public:
  Weights(const NBitsParams& p, const RunArgs& args)
      : p_(p),
        b_(args.in[kB]),
        scales_(args.in[kScales]),
        zero_points_(optional_input(args, kZeroPoints)),
        packed_(p.bits == 8   ? DType::kU8
                : p.bits == 4 ? DType::kU4
                              : DType::kU2) {}

  bool left_out() const { return b_.dims.count() == 0; }

  // Elements [first, first + count) of row n, all within one block.
  void load(std::int64_t n, std::int64_t first, std::int64_t count, double* to) const {
    const std::int64_t block = first / p_.block_size;
    const std::int64_t number = n * p_.blocks() + block;
    const double scale = load_scale(scales_, number);
    const double zero = zero_point(n, block, number);
    const std::int64_t at = n * p_.blocks() * p_.block_size + first;
    for (std::int64_t i = 0; i < count; ++i) to[i] = (element(b_, at + i) - zero) * scale;
  }

 private:
  double element(const TensorView& from, std::int64_t i) const {
    if (packed_ == DType::kU8) return from.as<std::uint8_t>()[i];
    return load_packed(packed_, from.data, i);
  }

  double zero_point(std::int64_t n, std::int64_t block, std::int64_t number) const {
    if (!zero_points_) return static_cast<double>(1 << (p_.bits - 1));
    if (zero_points_.dtype != DType::kU8) return load_scale(zero_points_, number);
    const std::int64_t row = (p_.blocks() * p_.bits + 7) / 8 * 8 / p_.bits;  // whole bytes
    return element(zero_points_, n * row + block);
  }

  const NBitsParams& p_;
  TensorView b_, scales_, zero_points_;
  DType packed_;
};

// Column n of y: every row of x times row n of B, a few elements of which are reals at once.
template <class T>
void column(const NBitsParams& p, const Weights& weights, const T* x, std::int64_t rows,
            std::int64_t n, double bias, T* y) {
  constexpr std::int64_t kRows = 16, kChunk = 256;
  double w[kChunk];
  for (std::int64_t r = 0; r < rows; r += kRows) {
    const std::int64_t here = std::min(kRows, rows - r);
    double sums[kRows];
    std::fill(sums, sums + here, bias);
    for (std::int64_t k = 0; k < p.k && !weights.left_out();) {
      const std::int64_t left = std::min(p.k - k, p.block_size - k % p.block_size);
      const std::int64_t count = std::min(left, kChunk);
      weights.load(n, k, count, w);
      for (std::int64_t i = 0; i < here; ++i) {
        const T* row = x + (r + i) * p.k + k;
        for (std::int64_t c = 0; c < count; ++c) sums[i] += static_cast<double>(row[c]) * w[c];
      }
      k += count;
    }
    for (std::int64_t i = 0; i < here; ++i) y[(r + i) * p.n + n] = rounded<T>(sums[i]);
  }
}

Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = *static_cast<const NBitsParams*>(params);
  const std::int64_t rows = args.in[kA].dims.count() / p.k;
  const Weights weights(p, args);
  const TensorView bias = optional_input(args, kBias);
  return with_dtype(RealElements{}, args.in[kA].dtype, [&]<class T>(T) -> Status {
    args.workers.for_each_range(p.n, 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t n = begin; n < end; ++n) {
        column(p, weights, args.in[kA].as<T>(), rows, n,
               bias ? static_cast<double>(bias.as<T>()[n]) : 0.0, args.out[0].as<T>());
      }
    });
    return {};
  });
}

std::int64_t macs(const PrepareArgs& args) {
  return macs_of(args.out_dims(0).count(), args.params<NBitsParams>().k);
}

constexpr int kVersions[] = {1};

constexpr std::string_view kSamples[] = {
    "(a: f32[2,3,20], b: u8[5,2,8], s: f32[5,2]) -> (y) {\n"
    "  y = com.microsoft.MatMulNBits(a, b, s) {N=5, K=20, bits=4, block_size=16} }",
    "(a: f32[18,33], b: u8[2,3,16], s: f32[6], z: u8[2,3], bias: f32[2]) -> (y) {\n"
    "  y = com.microsoft.MatMulNBits(a, b, s, z, _, bias) {N=2, K=33, bits=8, block_size=16} }",
    "(a: f32[1,70], b: u8[3,3,8], s: f32[3,3], z: u8[3,1]) -> (y) {\n"
    "  y = com.microsoft.MatMulNBits(a, b, s, z) {N=3, K=70, bits=2, block_size=32} }",
    "(a: f16[1,16], b: u8[3,1,8], s: f16[3,1], z: f16[3,1]) -> (y) {\n"
    "  y = com.microsoft.MatMulNBits(a, b, s, z) {N=3, K=16, block_size=16, accuracy_level=4} }",
    "(a: f32[2,16], b: u8[0,1,8], s: f32[0], bias: f32[3]) -> (y) {\n"
    "  y = com.microsoft.MatMulNBits(a, b, s, _, _, bias) {N=3, K=16, block_size=16} }",
};

}  // namespace

extern const OpDef kOp_com_microsoft_MatMulNBits;
constinit const OpDef kOp_com_microsoft_MatMulNBits = {
    .name = "MatMulNBits",
    .domain = "com.microsoft",
    .min_inputs = 2,
    .max_inputs = 6,
    .parse = parse,
    .infer = infer,
    .reference = reference,
    .macs = macs,
};

extern const OnnxOp kOnnx_com_microsoft_MatMulNBits;
constinit const OnnxOp kOnnx_com_microsoft_MatMulNBits = {
    .name = "MatMulNBits", .domain = "com.microsoft", .versions = kVersions};

extern const OpDoc kDoc_com_microsoft_MatMulNBits;
constinit const OpDoc kDoc_com_microsoft_MatMulNBits = {
    .name = "MatMulNBits",
    .domain = "com.microsoft",
    .doc =
        "`A` times a matrix of `bits` bits, [N, K], quantized in blocks of `block_size` along K; "
        "plus `bias`. An order of rows (`g_idx`) is not supported.",
    .samples = kSamples,
};

}  // namespace mote
