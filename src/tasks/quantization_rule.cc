#include "tasks/quantization_rule.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "tasks/tensor_floats.h"

namespace mote {
namespace {

template <class T>
void to_integers(std::span<const float> values, const QuantizationRule& rule, T* out) {
  constexpr auto kLow = static_cast<float>(std::numeric_limits<T>::lowest());
  constexpr auto kHigh = static_cast<float>(std::numeric_limits<T>::max());
  const auto zero = static_cast<float>(rule.zero_point);
  for (const float v : values) {
    const float q = std::isnan(v) ? zero : std::nearbyint(v / rule.scale) + zero;
    *out++ = static_cast<T>(std::clamp(q, kLow, kHigh));
  }
}

}  // namespace

Status check(const QuantizationRule& rule) {
  if (rule.scale > 0.0F && std::isfinite(rule.scale)) return {};
  return Error{Code::kInvalidArgument, cat("scale is ", rule.scale, "; it must be above 0")};
}

Result<Tensor> quantized(std::span<const float> values, const Dims& dims, DType dtype,
                         const std::optional<QuantizationRule>& rule) {
  if (dtype != DType::kF32 && !rule) {
    return Error{Code::kInvalidArgument,
                 cat("nothing says which ", name(dtype), " numbers become; describe quantization, ",
                     R"({"scale": 1, "zero_point": 0} for those that are whole)")};
  }
  MOTE_ASSIGN(Tensor tensor, Tensor::zeros(dtype, dims));
  const MutTensorView to = tensor.mut();
  const QuantizationRule by = rule.value_or(QuantizationRule());
  if (dtype == DType::kF32) {
    std::ranges::copy(values, to.as<float>());
  } else if (dtype == DType::kS8) {
    to_integers(values, by, to.as<std::int8_t>());
  } else if (dtype == DType::kU8) {
    to_integers(values, by, to.as<std::uint8_t>());
  } else if (dtype == DType::kS16) {
    to_integers(values, by, to.as<std::int16_t>());
  } else {
    return Error{Code::kUnsupported,
                 cat("numbers cannot become ", name(dtype), "; f32, s8, u8 and s16 are possible")};
  }
  return tensor;
}

Result<std::vector<float>> dequantized(const Tensor& tensor,
                                       const std::optional<QuantizationRule>& rule) {
  MOTE_ASSIGN(std::vector<float> numbers, to_floats(tensor));
  const bool real = tensor.dtype() == DType::kF32 || tensor.dtype() == DType::kF64 ||
                    tensor.dtype() == DType::kF16 || tensor.dtype() == DType::kBF16;
  if (!rule || real) return numbers;
  for (float& v : numbers) v = rule->number(v);
  return numbers;
}

}  // namespace mote
