#include "runtime/random_tensors.h"

#include "base/result.h"
#include "ir/dtype.h"
#include "ops/support/element.h"

namespace mote {

Result<Tensor> random_tensor(DType dtype, const Dims& dims, Random& random) {
  MOTE_ASSIGN(Tensor tensor, Tensor::zeros(dtype, dims));
  if (dtype == DType::kString) return tensor;
  const auto fill = [&]<class T>(T) -> Status {
    T* p = tensor.mut().as<T>();
    for (std::int64_t i = 0; i < tensor.count(); ++i) {
      if constexpr (std::is_same_v<T, bool>) {
        p[i] = random.below(2) == 1;
      } else if constexpr (std::is_integral_v<T>) {
        const auto v = static_cast<std::int64_t>(random.below(7));
        p[i] = static_cast<T>(std::is_signed_v<T> ? v - 3 : v);
      } else {
        p[i] = static_cast<T>(random.uniform(-4.0F, 4.0F));
      }
    }
    return {};
  };
  if (with_dtype(NumberElements{}, dtype, fill) || with_dtype(Elements<bool>{}, dtype, fill)) {
    return tensor;
  }
  auto* bytes = tensor.mut().as<std::uint8_t>();
  for (std::uint64_t i = 0; i < tensor.bytes(); ++i)
    bytes[i] = static_cast<std::uint8_t>(random.next());
  // Packed types leave the last byte's spare bits zero.
  const std::int64_t bits = tensor.count() * bit_width(dtype);
  if (bits % 8 != 0) bytes[bits / 8] &= static_cast<std::uint8_t>((1 << (bits % 8)) - 1);
  return tensor;
}

}  // namespace mote
