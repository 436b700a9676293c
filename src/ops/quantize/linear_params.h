// What QuantizeLinear and DequantizeLinear have in common.
#pragma once
#include "ir/op_def.h"
#include "ops/quantize/scale_layout.h"

namespace mote {

struct LinearParams : OpParams {
  std::int64_t axis = 1;
  std::int64_t block_size = 0;             // 0: none
  DType output_dtype = DType::kUndefined;  // kUndefined: as other inputs say
  DType precision = DType::kUndefined;     // of the division; kUndefined: as the scale
  bool saturate = true;
};

// Reads axis, block_size and output_dtype. Errors: kInvalidArgument.
Status read_linear(AttributeReader& r, LinearParams& p);

// Inputs: x, its scales (1), zero points (2, optional), which are as many as the scales.
// Errors: kInvalidArgument: they do not fit x.
Status check_linear(const InferArgs& args, const LinearParams& p);
Result<ScaleLayout> linear_layout(const LinearParams& p, const RunArgs& args);

// Elements that are converted at once, on the stack.
inline constexpr std::int64_t kLinearChunk = 256;

// Calls f(first, count, scale, step) as for_each_run does, from all threads, at most kLinearChunk
// elements at a time; threads share no byte of packed elements.
template <class F>
void for_each_chunk(const ScaleLayout& layout, Workers& workers, const F& f) {
  constexpr std::int64_t kGrain = 4096;  // a multiple of 8
  workers.for_each_range(layout.count(), kGrain, [&](std::int64_t begin, std::int64_t end) {
    for_each_run(
        layout, begin, end,
        [&](std::int64_t first, std::int64_t count, std::int64_t scale, std::int64_t step) {
          for (std::int64_t i = 0; i < count; i += kLinearChunk) {
            f(first + i, std::min(kLinearChunk, count - i), scale + i * step, step);
          }
        });
  });
}

// `count` scales from number `scale` on, or one repeated.
void load_scales(const TensorView& scales, std::int64_t scale, std::int64_t step,
                 std::int64_t count, float* to);

}  // namespace mote
