#include "tasks/class_scores.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/result.h"
#include "base/text.h"

namespace mote {
namespace {

// True if score a at index i stands before b at index j.
bool before(float a, std::size_t i, float b, std::size_t j) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) == std::isnan(b) ? i < j : std::isnan(b);
  return a != b ? a > b : i < j;
}

}  // namespace

Result<ClassScores> class_scores(const Tensor& output, Activation activation,
                                 const std::optional<QuantizationRule>& quantization) {
  const Dims& dims = output.dims();
  ClassScores scores;
  scores.rows = dims.rank() >= 2 ? dims[0] : 1;
  scores.classes = dims.empty() ? 0 : dims[dims.rank() >= 2 ? 1 : 0];
  if (scores.rows < 1 || scores.classes < 1 || scores.rows * scores.classes != dims.count()) {
    return Error{Code::kInvalidArgument,
                 cat("scores have shape ", to_string(dims), "; it must be [batch, classes]")};
  }
  MOTE_ASSIGN(scores.values, dequantized(output, quantization));
  for (std::int64_t i = 0; i < scores.rows; ++i) {
    const auto row = std::span(scores.values)
                         .subspan(static_cast<std::size_t>(i * scores.classes),
                                  static_cast<std::size_t>(scores.classes));
    activate(activation, row);
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
