// What the support vector machines share: attributes and kernels.
#pragma once
#include <algorithm>
#include <cmath>
#include <vector>

#include "ir/op_def.h"
#include "ops/ml/linear/dot.h"
#include "ops/ml/post_transform.h"
#include "ops/ml/rows.h"

namespace mote::ml {

enum class SvmKernel : std::uint8_t { kLinear, kPoly, kRbf, kSigmoid };

struct SvmParams : OpParams {
  SvmKernel kernel = SvmKernel::kLinear;
  double gamma = 0, coef0 = 0, degree = 0;
  std::vector<float> coefficients;
  std::vector<float> support_vectors;  // [vectors, features]
  std::vector<float> rho;
  std::int64_t vectors = 0;  // 0: coefficients are weights of the features
  PostTransform transform = PostTransform::kNone;

  // Requires: vectors > 0.
  std::int64_t features() const { return std::ssize(support_vectors) / vectors; }

  // How alike the sample is to support vector v.
  template <class X>
  double similarity(const X* x, std::int64_t v) const {
    const std::int64_t n = features();
    const float* vector = support_vectors.data() + v * n;
    switch (kernel) {
      case SvmKernel::kLinear:
        return dot(x, vector, n);
      case SvmKernel::kPoly:
        return std::pow(gamma * dot(x, vector, n) + coef0, degree);
      case SvmKernel::kRbf: {
        double distance = 0;
        for (std::int64_t i = 0; i < n; ++i) {
          const double d = static_cast<double>(x[i]) - double{vector[i]};
          distance += d * d;
        }
        return std::exp(-gamma * distance);
      }
      case SvmKernel::kSigmoid:
        return std::tanh(gamma * dot(x, vector, n) + coef0);
    }
    return 0;
  }
};

// Reads the attributes that both have. Errors: kInvalidArgument: unknown names, kernel_params that
// are not 3 numbers.
Status read_svm(AttributeReader& r, SvmParams& params);
// Errors: kInvalidArgument: support vectors of unequal length. Requires: params.vectors is set.
Status check_vectors(const SvmParams& params);

// Errors: kInvalidArgument: samples have another number of features than `expected`.
Status expect_svm_features(std::int64_t expected, std::int64_t features);

}  // namespace mote::ml
