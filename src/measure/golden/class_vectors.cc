#include "measure/golden/class_vectors.h"

#include <algorithm>

#include "base/text.h"
#include "ir/dtype.h"
#include "ops/support/element.h"

namespace mote {
namespace {

Status convert(const Tensor& from, const MutTensorView& to) {
  return with_dtype(NumberElements{}, from.dtype(), [&]<class From>(From) {
    return with_dtype(FloatElements{}, to.dtype, [&]<class To>(To) -> Status {
      const From* x = from.view().as<From>();
      std::transform(x, x + from.count(), to.as<To>(),
                     [](From v) { return static_cast<To>(static_cast<float>(v)); });
      return {};
    });
  });
}

// Where the only 1 of an integer tensor is; -1 if it is no one-hot vector.
std::int64_t hot_index(const Tensor& tensor) {
  std::int64_t hot = -1;
  const Status found = with_dtype(IntegerElements{}, tensor.dtype(), [&]<class T>(T) -> Status {
    const T* values = tensor.view().as<T>();
    for (std::int64_t i = 0; i < tensor.count(); ++i) {
      if (values[i] == 0) continue;
      if (values[i] != 1 || hot >= 0) return Error{Code::kInvalidArgument, "not one-hot"};
      hot = i;
    }
    return {};
  });
  return found ? hot : -1;
}

}  // namespace

Result<Tensor> fit_to_input(const Tensor& tensor, const TensorInfo& input) {
  Dims dims;
  for (const SizeInfo& s : input.shape) {
    if (s.size < 0 || dims.rank() == kMaxRank) return tensor;
    dims.push_back(s.size);
  }
  const auto wanted = byte_size(DType::kU8, dims);
  const bool fits = input.ranked && wanted && dims.count() == tensor.count();
  if (!fits || (tensor.dtype() == input.dtype && tensor.dims() == dims)) return tensor;
  if (tensor.dtype() == input.dtype) return tensor.reshaped(dims);
  if (!is_integer(tensor.dtype()) || !is_float(input.dtype)) return tensor;
  MOTE_ASSIGN(Tensor converted, Tensor::zeros(input.dtype, dims));
  if (!convert(tensor, converted.mut())) return tensor;
  return converted;
}

bool is_one_hot(const Tensor& expected) { return hot_index(expected) >= 0; }

std::optional<std::string> compare_class(const Tensor& actual, const Tensor& expected) {
  const std::int64_t want = hot_index(expected);
  if (actual.dtype() != DType::kF32 || actual.count() != expected.count()) {
    return cat("scores are ", name(actual.dtype()), to_string(actual.dims()), ", expected ",
               expected.count(), " classes");
  }
  const auto scores = actual.values<float>();
  const auto got = std::ranges::max_element(scores) - scores.begin();
  if (got == want) return std::nullopt;
  return cat("class ", got, ", expected ", want);
}

}  // namespace mote
