#include "measure/random_inputs.h"

#include <algorithm>

#include "base/text.h"
#include "runtime/random_tensors.h"

namespace mote {
namespace {

using GoOn = std::function<Status()>;

template <class T>
Result<Tensor> zeros_and_ones(DType dtype, const Dims& dims, Random& random, const GoOn& go_on) {
  MOTE_ASSIGN(Tensor tensor, Tensor::zeros(dtype, dims));
  auto* p = static_cast<T*>(tensor.mut().data);
  MOTE_TRY(fill_in_blocks(tensor.count(), go_on, [&](std::int64_t begin, std::int64_t end) {
    std::generate(p + begin, p + end, [&] { return static_cast<T>(random.below(2)); });
  }));
  return tensor;
}

Result<Tensor> random_input(DType dtype, const Dims& dims, Random& random, const GoOn& go_on) {
  switch (dtype) {
    case DType::kS32:
    case DType::kU32:
      return zeros_and_ones<std::uint32_t>(dtype, dims, random, go_on);
    case DType::kS64:
    case DType::kU64:
      return zeros_and_ones<std::uint64_t>(dtype, dims, random, go_on);
    default:
      return random_tensor(dtype, dims, random, go_on);
  }
}

// Before any memory is taken.
Status check_bytes(std::span<const TensorInfo> inputs, std::span<const Dims> input_dims,
                   std::uint64_t max_bytes) {
  std::uint64_t left = max_bytes;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const std::string where = cat("input '", inputs[i].name, "'");
    const auto bytes = byte_size(inputs[i].dtype, input_dims[i]);
    if (!bytes) return Error(bytes.error()).with_context(where);
    if (*bytes > left) {
      return Error{Code::kResourceExhausted,
                   cat(where, " takes ", human_bytes(*bytes), ", over the ", human_bytes(left),
                       " left for inputs")};
    }
    left -= *bytes;
  }
  return {};
}

}  // namespace

std::vector<Dims> smallest_sizes(std::span<const TensorInfo> inputs) {
  std::vector<Dims> all;
  for (const TensorInfo& info : inputs) {
    Dims dims;
    for (const SizeInfo& size : info.shape) {
      if (dims.rank() < kMaxRank) dims.push_back(size.size < 0 ? 1 : size.size);
    }
    all.push_back(dims);
  }
  return all;
}

Result<std::vector<Tensor>> random_inputs(std::span<const TensorInfo> inputs,
                                          std::span<const Dims> input_dims,
                                          const RandomInputOptions& options) {
  MOTE_TRY(check_bytes(inputs, input_dims, options.max_bytes));
  Random random(options.seed);
  std::vector<Tensor> tensors;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    MOTE_ASSIGN(Tensor tensor, random_input(inputs[i].dtype, input_dims[i], random, options.go_on));
    tensors.push_back(std::move(tensor));
  }
  return tensors;
}

}  // namespace mote
