#include "ops/ml/linear/svm.h"

#include "base/text.h"

namespace mote::ml {

SvmTexts read_svm(AttributeReader& r, SvmParams& params) {
  params.coefficients = r.reals("coefficients", {});
  params.support_vectors = r.reals("support_vectors", {});
  params.rho = r.reals("rho", {});
  return {r.text("kernel_type", "LINEAR"), r.text("post_transform", "NONE"),
          r.reals("kernel_params", {})};
}

Status finish_svm(const SvmTexts& texts, SvmParams& params) {
  constexpr std::string_view kNames[] = {"LINEAR", "POLY", "RBF", "SIGMOID"};
  const auto kernel = std::ranges::find(kNames, texts.kernel);
  if (kernel == std::end(kNames)) {
    return Error{Code::kInvalidArgument,
                 cat("kernel_type '", texts.kernel, "' is none of LINEAR, POLY, RBF, SIGMOID")};
  }
  params.kernel = static_cast<SvmKernel>(kernel - std::begin(kNames));
  MOTE_ASSIGN(params.transform, post_transform_named(texts.transform));
  const auto& numbers = texts.kernel_params;
  if (!numbers.empty() && numbers.size() != 3) {
    return Error{Code::kInvalidArgument,
                 cat("kernel_params has ", numbers.size(), " entries, not gamma, coef0, degree")};
  }
  if (!numbers.empty()) {
    params.gamma = numbers[0];
    params.coef0 = numbers[1];
    params.degree = numbers[2];
  }
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
