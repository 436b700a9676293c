#include "measure/golden/tolerance.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "ir/dtype.h"
#include "ir/half.h"

namespace mote {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kTwoStepsOfBF16 = 0x1p-6;

// How far a pair of elements is apart: 0 or less if they agree. `excess` orders mismatches.
struct Gap {
  double difference = 0;
  double excess = 0;
};

Gap gap_between(double actual, double expected, const Tolerance& tolerance) {
  if (std::isnan(actual) && std::isnan(expected)) return {};
  if (actual == expected) return {};  // infinities too
  const double difference = std::abs(actual - expected);
  if (!std::isfinite(difference)) return {kInfinity, kInfinity};
  return {difference, difference - (tolerance.atol + tolerance.rtol * std::abs(expected))};
}

double small_float_at(const Tensor& t, std::int64_t i) {
  const DType dtype = t.dtype();
  if (dtype == DType::kF16) return f16_to_f32(static_cast<const std::uint16_t*>(t.data())[i]);
  if (dtype == DType::kBF16) return bf16_to_f32(static_cast<const std::uint16_t*>(t.data())[i]);
  if (bit_width(dtype) < 8) {
    const int bits = load_packed(dtype, t.data(), i);
    return minifloat_to_f32(dtype, static_cast<std::uint8_t>(bits));
  }
  return minifloat_to_f32(dtype, static_cast<const std::uint8_t*>(t.data())[i]);
}

// An integer type's element, widened; unsigned 64-bit ones keep their bits.
std::int64_t integer_at(const Tensor& t, std::int64_t i) {
  const auto at = [&]<class T>(T) {
    return static_cast<std::int64_t>(static_cast<const T*>(t.data())[i]);
  };
  switch (t.dtype()) {
    case DType::kU8:
    case DType::kBool:
      return at(std::uint8_t{});
    case DType::kS8:
      return at(std::int8_t{});
    case DType::kU16:
      return at(std::uint16_t{});
    case DType::kS16:
      return at(std::int16_t{});
    case DType::kU32:
      return at(std::uint32_t{});
    case DType::kS32:
      return at(std::int32_t{});
    case DType::kU64:
    case DType::kS64:
      return at(std::int64_t{});
    default:
      return load_packed(t.dtype(), t.data(), i);
  }
}

// The type of one real part of an element.
enum class Family { kF32, kF64, kComplex64, kComplex128, kSmallFloat, kInteger, kString };

Family family_of(DType dtype) {
  switch (dtype) {
    case DType::kF32:
      return Family::kF32;
    case DType::kF64:
      return Family::kF64;
    case DType::kC64:
      return Family::kComplex64;
    case DType::kC128:
      return Family::kComplex128;
    case DType::kString:
      return Family::kString;
    default:
      return is_float(dtype) ? Family::kSmallFloat : Family::kInteger;
  }
}

template <class T>
Gap part_gap(const Tensor& actual, const Tensor& expected, std::int64_t part, const Tolerance& t) {
  return gap_between(static_cast<double>(static_cast<const T*>(actual.data())[part]),
                     static_cast<double>(static_cast<const T*>(expected.data())[part]), t);
}

Gap wider(Gap a, Gap b) { return a.excess >= b.excess ? a : b; }

Gap integer_gap(const Tensor& actual, const Tensor& expected, std::int64_t i) {
  const std::int64_t a = integer_at(actual, i);
  const std::int64_t e = integer_at(expected, i);
  if (a == e) return {};
  const bool wide_unsigned = actual.dtype() == DType::kU64;
  const auto number = [&](std::int64_t v) {
    return wide_unsigned ? static_cast<double>(static_cast<std::uint64_t>(v))
                         : static_cast<double>(v);
  };
  // Neighbours beyond 2^53 have the same double.
  const double difference = std::max(std::abs(number(a) - number(e)), 1.0);
  return {difference, difference};
}

Gap string_gap(const Tensor& actual, const Tensor& expected, std::int64_t i) {
  const auto at = static_cast<std::size_t>(i);
  if (actual.values<std::string>()[at] == expected.values<std::string>()[at]) return {};
  return {kInfinity, kInfinity};
}

Gap element_gap(Family family, const Tensor& actual, const Tensor& expected, std::int64_t i,
                const Tolerance& t) {
  switch (family) {
    case Family::kF32:
      return part_gap<float>(actual, expected, i, t);
    case Family::kF64:
      return part_gap<double>(actual, expected, i, t);
    case Family::kComplex64:
      return wider(part_gap<float>(actual, expected, 2 * i, t),
                   part_gap<float>(actual, expected, 2 * i + 1, t));
    case Family::kComplex128:
      return wider(part_gap<double>(actual, expected, 2 * i, t),
                   part_gap<double>(actual, expected, 2 * i + 1, t));
    case Family::kSmallFloat:
      return gap_between(small_float_at(actual, i), small_float_at(expected, i), t);
    case Family::kInteger:
      return integer_gap(actual, expected, i);
    case Family::kString:
      return string_gap(actual, expected, i);
  }
  return {};
}

template <class T>
std::string complex_text(const Tensor& t, std::int64_t i) {
  const T* parts = static_cast<const T*>(t.data()) + 2 * i;
  return cat(parts[0], parts[1] < 0 ? "-" : "+", std::abs(parts[1]), "i");
}

std::string quoted(std::string_view text) {
  constexpr std::size_t kMost = 60;
  if (text.size() <= kMost) return cat("'", text, "'");
  return cat("'", text.substr(0, kMost), "...' (", text.size(), " bytes)");
}

std::string element_text(Family family, const Tensor& t, std::int64_t i) {
  switch (family) {
    case Family::kF32:
      return cat(static_cast<const float*>(t.data())[i]);
    case Family::kF64:
      return cat(static_cast<const double*>(t.data())[i]);
    case Family::kComplex64:
      return complex_text<float>(t, i);
    case Family::kComplex128:
      return complex_text<double>(t, i);
    case Family::kSmallFloat:
      return cat(static_cast<float>(small_float_at(t, i)));
    case Family::kInteger:
      if (t.dtype() == DType::kBool) return integer_at(t, i) != 0 ? "true" : "false";
      if (t.dtype() == DType::kU64) return cat(static_cast<std::uint64_t>(integer_at(t, i)));
      return cat(integer_at(t, i));
    case Family::kString:
      return quoted(t.values<std::string>()[static_cast<std::size_t>(i)]);
  }
  return {};
}

Dims indices_of(std::int64_t i, const Dims& dims) {
  Dims at = dims;
  for (int axis = dims.rank() - 1; axis >= 0; --axis) {
    at[axis] = i % dims[axis];
    i /= dims[axis];
  }
  return at;
}

}  // namespace

