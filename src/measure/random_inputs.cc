#include "measure/random_inputs.h"

#include <algorithm>

#include "base/text.h"
#include "runtime/random_tensors.h"

namespace mote {
namespace {

template <class T>
Tensor zeros_and_ones(Tensor tensor, Random& random) {
  std::generate_n(static_cast<T*>(tensor.mut().data), tensor.count(),
                  [&] { return static_cast<T>(random.below(2)); });
  return tensor;
}

Result<Tensor> random_input(DType dtype, const Dims& dims, Random& random) {
  switch (dtype) {
    case DType::kS32:
    case DType::kU32: {
      MOTE_ASSIGN(Tensor tensor, Tensor::zeros(dtype, dims));
      return zeros_and_ones<std::uint32_t>(std::move(tensor), random);
    }
    case DType::kS64:
    case DType::kU64: {
      MOTE_ASSIGN(Tensor tensor, Tensor::zeros(dtype, dims));
      return zeros_and_ones<std::uint64_t>(std::move(tensor), random);
    }
    default:
      return random_tensor(dtype, dims, random);
  }
}

}  // namespace

Result<std::vector<Tensor>> random_inputs(std::span<const TensorInfo> inputs,
                                          std::span<const Dims> input_dims, std::uint64_t seed) {
  Random random(seed);
  std::vector<Tensor> tensors;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    auto tensor = random_input(inputs[i].dtype, input_dims[i], random);
    if (!tensor) {
      return std::move(tensor).error().with_context(cat("input '", inputs[i].name, "'"));
    }
    tensors.push_back(*std::move(tensor));
  }
  return tensors;
}

}  // namespace mote
