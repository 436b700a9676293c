#include "tasks/raw_rule.h"

#include <charconv>
#include <cstring>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "ir/dtype.h"

namespace mote {
namespace {

template <class Number>
bool parse_number(std::string_view text, Number& number) {
  text = trim(text);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

}  // namespace

DType dtype_of(RawType type) {
  switch (type) {
    case RawType::kS8:
      return DType::kS8;
    case RawType::kU8:
      return DType::kU8;
    case RawType::kS16:
      return DType::kS16;
    case RawType::kF32:
      break;
  }
  return DType::kF32;
}

Result<RawRule> parse_raw(std::string_view text) {
  const auto wrong = [&] {
    return Error{Code::kInvalidArgument,
                 cat(text,
                     ": it must be TYPE, TYPE,SCALE or TYPE,SCALE,ZERO_POINT, as "
                     "s8,0.5847,83; types are: ",
                     join(kNames<RawType>, ", "))};
  };
  const auto pieces = split(text, ',');
  const auto type = value_named<RawType>(trim(pieces[0]));
  if (!type || pieces.size() > 3) return wrong();
  RawRule rule{*type, std::nullopt};
  if (pieces.size() == 1) return rule;
  QuantizationRule numbers;
  if (!parse_number(pieces[1], numbers.scale)) return wrong();
  if (pieces.size() == 3 && !parse_number(pieces[2], numbers.zero_point)) return wrong();
  if (!check(numbers)) return wrong();
  rule.numbers = numbers;
  return rule;
}

Result<Tensor> raw_tensor(std::span<const std::byte> bytes, const std::optional<RawRule>& rule,
                          const Dims& dims, DType dtype,
                          const std::optional<QuantizationRule>& to) {
  const DType stored = rule ? dtype_of(rule->dtype) : dtype;
  MOTE_ASSIGN(const std::uint64_t wanted, byte_size(stored, dims));
  if (bytes.size() != wanted) {
    return Error{Code::kInvalidArgument,
                 cat("it has ", bytes.size(), " bytes; ", name(stored), to_string(dims), " has ",
                     wanted, rule ? "" : "; say what else it holds by raw, as s8,0.5847,83")};
  }
  MOTE_ASSIGN(Tensor tensor, Tensor::zeros(stored, dims));
  if (wanted > 0) std::memcpy(tensor.mut().data, bytes.data(), wanted);
  if (!rule || (stored == dtype && !rule->numbers)) return tensor;
  MOTE_ASSIGN(const std::vector<float> numbers, dequantized(tensor, rule->numbers));
  return quantized(numbers, dims, dtype, to);
}

}  // namespace mote
