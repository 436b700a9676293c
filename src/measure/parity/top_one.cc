#include "measure/parity/top_one.h"

#include <algorithm>

namespace mote {
namespace {

// Equal scores, which quantized ones often are, leave more than one.
bool share_best(std::span<const double> a, std::span<const double> b) {
  const double a_best = *std::ranges::max_element(a);
  const double b_best = *std::ranges::max_element(b);
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] == a_best && b[i] == b_best) return true;
  }
  return false;
}

}  // namespace

bool is_class_scores(const Dims& output, std::span<const Dims> inputs) {
  const int rank = output.rank();
  const bool flat = rank == 2 || (rank == 4 && output[2] == 1 && output[3] == 1);
  return flat && output[1] > 1 && std::ranges::find(inputs, output) == inputs.end();
}

void count_top1(const RealTensor& a, const RealTensor& b, TopOne& count) {
  std::vector<double> x, y;
  for_each_part(a, b, [&](std::span<const double> a_part, std::span<const double> b_part) {
    x.insert(x.end(), a_part.begin(), a_part.end());
    y.insert(y.end(), b_part.begin(), b_part.end());
  });
  const auto classes = static_cast<std::size_t>(a.tensor.dims()[1]);
  for (std::size_t at = 0; at < x.size(); at += classes) {
    ++count.of;
    count.agree += share_best(std::span(x).subspan(at, classes), std::span(y).subspan(at, classes));
  }
}

}  // namespace mote
