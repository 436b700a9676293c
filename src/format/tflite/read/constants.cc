#include "format/tflite/read/constants.h"

#include "format/tflite/read/constant_reader.h"
#include "ir/dtype.h"
#include "ops/support/convert.h"

namespace mote::tfl {
namespace {

std::vector<std::int64_t> sizes_of(const Tensor& tensor) {
  return {tensor.dims().begin(), tensor.dims().end()};
}

}  // namespace

Result<std::optional<Tensor>> Constants::load(const TensorDef& def) {
  const std::optional<Dims> dims = def.type().dims();
  if (!dims) return read_constant(file_, def, budget_);
  Stored key{def.table->buffer(), def.dtype, {dims->begin(), dims->end()}, def.table->sparsity()};
  if (const auto it = stored_.find(key); it != stored_.end()) return std::optional(it->second);
  MOTE_ASSIGN(std::optional<Tensor> tensor, read_constant(file_, def, budget_));
  if (tensor) stored_.emplace(std::move(key), *tensor);
  return tensor;
}

Result<Tensor> Constants::in_order(const Tensor& tensor, const Permutation& perm) {
  Source key{tensor.view().data, tensor.dtype(), sizes_of(tensor), perm};
  if (const auto it = ordered_.find(key); it != ordered_.end()) return it->second.tensor;
  MOTE_ASSIGN(Tensor made, permuted(tensor, perm, budget_));
  ordered_.emplace(std::move(key), Made{tensor, made});
  return made;
}

Result<Tensor> Constants::as_s64(const Tensor& tensor) {
  Source key{tensor.view().data, tensor.dtype(), sizes_of(tensor), {}};
  if (const auto it = widened_.find(key); it != widened_.end()) return it->second.tensor;
  MOTE_ASSIGN(const std::uint64_t bytes, byte_size(DType::kS64, tensor.dims()));
  MOTE_TRY(budget_.take(bytes));
  MOTE_ASSIGN(Tensor wide, Tensor::zeros(DType::kS64, tensor.dims()));
  convert_range(tensor.view(), 0, wide.mut(), 0, tensor.count());
  widened_.emplace(std::move(key), Made{tensor, wide});
  return wide;
}

}  // namespace mote::tfl