std::optional<Mismatch> compare(const Tensor& actual, const Tensor& expected, Tolerance tolerance) {
  if (actual.dtype() != expected.dtype() || actual.dims() != expected.dims()) {
    Mismatch other;
    other.message = cat("is ", name(actual.dtype()), to_string(actual.dims()), ", expected ",
                        name(expected.dtype()), to_string(expected.dims()));
    other.worst_difference = kInfinity;
    return other;
  }
  const Family family = family_of(actual.dtype());
  if (actual.dtype() == DType::kBF16) tolerance.rtol = std::max(tolerance.rtol, kTwoStepsOfBF16);
  Mismatch found;
  Gap worst;
  std::int64_t worst_at = 0;
  for (std::int64_t i = 0; i < actual.count(); ++i) {
    const Gap gap = element_gap(family, actual, expected, i, tolerance);
    // Written so that a NaN tolerance fails.
    if (gap.difference == 0 || gap.excess <= 0) continue;
    if (found.wrong++ == 0 || gap.excess > worst.excess) {
      worst = gap;
      worst_at = i;
    }
  }
  if (found.wrong == 0) return std::nullopt;
  found.worst = indices_of(worst_at, actual.dims());
  found.worst_difference = worst.difference;
  found.message = cat(element_text(family, actual, worst_at), " at ", to_string(found.worst),
                      ", expected ", element_text(family, expected, worst_at), " (", found.wrong,
                      " of ", actual.count(), " elements differ");
  const bool exact = family == Family::kInteger || family == Family::kString;
  found.message +=
      exact ? ")" : cat(" beyond rtol ", tolerance.rtol, ", atol ", tolerance.atol, ")");
  return found;
}

namespace {

std::optional<std::string> compare_elements(std::span<const Datum> actual,
                                            std::span<const Datum> expected,
                                            const Tolerance& tolerance) {
  if (actual.size() != expected.size()) {
    return cat("a sequence of ", actual.size(), " elements, expected ", expected.size());
  }
  for (std::size_t i = 0; i < actual.size(); ++i) {
    if (auto wrong = compare(actual[i], expected[i], tolerance)) {
      return cat("element ", i, ": ", *wrong);
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> compare(const Datum& actual, const Datum& expected,
                                   const Tolerance& tolerance) {
  if (actual.kind() != expected.kind()) {
    return cat(name(actual.kind()), ", expected ", name(expected.kind()));
  }
  switch (actual.kind()) {
    case Datum::Kind::kNone:
      return std::nullopt;
    case Datum::Kind::kTensor: {
      const auto mismatch = compare(actual.tensor(), expected.tensor(), tolerance);
      return mismatch ? std::optional(mismatch->message) : std::nullopt;
    }
    case Datum::Kind::kSequence:
      return compare_elements(actual.elements(), expected.elements(), tolerance);
    case Datum::Kind::kMap: {
      const Datum a[] = {actual.keys(), actual.values()};
      const Datum b[] = {expected.keys(), expected.values()};
      const auto wrong = compare_elements(a, b, tolerance);
      return wrong ? std::optional(cat("map, keys and values: ", *wrong)) : std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace mote
