// The kernels of this build, one function pointer each. Pointers are null only in a build that is
// made without these kernels; operators ask first (ops/support/has_kernels.h).
// No header but <cstdint> here: files compiled for one ISA include this one.
//
// Every kernel is single-threaded, allocates nothing and cannot fail. The value of an element
// depends on its inputs alone, never on where a call's range begins or ends, so a caller may cut
// the work among threads as it likes and get the same bits. Any size may be 0 unless said
// otherwise; pointers need the alignment of their type only, but packed weights that start at a
// multiple of 64 bytes are read faster. Stack use stays below 32 KiB.
#pragma once
#include <cstdint>
namespace mote {

// Functions of one f32 variable; a, b are their parameters.
enum class UnaryF32 : std::int32_t {
  kIdentity,
  kClamp,        // min(max(x, a), b); NaN stays NaN
  kHardSigmoid,  // min(max(a * x + b, 0), 1)
  kHardSwish,    // x * min(max(x / 6 + 0.5, 0), 1)
  kSigmoid,
  kSilu,  // x * sigmoid(x)
  kTanh,
  kExp,
  kErf,
  kGelu,       // 0.5 * x * (1 + erf(x / sqrt(2)))
  kLeakyRelu,  // x < 0 ? a * x : x
  kElu,        // x < 0 ? a * (exp(x) - 1) : x
  kSqrt,
  kNeg,
  kAbs,
  kReciprocal,
};

// kMax, kMin: NaN if either side is.
enum class BinaryF32 : std::int32_t { kAdd, kSub, kMul, kDiv, kMax, kMin };

// What a convolution or matrix product does to each sum before it stores it:
// y = act(sum + bias + residual). Bias travels with the packed weights.
struct EpilogueF32 {
  UnaryF32 act = UnaryF32::kIdentity;  // up to kLeakyRelu, except kExp, kErf
  float a = 0.0F;
  float b = 0.0F;
  // [m, n] with row stride residual_ld, or null. May be y itself, with its stride.
  const float* residual = nullptr;
  std::int64_t residual_ld = 0;
};

// y[i, j] = epilogue(bias[j] + sum_t sum_p rows[i * taps + t][p] * w[j, t, p]),
// i in [0, m), j in [0, n), t in [0, taps), p in [0, k).
// A convolution passes, for each output pixel, one pointer for each kernel tap (a row of zeros
// where the tap falls on padding); a matrix product has taps = 1.
struct IndirectGemmF32 {
  std::int64_t m, n, k, taps;
  const float* const* rows;  // [m * taps] pointers to k floats each
  const float* packed;       // made by pack_gemm_f32
  float* y;                  // row stride ldy
  std::int64_t ldy;
  EpilogueF32 epilogue;
};

// y[i, j] = epilogue(bias[j] + sum_p x[i * ldx + p] * w[j, p]).
struct GemmF32 {
  std::int64_t m, n, k;
  const float* x;
  std::int64_t ldx;
  const float* packed;
  float* y;
  std::int64_t ldy;
  EpilogueF32 epilogue;
};

// Rows of a depthwise convolution's output, each of `pixels` pixels. Pixel i of one lies below the
// pixels i * stride - left + column * dilation, column in [0, kernel_w), of kernel_h input rows of
// `width` pixels; those outside [0, width) are padding.
// Requires: channels, width, stride, dilation >= 1; left >= 0.
struct DepthwiseRow {
  std::int64_t lines;  // rows of output
  std::int64_t pixels, channels, kernel_h, kernel_w, stride, dilation, left, width;
};

// y[line][i, c] = epilogue(bias[c] + sum_t x_t[c] * w[c, t]), t over the kernel's rows and columns.
struct DepthwiseF32 {
  DepthwiseRow row;
  // [lines * kernel_h]: the first pixel of each input row below each output row; null: padding.
  const float* const* rows;
  const float* packed;   // made by pack_depthwise_f32
  float* const* y;       // [lines]
  EpilogueF32 epilogue;  // the residual's rows lie one behind the other
};

// Max: y[i, c] = max_t rows[i * taps + t][c]; NaN wins; -inf of no taps. A caller repeats a valid
// pointer where a tap falls on padding. Average: y[i, c] = scale[i] * sum_t rows[i * taps + t][c].
struct PoolF32 {
  std::int64_t pixels, channels, taps;
  const float* const* rows;
  const float* scale;  // [pixels]; average only
  float* y;            // row stride ldy
  std::int64_t ldy;
};

// A 3x3 convolution with stride 1, in tiles of 4x4 output pixels. A row of tiles reads six rows of
// `width` input pixels; tile t their columns t * 4 - left + [0, 6), padding outside. What becomes
// of a tile is 36 rows of channels: of number i at v + i * plane + tile * channels.
struct WinogradInputF32 {
  const float* const* rows;  // [6]: the first pixel of each row; null: all padding
  std::int64_t width, channels, left;
  std::int64_t first, tiles;  // of the row: tiles [first, first + tiles)
  float* v;                   // of tile `first`
  std::int64_t plane;
};

// The way back: 36 rows of filters, sums of products, to up to 4x4 output pixels,
// y = act(pixel + bias + residual). The residual lies as y does.
struct WinogradOutputF32 {
  const float* m;  // of tile `first`: number i at m + i * plane + tile * filters
  std::int64_t plane;
  std::int64_t first, tiles;
  std::int64_t width, filters;  // of the output
  std::int64_t lines;           // of the tiles' four output rows: those that there are
  const float* bias;            // [filters]
  float* y;                     // the first pixel of the first row
  EpilogueF32 epilogue;
};

// -- integers: 8-bit numbers x, read as u8 after x ^ flip (0x80 makes u8 of s8, of which each is
// 128 more; 0 leaves u8), times s16 weights. Sums are exact modulo 2^32.

// y = clamp(zero_point + round_half_even(f32(sum) * factor), low, high), all within [-128, 255].
// Biases and factors travel with packed weights.
struct RequantizeQ8 {
  std::int32_t zero_point, low, high;
};

// w[j, t, p] = w[j * stride_n + t * stride_t + p * stride_k], each within [-255, 255].
struct PackQ8 {
  const std::int16_t* w;
  const std::int32_t* bias;  // [n]
  const float* factor;       // [n], finite
  std::int64_t n, k, taps;
  std::int64_t stride_n, stride_t, stride_k;
};

// y[i, j] of the sum bias[j] + sum_t sum_p (rows[i * taps + t][p] ^ flip) * w[j, t, p].
struct IndirectGemmQ8 {
  std::int64_t m, n, k, taps;
  const std::uint8_t* const* rows;  // [m * taps] pointers to k numbers each
  std::uint8_t flip;
  const std::int32_t* packed;  // made by the ProductQ8 whose `indirect` this is for
  std::uint8_t* y;             // row stride ldy
  std::int64_t ldy;
  RequantizeQ8 out;
};

// y[i, c] of the sum bias[c] + sum_t (x_t[c] ^ flip) * w[c, t].
// Requires: kernel_h * kernel_w <= kMaxDepthwiseTaps.
struct DepthwiseQ8 {
  DepthwiseRow row;
  const std::uint8_t* const* rows;  // as DepthwiseF32's
  const std::uint8_t* outside;      // [channels]: a pixel of padding
  std::uint8_t flip;
  const std::int32_t* packed;  // made by pack_depthwise_q8
  std::uint8_t* const* y;      // [lines]
  RequantizeQ8 out;
};
inline constexpr std::int64_t kMaxDepthwiseTaps = 1024;

// One way to multiply 8-bit numbers.
struct ProductQ8 {
  // s32 that packed weights take. Panels are as wide as those of the f32 GEMM, and start alike.
  std::int64_t (*packed_size)(std::int64_t n, std::int64_t k, std::int64_t taps) noexcept;
  void (*pack)(const PackQ8&, std::int32_t* packed) noexcept;
  void (*indirect)(const IndirectGemmQ8&) noexcept;
};

// Elements a and b, less their zero points: those of u8 after the flip. Factors are finite, below
// 2^64.
struct BinaryQ8 {
  std::uint8_t flip;
  std::int32_t a_zero_point, b_zero_point;
  float a_factor, b_factor;  // a product has a_factor only
  RequantizeQ8 out;
};

// Max: y[i, c] = max_t rows[i * taps + t][c]; the least number of no taps.
struct MaxPoolQ8 {
  std::int64_t pixels, channels, taps;
  const std::uint8_t* const* rows;
  std::uint8_t flip;
  std::uint8_t* y;  // row stride ldy
  std::int64_t ldy;
};

// From the sum of elements to their mean: RequantizeQ8's formula of bias + sum (x ^ flip), with a
// finite factor. Requires: all of it is within 32 bits.
struct MeanQ8 {
  std::uint8_t flip;
  std::int32_t bias;
  RequantizeQ8 out;
};

// y[i, c] = the mean of rows[i * taps + t][c] over t, with factor[i].
struct AveragePoolQ8 {
  std::int64_t pixels, channels, taps;
  const std::uint8_t* const* rows;
  MeanQ8 mean;
  const float* factor;  // [pixels]
  std::uint8_t* y;      // row stride ldy
  std::int64_t ldy;
};

// One way to multiply f32.
struct ProductF32 {
  // As KernelTable's packed_gemm_size_f32, pack_gemm_f32, gemm_f32 and indirect_gemm_f32.
  std::int64_t (*packed_size)(std::int64_t n, std::int64_t k, std::int64_t taps) noexcept;
  void (*pack)(const float* w, const float* bias, std::int64_t n, std::int64_t k, std::int64_t taps,
               std::int64_t stride_n, std::int64_t stride_t, std::int64_t stride_k,
               float* packed) noexcept;
  void (*direct)(const GemmF32&) noexcept;
  void (*indirect)(const IndirectGemmF32&) noexcept;
};

struct KernelTable {
  // "scalar"; "avx2", "avx512", "avx512vnni", "amx"; "neon", "neondot", "neoni8mm"
  const char* isa;
  const char* products;  // the type to which factors of f32 products are rounded: "f32", "bf16"

