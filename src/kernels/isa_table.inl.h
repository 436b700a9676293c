// All loops, and the table of them for the including unit: the last line of each isa_*.cc.
#pragma once
#include "kernels/binary.inl.h"
#include "kernels/depthwise.inl.h"
#include "kernels/depthwise_pairs_q8.inl.h"
#include "kernels/depthwise_taps_q8.inl.h"
#include "kernels/elementwise_q8.inl.h"
#include "kernels/gemm.inl.h"
#include "kernels/gemm_dot.inl.h"
#include "kernels/gemv.inl.h"
#include "kernels/integer.inl.h"
#include "kernels/pool_q8.inl.h"
#include "kernels/reduce.inl.h"
#include "kernels/strided.inl.h"
#include "kernels/taps.inl.h"
#include "kernels/transpose.inl.h"
#include "kernels/unary.inl.h"
#include "kernels/winograd.inl.h"

namespace mote {
namespace {

template <class Product>
constexpr ProductQ8 product_of() {
  return {Product::packed_size, Product::pack, Product::indirect};
}

// The scalar unit takes the loops of four terms at a time, to show that they are right where no CPU
// has the instruction. Units with one (isa_avx512vnni.cc, isa_neondot.cc, ...) are only products
// beside another's table.
#if HWY_TARGET == HWY_SCALAR
template <int kRows, int kVectors>
using GemmS8 = GemmDot<kRows, kVectors>;
#elif HWY_TARGET == HWY_NEON
template <int kRows, int kVectors>
using GemmS8 = GemmQ8<kRows, kVectors, std::int16_t>;
#else
template <int kRows, int kVectors>
using GemmS8 = GemmQ8<kRows, kVectors, std::int8_t>;
#endif

#if HWY_TARGET == HWY_NEON
using DepthwiseForm = DepthwiseTaps;
#else
using DepthwiseForm = DepthwisePairs;
#endif

// kRows, kVectors: the register tile of the GEMM.
template <int kRows, int kVectors>
constexpr KernelTable kernel_table(const char* isa) {
  using Product = Gemm<kRows, kVectors>;
  KernelTable table = {
      .isa = isa,
      .products = "f32",
      .gemm_panel = Product::kPanel,
      .gemm_rows = kRows,
      .packed_gemm_size_f32 = Product::packed_size,
      .pack_gemm_f32 = Product::pack,
      .gemm_f32 = Gemv<kRows, kVectors>::direct,
      .indirect_gemm_f32 = Product::indirect,
      .packed_depthwise_size_f32 = packed_depthwise_size_f32,
      .pack_depthwise_f32 = pack_depthwise_f32,
      .depthwise_f32 = depthwise_f32,
      .winograd_input_f32 = winograd_input_f32,
      .winograd_output_f32 = winograd_output_f32,
      .product_q8 = product_of<GemmQ8<kRows, kVectors, std::int16_t>>(),
      .product_s8 = product_of<GemmS8<kRows, kVectors>>(),
      .packed_depthwise_size_q8 = DepthwiseForm::packed_size,
      .pack_depthwise_q8 = DepthwiseForm::pack,
      .depthwise_q8 = DepthwiseForm::run,
      .quantize_f32_q8 = quantize_f32_q8,
      .dequantize_q8_f32 = dequantize_q8_f32,
      .add_q8 = add_q8,
      .mul_q8 = mul_q8,
      .lookup_q8 = lookup_q8,
      .max_pool_q8 = max_pool_q8,
      .average_pool_q8 = average_pool_q8,
      .mean_columns_q8 = mean_columns_q8,
      .max_pool_f32 = max_pool_f32,
      .average_pool_f32 = average_pool_f32,
      .unary_f32 = unary_f32,
      .binary_f32 = binary_f32,
      .softmax_f32 = softmax_f32,
      .sum_rows_f32 = sum_rows_f32,
      .sum_columns_f32 = sum_columns_f32,
      .transpose_32 = transpose_32,
      .copy_steps_32 = copy_steps_32,
  };
#define MOTE_WITHOUT(kernel) table.kernel = {};
#include "kernels/without.inc"
#undef MOTE_WITHOUT
  return table;
}

}  // namespace
}  // namespace mote
