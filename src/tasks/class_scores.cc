#include "tasks/class_scores.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "base/text.h"
#include "ir/half.h"

namespace mote {
namespace {

template <class T>
std::vector<float> converted(const Tensor& t) {
  std::vector<float> out;
  out.reserve(static_cast<std::size_t>(t.count()));
  for (const T v : t.values<T>()) out.push_back(static_cast<float>(v));
  return out;
}

std::vector<float> converted_bits(const Tensor& t, float (*to_f32)(std::uint16_t)) {
  std::vector<float> out;
  const auto* bits = t.view().as<std::uint16_t>();
  for (std::int64_t i = 0; i < t.count(); ++i) out.push_back(to_f32(bits[i]));
  return out;
}

std::optional<std::vector<float>> as_floats(const Tensor& t) {
  switch (t.dtype()) {
    case DType::kF32:
      return converted<float>(t);
    case DType::kF64:
      return converted<double>(t);
    case DType::kS8:
      return converted<std::int8_t>(t);
    case DType::kU8:
      return converted<std::uint8_t>(t);
    case DType::kS16:
      return converted<std::int16_t>(t);
    case DType::kU16:
      return converted<std::uint16_t>(t);
    case DType::kS32:
      return converted<std::int32_t>(t);
    case DType::kU32:
      return converted<std::uint32_t>(t);
    case DType::kS64:
      return converted<std::int64_t>(t);
    case DType::kU64:
      return converted<std::uint64_t>(t);
    case DType::kF16:
      return converted_bits(t, f16_to_f32);
    case DType::kBF16:
      return converted_bits(t, bf16_to_f32);
    default:
      return std::nullopt;
  }
}

// Infinite scores share all of the probability.
void softmax(std::span<float> row) {
  const float most = *std::ranges::max_element(row);
  const bool endless = std::isinf(most);
  double sum = 0.0;
  std::vector<double> e;
  for (const float v : row) {
    const double distance = endless && v == most ? 0.0 : double{v} - most;
    e.push_back(std::exp(distance));
    sum += e.back();
  }
  for (std::size_t i = 0; i < row.size(); ++i) row[i] = static_cast<float>(e[i] / sum);
}

void sigmoid(std::span<float> row) {
  for (float& v : row) v = static_cast<float>(1.0 / (1.0 + std::exp(-double{v})));
}

// True if score a at index i stands before b at index j.
bool before(float a, std::size_t i, float b, std::size_t j) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) == std::isnan(b) ? i < j : std::isnan(b);
  return a != b ? a > b : i < j;
}

}  // namespace

Result<ClassScores> class_scores(const Tensor& output, Activation activation) {
  const Dims& dims = output.dims();
  ClassScores scores;
  scores.rows = dims.rank() >= 2 ? dims[0] : 1;
  scores.classes = dims.empty() ? 0 : dims[dims.rank() >= 2 ? 1 : 0];
  if (scores.rows < 1 || scores.classes < 1 || scores.rows * scores.classes != dims.count()) {
    return Error{Code::kInvalidArgument,
                 cat("scores have shape ", to_string(dims), "; it must be [batch, classes]")};
  }
  auto values = as_floats(output);
  if (!values) {
    return Error{Code::kUnsupported, cat("scores of type ", name(output.dtype()))};
  }
  scores.values = *std::move(values);
  for (std::int64_t i = 0; i < scores.rows; ++i) {
    const auto row = std::span(scores.values)
                         .subspan(static_cast<std::size_t>(i * scores.classes),
                                  static_cast<std::size_t>(scores.classes));
    if (activation == Activation::kSoftmax) softmax(row);
    if (activation == Activation::kSigmoid) sigmoid(row);
  }
  return scores;
}

std::vector<RankedClass> top_k(std::span<const float> scores, std::size_t k) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  k = std::min(k, order.size());
  std::partial_sort(
      order.begin(), order.begin() + static_cast<std::ptrdiff_t>(k), order.end(),
      [&](std::size_t i, std::size_t j) { return before(scores[i], i, scores[j], j); });
  std::vector<RankedClass> best;
  for (std::size_t i = 0; i < k; ++i) {
    best.push_back({static_cast<std::int64_t>(order[i]), scores[order[i]]});
  }
  return best;
}

std::size_t rank_of(std::span<const float> scores, std::size_t index) {
  std::size_t rank = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (i != index && before(scores[i], i, scores[index], index)) ++rank;
  }
  return rank;
}

}  // namespace mote
