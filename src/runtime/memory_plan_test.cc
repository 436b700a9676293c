#include "runtime/memory_plan.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/random.h"

namespace mote {
namespace {

TEST(MemoryPlan, BuffersOfOneChainShareTwoPlaces) {
  std::vector<BufferRequest> b = {{1000, 0, 1}, {1000, 1, 2}, {1000, 2, 3}, {1000, 3, 4}};
  EXPECT_EQ(plan_memory(b), 2 * 1024U);
}

TEST(MemoryPlan, EmptyBuffersTakeNothing) {
  std::vector<BufferRequest> b = {{0, 0, 9}};
  EXPECT_EQ(plan_memory(b), 0U);
  EXPECT_EQ(plan_memory({}), 0U);
}

// Whatever the lifetimes: nothing that is alive together overlaps, nothing lies outside, and the
// block is no larger than laying all side by side.
TEST(MemoryPlan, LiveBuffersNeverOverlap) {
  Random random(5);
  for (int round = 0; round < 50; ++round) {
    std::vector<BufferRequest> b(40);
    std::uint64_t sum = 0;
    for (BufferRequest& r : b) {
      r.bytes = random.below(5000);
      r.first = static_cast<int>(random.below(30));
      r.last = r.first + static_cast<int>(random.below(8));
      sum += (r.bytes + 63) / 64 * 64;
    }
    const std::uint64_t total = plan_memory(b);
    EXPECT_LE(total, sum);
    for (std::size_t i = 0; i < b.size(); ++i) {
      EXPECT_EQ(b[i].offset % 64, 0U);
      EXPECT_LE(b[i].offset + b[i].bytes, total);
      for (std::size_t j = 0; j < i; ++j) {
        const bool alive_together = b[i].first <= b[j].last && b[j].first <= b[i].last;
        const bool apart =
            b[i].offset + b[i].bytes <= b[j].offset || b[j].offset + b[j].bytes <= b[i].offset;
        ASSERT_TRUE(!alive_together || apart || b[i].bytes == 0 || b[j].bytes == 0);
      }
    }
  }
}

}  // namespace
}  // namespace mote
