// Scores of targets as they are, with their base values and the transform.
#pragma once
#include "base/text.h"
#include "ops/ml/trees/forest_params.h"

namespace mote::ml {

// Writes y: [rows, targets] of T.
template <class T>
struct TargetSink {
  template <class C>
  struct State {};

  template <class C>
  void take(State<C>&, const Scores<C>& part) const {
    T* to = y + part.row * params.targets() + part.first;
    for (std::size_t i = 0; i < part.scores.size(); ++i) {
      const std::size_t target = static_cast<std::size_t>(part.first) + i;
      const double base = params.base.empty() ? 0 : params.base[target];
      to[i] = rounded<T>(part.scores[i] + base);
    }
  }
  template <class C>
  void finish(State<C>&, std::int64_t row) const {
    const auto targets = params.targets();
    transform_scores(params.transform,
                     std::span(y + row * targets, static_cast<std::size_t>(targets)));
  }

  const ForestParams& params;
  T* y;
};

// Errors: kInvalidArgument, unless there is a base value for each target or for none.
inline Status expect_base(const ForestParams& params) {
  const auto size = std::ssize(params.base);
  if (size == 0 || size == params.targets()) return {};
  return Error{Code::kInvalidArgument,
               cat("base_values has ", size, " entries for ", params.targets(), " targets")};
}

}  // namespace mote::ml
