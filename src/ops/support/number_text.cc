#include "ops/support/number_text.h"

#include <charconv>
#include <cmath>
#include <string>
#include <string_view>

#include "base/text.h"
#include "ir/dtype.h"
#include "ops/support/convert.h"

namespace mote {
namespace {

template <class T>
std::string real_text(T value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-INF" : "INF";
  return cat(value);
}

// Element i as a T, of which `wide` is the dtype.
template <class T>
T element_as(const TensorView& from, std::int64_t i, DType wide) {
  T value{};
  convert_range(from, i, {wide, {1}, &value}, 0, 1);
  return value;
}

std::string number_text(const TensorView& from, std::int64_t i) {
  if (from.dtype == DType::kF64) return real_text(from.as<double>()[i]);
  if (is_float(from.dtype)) return real_text(element_as<float>(from, i, DType::kF32));
  if (from.dtype == DType::kU64) return cat(from.as<std::uint64_t>()[i]);
  return cat(element_as<std::int64_t>(from, i, DType::kS64));
}

template <class T>
bool read_all(std::string_view text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

// Reads the text as the T, of dtype `wide`, if it is one, and converts that to element i.
template <class T>
bool store_as(std::string_view text, DType wide, const MutTensorView& to, std::int64_t i) {
  T value{};
  if (!read_all(text, value)) return false;
  convert_range({wide, {1}, &value}, 0, to, i, 1);
  return true;
}

// Integers are read as such: f64 does not hold all of them.
bool store_number(std::string_view text, const MutTensorView& to, std::int64_t i) {
  if (to.dtype == DType::kF32) return store_as<float>(text, DType::kF32, to, i);
  if (is_integer(to.dtype)) {
    if (store_as<std::int64_t>(text, DType::kS64, to, i)) return true;
    if (store_as<std::uint64_t>(text, DType::kU64, to, i)) return true;
  }
  return store_as<double>(text, DType::kF64, to, i);
}

}  // namespace

void numbers_to_texts(const TensorView& from, const MutTensorView& to) {
  const std::int64_t count = from.dims.count();
  for (std::int64_t i = 0; i < count; ++i) to.as<std::string>()[i] = number_text(from, i);
}

Status texts_to_numbers(const TensorView& from, const MutTensorView& to) {
  const std::int64_t count = from.dims.count();
  for (std::int64_t i = 0; i < count; ++i) {
    std::string_view text = trim(from.as<std::string>()[i]);
    const bool plus = text.size() > 1 && text[0] == '+' && text[1] != '-';
    if (plus) text.remove_prefix(1);
    if (!store_number(text, to, i)) {
      return Error{Code::kInvalidArgument,
                   cat("element ", i, " is '", text.substr(0, 40), "', which is no number")};
    }
  }
  return {};
}

}  // namespace mote
