#include "tasks/tensor_floats.h"

#include "base/text.h"
#include "ops/support/convert.h"

namespace mote {

Result<std::vector<float>> to_floats(const Tensor& tensor) {
  if (!is_convertible(tensor.dtype()) || tensor.dtype() == DType::kBool) {
    return Error{Code::kUnsupported, cat("numbers of type ", name(tensor.dtype()))};
  }
  std::vector<float> floats(static_cast<std::size_t>(tensor.count()));
  const std::int64_t count = tensor.count();
  convert_range(tensor.view(), 0, {DType::kF32, {count}, floats.data()}, 0, count);
  return floats;
}

}  // namespace mote
