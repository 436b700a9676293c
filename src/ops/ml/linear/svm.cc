#include "ops/ml/linear/svm.h"

#include "base/text.h"
#include "ops/support/choices.h"

namespace mote::ml {

Status read_svm(AttributeReader& r, SvmParams& params) {
  params.coefficients = r.reals("coefficients", {});
  params.support_vectors = r.reals("support_vectors", {});
  params.rho = r.reals("rho", {});
  MOTE_ASSIGN(params.kernel,
              enum_named<SvmKernel>(r, "kernel_type", {"LINEAR", "POLY", "RBF", "SIGMOID"}));
  MOTE_ASSIGN(params.transform, read_post_transform(r));
  const std::vector<float> numbers = r.reals("kernel_params", {});
  if (!numbers.empty() && numbers.size() != 3) {
    return Error{Code::kInvalidArgument,
                 cat("kernel_params has ", numbers.size(), " entries, not gamma, coef0, degree")};
  }
  if (!numbers.empty()) {
    params.gamma = numbers[0];
    params.coef0 = numbers[1];
    params.degree = numbers[2];
  }
  return {};
}

Status check_vectors(const SvmParams& params) {
  if (params.vectors > 0 && std::ssize(params.support_vectors) % params.vectors != 0) {
    return Error{Code::kInvalidArgument, cat("support_vectors has ", params.support_vectors.size(),
                                             " numbers for ", params.vectors, " vectors")};
  }
  return {};
}

Status expect_svm_features(std::int64_t expected, std::int64_t features) {
  if (features == expected) return {};
  return Error{Code::kInvalidArgument, cat("X has ", features, " features, the model ", expected)};
}

}  // namespace mote::ml
