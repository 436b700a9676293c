// Tensors as the real numbers that they stand for.
#pragma once
#include <functional>
#include <optional>
#include <span>

#include "base/result.h"
#include "mote/tensor.h"
#include "runtime/linear_scale.h"

namespace mote {

struct RealTensor {
  Tensor tensor;
  std::optional<LinearScale> scale = {};  // null: the elements are the numbers
  double step = 0;                        // between numbers that it can have; 0: any, or `scale`'s
};

// Calls f(a, b) for parts of both, element by element. Requires: as many elements; both are
// convertible.
void for_each_part(const RealTensor& a, const RealTensor& b,
                   const std::function<void(std::span<const double>, std::span<const double>)>& f);

// The same numbers as elements of `dtype`, quantized to the nearest, half to even, and cut off
// where the type ends, if there is a scale. Without one, reals are not made integers.
// Errors: kInvalidArgument: such types; kResourceExhausted.
Result<Tensor> as_dtype(const RealTensor& from, DType dtype,
                        const std::optional<LinearScale>& scale);

// Numbers without a scale, cut off where those of integers of `dtype` and `scale` end; not rounded.
// Errors: kResourceExhausted.
Result<Tensor> cut_off(const RealTensor& from, DType dtype, const LinearScale& scale);

// Elements about the middle of what the dtype has, the fewer the farther from it: integers spread
// evenly would drive most layers beyond what they were calibrated for.
// Errors: as Tensor::zeros. Requires: is_convertible.
Result<Tensor> random_steps(DType dtype, const Dims& dims, std::uint64_t seed);

}  // namespace mote