  // Columns in a panel of packed GEMM weights; callers cut n at its multiples only.
  std::int64_t gemm_panel;
  // Rows that the GEMM computes at once: the best grain for cutting m is a multiple of it.
  std::int64_t gemm_rows;

  // Floats that packed weights take.
  std::int64_t (*packed_gemm_size_f32)(std::int64_t n, std::int64_t k, std::int64_t taps) noexcept;
  // w[j, t, p] = w[j * stride_n + t * stride_t + p * stride_k]; bias: [n] or null for zeros.
  // A panel of gemm_panel columns starts at packed_gemm_size_f32(first column of the panel, k,
  // taps).
  void (*pack_gemm_f32)(const float* w, const float* bias, std::int64_t n, std::int64_t k,
                        std::int64_t taps, std::int64_t stride_n, std::int64_t stride_t,
                        std::int64_t stride_k, float* packed) noexcept;
  void (*gemm_f32)(const GemmF32&) noexcept;
  void (*indirect_gemm_f32)(const IndirectGemmF32&) noexcept;

  std::int64_t (*packed_depthwise_size_f32)(std::int64_t channels, std::int64_t taps) noexcept;
  // w: [channels, taps] row-major; bias: [channels] or null.
  void (*pack_depthwise_f32)(const float* w, const float* bias, std::int64_t channels,
                             std::int64_t taps, float* packed) noexcept;
  void (*depthwise_f32)(const DepthwiseF32&) noexcept;

