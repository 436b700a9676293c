#include "runtime/random_tensors.h"

#include <algorithm>

#include "base/result.h"
#include "ir/dtype.h"
#include "ops/support/element.h"

namespace mote {

namespace {

constexpr std::int64_t kBlock = std::int64_t{1} << 20;

template <class T>
T random_number(Random& random) {
  if constexpr (std::is_same_v<T, bool>) {
    return random.below(2) == 1;
  } else if constexpr (std::is_integral_v<T>) {
    const auto v = static_cast<std::int64_t>(random.below(7));
    return static_cast<T>(std::is_signed_v<T> ? v - 3 : v);
  } else {
    return static_cast<T>(random.uniform(-4.0F, 4.0F));
  }
}

}  // namespace

Status fill_in_blocks(std::int64_t count, const std::function<Status()>& go_on,
                      const std::function<void(std::int64_t, std::int64_t)>& fill) {
  for (std::int64_t begin = 0; begin < count; begin += kBlock) {
    if (go_on) MOTE_TRY(go_on());
    fill(begin, std::min(begin + kBlock, count));
  }
  return {};
}

Result<Tensor> random_tensor(DType dtype, const Dims& dims, Random& random,
                             const std::function<Status()>& go_on) {
  MOTE_ASSIGN(Tensor tensor, Tensor::zeros(dtype, dims));
  if (dtype == DType::kString) return tensor;
  Status filled;
  const auto fill = [&]<class T>(T) -> Status {
    T* p = tensor.mut().as<T>();
    filled = fill_in_blocks(tensor.count(), go_on, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) p[i] = random_number<T>(random);
    });
    return {};
  };
  if (with_dtype(NumberElements{}, dtype, fill) || with_dtype(Elements<bool>{}, dtype, fill)) {
    MOTE_TRY(std::move(filled));
    return tensor;
  }
  auto* bytes = tensor.mut().as<std::uint8_t>();
  MOTE_TRY(fill_in_blocks(static_cast<std::int64_t>(tensor.bytes()), go_on,
                          [&](std::int64_t begin, std::int64_t end) {
                            for (std::int64_t i = begin; i < end; ++i)
                              bytes[i] = static_cast<std::uint8_t>(random.next());
                          }));
  // Packed types leave the last byte's spare bits zero.
  const std::int64_t bits = tensor.count() * bit_width(dtype);
  if (bits % 8 != 0) bytes[bits / 8] &= static_cast<std::uint8_t>((1 << (bits % 8)) - 1);
  return tensor;
}

}  // namespace mote
