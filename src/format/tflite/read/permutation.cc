#include "format/tflite/read/permutation.h"

#include <algorithm>

#include "ops/support/box.h"
#include "ops/support/copy.h"
#include "ops/support/strides.h"

namespace mote::tfl {
namespace {

bool is_identity(const Permutation& perm) {
  for (std::size_t i = 0; i < perm.size(); ++i) {
    if (perm[i] != static_cast<std::int64_t>(i)) return false;
  }
  return true;
}

// With sizes of 1 in front, as broadcasting reads it.
Tensor widened(const Tensor& tensor, std::size_t rank) {
  Dims dims;
  for (std::size_t i = tensor.dims().size(); i < rank; ++i) dims.push_back(1);
  for (const std::int64_t size : tensor.dims()) dims.push_back(size);
  return tensor.reshaped(dims);
}

}  // namespace

Permutation channels_first(int rank) {
  Permutation perm{0, rank - 1};
  for (std::int64_t axis = 1; axis < rank - 1; ++axis) perm.push_back(axis);
  return perm;
}

Permutation normal(const Permutation& perm) { return is_identity(perm) ? Permutation() : perm; }

std::int64_t place_of(std::int64_t axis, const Permutation& perm) {
  if (perm.empty()) return axis;
  return std::ranges::find(perm, axis) - perm.begin();
}

Permutation between(const Permutation& from, const Permutation& to, std::size_t rank) {
  Permutation perm;
  for (std::size_t i = 0; i < rank; ++i) {
    perm.push_back(place_of(to.empty() ? static_cast<std::int64_t>(i) : to[i], from));
  }
  return perm;
}

Result<Tensor> permuted(const Tensor& narrow, const Permutation& perm, Budget& budget) {
  const Tensor tensor = widened(narrow, perm.size());
  MOTE_TRY(budget.take(tensor.bytes()));
  const Dims own = row_major_strides(tensor.dims());
  Dims dims, strides;
  for (const std::int64_t axis : perm) {
    dims.push_back(tensor.dims()[static_cast<int>(axis)]);
    strides.push_back(own[static_cast<int>(axis)]);
  }
  MOTE_ASSIGN(Tensor out, Tensor::zeros(tensor.dtype(), dims));
  copy_box(dims, tensor.view(), {0, strides}, out.mut(), placed_whole(dims));
  return out;
}

}  // namespace mote::tfl
