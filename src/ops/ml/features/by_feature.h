// Attributes with one number for all features or one for each; features are the last dimension.
#pragma once
#include <span>
#include <string_view>

#include "ops/ml/rows.h"

namespace mote::ml {

inline std::size_t features_of(const Dims& dims) {
  return dims.empty() ? 1 : static_cast<std::size_t>(dims[dims.rank() - 1]);
}

// Errors: kInvalidArgument: attribute `name` has neither 1 entry nor one for each feature.
Status expect_per_feature(std::string_view name, std::size_t entries, std::size_t features);
// The same, as far as the number of features of input 0 is known.
Status expect_per_feature(const InferArgs& args, std::string_view name, std::size_t entries);

template <class T>
class PerFeature {
 public:
  explicit PerFeature(std::span<const T> values) : values_(values) {}
  explicit PerFeature(const std::vector<T>& values) : values_(values) {}
  T operator[](std::size_t feature) const { return values_[values_.size() == 1 ? 0 : feature]; }

 private:
  std::span<const T> values_;
};

// Calls f(i, feature of element i) for every element.
template <class F>
void for_each_feature(const Dims& dims, Workers& workers, const F& f) {
  constexpr std::int64_t kGrain = 4096;
  const auto features = static_cast<std::int64_t>(features_of(dims));
  workers.for_each_range(dims.count(), kGrain, [&](std::int64_t begin, std::int64_t end) {
    std::int64_t feature = begin % features;
    for (std::int64_t i = begin; i < end; ++i) {
      f(i, static_cast<std::size_t>(feature));
      if (++feature == features) feature = 0;
    }
  });
}

}  // namespace mote::ml
