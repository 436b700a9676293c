#include "measure/machine_limits.h"

#include <gtest/gtest.h>

namespace mote {
namespace {

TEST(MachineLimits, ArePositiveAndFinite) {
  EXPECT_GT(limit_f32_gflops(1, 1), 0);
  EXPECT_LT(limit_f32_gflops(1, 1), 1e5);
  EXPECT_GE(limit_int8_gops(2, 1), 0);
  EXPECT_GT(limit_read_gbps(2, 1, 64 << 10, 4), 0);
}

}  // namespace
}  // namespace mote
