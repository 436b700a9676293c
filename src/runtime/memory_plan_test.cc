#include "runtime/memory_plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <span>
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

std::vector<BufferRequest> random_buffers(Random& random, std::size_t count, int lifetime) {
  std::vector<BufferRequest> buffers(count);
  for (BufferRequest& r : buffers) {
    r.bytes = random.below(5000);
    r.first = static_cast<int>(random.below(count * 3 / 4));
    r.last = r.first + static_cast<int>(random.below(static_cast<std::uint64_t>(lifetime)));
  }
  return buffers;
}

std::uint64_t side_by_side(std::span<const BufferRequest> buffers) {
  std::uint64_t sum = 0;
  for (const BufferRequest& r : buffers) sum += (r.bytes + 63) / 64 * 64;
  return sum;
}

void expect_apart(const BufferRequest& a, const BufferRequest& b) {
  const bool alive_together = a.first <= b.last && b.first <= a.last;
  const bool apart = a.offset + a.bytes <= b.offset || b.offset + b.bytes <= a.offset;
  ASSERT_TRUE(!alive_together || apart || a.bytes == 0 || b.bytes == 0);
}

// Whatever the lifetimes: nothing that is alive together overlaps, nothing lies outside, and the
// block is no larger than laying all side by side.
TEST(MemoryPlan, LiveBuffersNeverOverlap) {
  Random random(5);
  for (int round = 0; round < 50; ++round) {
    std::vector<BufferRequest> b = random_buffers(random, 40, 8);
    const std::uint64_t total = plan_memory(b);
    EXPECT_LE(total, side_by_side(b));
    for (std::size_t i = 0; i < b.size(); ++i) {
      EXPECT_EQ(b[i].offset % 64, 0U);
      EXPECT_LE(b[i].offset + b[i].bytes, total);
      for (std::size_t j = 0; j < i; ++j) expect_apart(b[i], b[j]);
    }
  }
}

// So many that they are placed in another way: each beside its neighbours in time.
TEST(MemoryPlan, ManyLiveBuffersNeverOverlap) {
  Random random(6);
  std::vector<BufferRequest> b = random_buffers(random, 20'000, 8);
  const std::uint64_t total = plan_memory(b);
  EXPECT_LE(total, side_by_side(b) / 100);
  std::ranges::sort(b, {}, &BufferRequest::first);
  for (std::size_t i = 0; i < b.size(); ++i) {
    EXPECT_EQ(b[i].offset % 64, 0U);
    EXPECT_LE(b[i].offset + b[i].bytes, total);
    for (std::size_t j = i + 1; j < b.size() && b[j].first <= b[i].last; ++j) {
      expect_apart(b[i], b[j]);
    }
  }
}

// Comparing each with each would take minutes.
TEST(MemoryPlan, BuffersThatAllLiveAtOnceLieSideBySide) {
  std::vector<BufferRequest> b(300'000, {64, 0, 1});
  EXPECT_EQ(plan_memory(b), 64U * b.size());
}

}  // namespace
}  // namespace mote
