// What ai.onnx.ml does to scores at the end: post_transform.
#pragma once
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "ir/attributes.h"
#include "ops/support/element.h"

namespace mote::ml {

// In the order of TreeEnsemble's numbers.
enum class PostTransform : std::uint8_t { kNone, kSoftmax, kLogistic, kSoftmaxZero, kProbit };

// Attribute post_transform. Errors: kInvalidArgument, naming the text.
Result<PostTransform> read_post_transform(AttributeReader& r);

// Either tail keeps its precision.
template <class C>
C logistic(C x) {
  const C tail = C(1) / (C(1) + std::exp(std::abs(x)));
  return x < C(0) ? tail : C(1) - tail;
}

// The quantile of the normal distribution, by Winitzki's approximation of the inverse error
// function ("A handy approximation for the error function and its inverse", 2008), good to 0.002.
// NaN outside [0, 1].
template <class C>
C probit(C p) {
  constexpr C kA = C(0.147);
  constexpr C kPi = C(3.14159);  // as many digits as other runtimes take
  const C x = C(2) * p - C(1);
  const C log = std::log((C(1) - x) * (C(1) + x));
  const C v = C(2) / (kPi * kA) + log / C(2);
  const C root = std::sqrt(std::sqrt(v * v - log / kA) - v);
  return C(1.41421356) * (x < C(0) ? -root : root);
}

// exp(x - max) / sum; with `keep_zeros`, of the scores that are not 0.
template <class T>
void softmax(std::span<T> scores, bool keep_zeros) {
  using C = Compute<T>;
  C largest = std::numeric_limits<C>::lowest();
  for (const C s : scores) largest = s > largest ? s : largest;
  C sum = 0;
  for (T& s : scores) {
    const bool zero = keep_zeros && std::abs(C(s)) <= C(1e-7);
    const C e = zero ? C(0) : std::exp(C(s) - largest);
    sum += e;
    s = T(e);
  }
  if (sum == C(0)) return;
  for (T& s : scores) s = T(C(s) / sum);
}

// In place, on the scores of one row. A single score is no distribution: only kProbit changes it.
template <class T>
void transform_scores(PostTransform transform, std::span<T> scores) {
  if (scores.size() == 1 && transform != PostTransform::kProbit) return;
  switch (transform) {
    case PostTransform::kNone:
      return;
    case PostTransform::kSoftmax:
      return softmax(scores, false);
    case PostTransform::kLogistic:
      for (T& s : scores) s = T(logistic(Compute<T>(s)));
      return;
    case PostTransform::kSoftmaxZero:
      return softmax(scores, true);
    case PostTransform::kProbit:
      for (T& s : scores) s = T(probit(Compute<T>(s)));
      return;
  }
}

// What the first of two classes gets where only the second has a score.
enum class Complement : std::uint8_t { kOneMinus, kNegative };

// From the score of the second of two classes those of both. The two are no votes, so that kSoftmax
// and kSoftmaxZero leave them as they are, as other runtimes do.
template <class T>
void score_both(PostTransform transform, Complement complement, T score, std::span<T> both) {
  const bool logistic = transform == PostTransform::kLogistic;
  const bool probit = transform == PostTransform::kProbit;
  const bool negative = logistic || (complement == Complement::kNegative && !probit);
  both[0] = negative ? -score : T(1) - score;
  both[1] = score;
  if (logistic || probit) transform_scores(transform, both);
}

}  // namespace mote::ml