  void (*winograd_input_f32)(const WinogradInputF32&) noexcept;
  void (*winograd_output_f32)(const WinogradOutputF32&) noexcept;

  ProductQ8 product_q8;  // of weights within [-255, 255]
  ProductQ8 product_s8;  // of weights within [-128, 127]; may be the same
  // n channels, taps row by row of the kernel; k and stride_k do not matter.
  std::int64_t (*packed_depthwise_size_q8)(std::int64_t channels, std::int64_t kernel_h,
                                           std::int64_t kernel_w) noexcept;
  void (*pack_depthwise_q8)(const PackQ8&, std::int64_t kernel_w, std::int32_t* packed) noexcept;
  void (*depthwise_q8)(const DepthwiseQ8&) noexcept;

  // y = clamp(zero_point + round_half_even(x / scale), low, high); the zero point of NaN.
  void (*quantize_f32_q8)(const RequantizeQ8& to, float scale, const float* x, std::uint8_t* y,
                          std::int64_t n) noexcept;
  // y = f32((x ^ flip) - zero_point) * scale.
  void (*dequantize_q8_f32)(std::uint8_t flip, std::int32_t zero_point, float scale,
                            const std::uint8_t* x, float* y, std::int64_t n) noexcept;
  // RequantizeQ8's clamp(zero_point + round_half_even(v), low, high) of v = a[i * step_a] *
  // a_factor
  // + b[i * step_b] * b_factor, each product and the sum rounded to f32. Steps are 0 or 1. y may be
  // an operand of step 1.
  void (*add_q8)(const BinaryQ8&, const std::uint8_t* a, std::int64_t step_a, const std::uint8_t* b,
                 std::int64_t step_b, std::uint8_t* y, std::int64_t n) noexcept;
  // The same of v = f32(a[i * step_a] * b[i * step_b]) * a_factor.
  void (*mul_q8)(const BinaryQ8&, const std::uint8_t* a, std::int64_t step_a, const std::uint8_t* b,
                 std::int64_t step_b, std::uint8_t* y, std::int64_t n) noexcept;
  // y[i] = table[x[i]], table: [256]. x and y may be the same buffer.
  void (*lookup_q8)(const std::uint8_t* table, const std::uint8_t* x, std::uint8_t* y,
                    std::int64_t n) noexcept;

