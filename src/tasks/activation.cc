#include "tasks/activation.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace mote {
namespace {

void softmax(std::span<float> row) {
  if (row.empty()) return;
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

}  // namespace

void activate(Activation activation, std::span<float> scores) {
  if (activation == Activation::kSoftmax) softmax(scores);
  if (activation == Activation::kSigmoid) sigmoid(scores);
}

}  // namespace mote
