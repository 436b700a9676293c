#include "ops/ml/linear/pairwise.h"

#include <algorithm>
#include <cmath>

namespace mote::ml {
namespace {

// The matrix of equation 21 of the paper: its minimum of p'Qp is what is looked for.
void fill_matrix(std::int64_t n, const double* pairs, double* q) {
  std::fill_n(q, n * n, 0.0);
  for (std::int64_t a = 0; a < n; ++a) {
    for (std::int64_t b = a + 1; b < n; ++b) {
      const double r = *pairs++;
      q[a * n + a] += (1 - r) * (1 - r);
      q[b * n + b] += r * r;
      q[a * n + b] = q[b * n + a] = -r * (1 - r);
    }
  }
}

// p'Qp; leaves Qp in `qp`.
double multiply(std::int64_t n, const double* q, const double* p, double* qp) {
  double total = 0;
  for (std::int64_t a = 0; a < n; ++a) {
    qp[a] = 0;
    for (std::int64_t b = 0; b < n; ++b) qp[a] += q[a * n + b] * p[b];
    total += p[a] * qp[a];
  }
  return total;
}

}  // namespace

void couple_pairs(std::int64_t classes, const double* pairs, double* scratch,
                  float* probabilities) {
  const std::int64_t n = classes;
  double* q = scratch;
  double* p = q + n * n;
  double* qp = p + n;
  fill_matrix(n, pairs, q);
  std::fill_n(p, n, 1.0 / static_cast<double>(n));
  const double tolerance = 0.005 / static_cast<double>(n);
  for (std::int64_t round = 0; round < std::max<std::int64_t>(100, n); ++round) {
    double pqp = multiply(n, q, p, qp);
    double off = 0;
    for (std::int64_t a = 0; a < n; ++a) off = std::max(off, std::abs(qp[a] - pqp));
    if (off < tolerance) break;
    for (std::int64_t a = 0; a < n; ++a) {
      const double step = (pqp - qp[a]) / q[a * n + a];
      const double scale = 1 + step;
      p[a] += step;
      pqp = (pqp + step * (step * q[a * n + a] + 2 * qp[a])) / (scale * scale);
      for (std::int64_t b = 0; b < n; ++b) {
        qp[b] = (qp[b] + step * q[a * n + b]) / scale;
        p[b] /= scale;
      }
    }
  }
  for (std::int64_t a = 0; a < n; ++a) probabilities[a] = static_cast<float>(p[a]);
}

}  // namespace mote::ml