  void (*max_pool_q8)(const MaxPoolQ8&) noexcept;
  void (*average_pool_q8)(const AveragePoolQ8&) noexcept;
  // y[c] = the mean of x[r, c] over r, x with row stride ldx.
  void (*mean_columns_q8)(const MeanQ8&, float factor, const std::uint8_t* x, std::int64_t ldx,
                          std::uint8_t* y, std::int64_t rows, std::int64_t cols) noexcept;

  void (*max_pool_f32)(const PoolF32&) noexcept;
  void (*average_pool_f32)(const PoolF32&) noexcept;

  // x, y: [n], may be the same buffer. Errors of exp and its kin: math.inl.h.
  void (*unary_f32)(UnaryF32 f, float a, float b, const float* x, float* y,
                    std::int64_t n) noexcept;
  // y[i] = f(a[i * step_a], b[i * step_b]); steps are 0 or 1. y may be a or b.
  void (*binary_f32)(BinaryF32 f, const float* a, std::int64_t step_a, const float* b,
                     std::int64_t step_b, float* y, std::int64_t n) noexcept;

  // x, y: [rows, cols] row-major, cols >= 1, may be the same buffer. y = softmax of each row;
  // NaN where a row has a NaN, +inf, or nothing but -inf.
  void (*softmax_f32)(const float* x, float* y, std::int64_t rows, std::int64_t cols) noexcept;
  // y[r] = scale * sum_c x[r, c].
  void (*sum_rows_f32)(const float* x, float* y, std::int64_t rows, std::int64_t cols,
                       float scale) noexcept;
  // y[c] = scale * sum_r x[r, c], x with row stride ldx.
  void (*sum_columns_f32)(const float* x, std::int64_t ldx, float* y, std::int64_t rows,
                          std::int64_t cols, float scale) noexcept;
  // y[c, r] = x[r, c]; row strides ldx, ldy. Any 32-bit type.
  void (*transpose_32)(const std::uint32_t* x, std::int64_t ldx, std::uint32_t* y, std::int64_t ldy,
                       std::int64_t rows, std::int64_t cols) noexcept;
  // y[i] = x[i * step], i in [0, n). Any 32-bit type.
  void (*copy_steps_32)(const std::uint32_t* x, std::int64_t step, std::uint32_t* y,
                        std::int64_t n) noexcept;
};

// Every table this CPU can run, worst first. Tests and benchmarks loop over it.
struct KernelTables {
  const KernelTable* const* begin_;
  const KernelTable* const* end_;
  const KernelTable* const* begin() const { return begin_; }
  const KernelTable* const* end() const { return end_; }
};
KernelTables runnable_kernels() noexcept;

// The same with products in a smaller type, which the CPU has units for; null: it has none.
const KernelTable* fast_kernels(const KernelTable& exact) noexcept;

// The best table for this CPU, or the one that `isa` names (null or "": the best).
// Null if this CPU or build has none of that name, or none at all.
const KernelTable* find_kernels(const char* isa) noexcept;

}  // namespace mote
