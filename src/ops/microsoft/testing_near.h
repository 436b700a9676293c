// For tests: floats as ONNX Runtime 1.32 computed them.
#pragma once
#include <gmock/gmock.h>

#include <vector>

namespace mote {

inline auto near(std::vector<float> values) {
  return testing::Pointwise(testing::FloatNear(2e-5F), std::move(values));
}

}  // namespace mote
