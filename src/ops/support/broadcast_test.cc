// Rows of broadcast operands.
#include "ops/support/broadcast.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace mote {
namespace {

using testing::ElementsAre;

TEST(BroadcastRows, EqualShapesAreOneRow) {
  const auto rows = broadcast_rows<2>({Dims{2, 3, 4}, Dims{2, 3, 4}}, {2, 3, 4});
  EXPECT_TRUE(rows.dims.empty());
  EXPECT_EQ(rows.length, 24);
  EXPECT_THAT(rows.step, ElementsAre(1, 1));
}

TEST(BroadcastRows, ChannelsRepeatWithinARow) {
  const auto rows = broadcast_rows<2>({Dims{2, 3, 4, 5}, Dims{3, 1, 1}}, {2, 3, 4, 5});
  EXPECT_EQ(rows.dims, (Dims{2, 3}));
  EXPECT_EQ(rows.length, 20);
  EXPECT_THAT(rows.step, ElementsAre(1, 0));
  EXPECT_EQ(rows.strides[1], (Dims{0, 1}));
}

TEST(BroadcastRows, SizesOfOneAreDropped) {
  const auto rows = broadcast_rows<1>({Dims{1, 3, 1}}, {1, 3, 1});
  EXPECT_TRUE(rows.dims.empty());
  EXPECT_EQ(rows.length, 3);
  EXPECT_THAT(rows.step, ElementsAre(1));
}

TEST(BroadcastRows, AScalarIsARowOfOne) {
  const auto rows = broadcast_rows<1>({Dims{}}, {});
  EXPECT_EQ(rows.count(), 1);
}

TEST(BroadcastRows, NothingIsNoRow) {
  const auto rows = broadcast_rows<2>({Dims{0, 3}, Dims{3}}, {0, 3});
  for_each_row(rows, [](const auto&, std::int64_t, std::int64_t) { FAIL(); });
}

// Offsets of both operands of every element of [2,3,2] that [3,1] and [2,1,2] make, cut anywhere.
TEST(BroadcastRows, AnyCutWalksTheSameElements) {
  const auto rows = broadcast_rows<2>({Dims{3, 1}, Dims{2, 1, 2}}, {2, 3, 2});
  for (std::int64_t cut = 0; cut <= 12; ++cut) {
    std::vector<std::int64_t> a, b;
    const auto note = [&](const auto& at, std::int64_t to, std::int64_t n) {
      EXPECT_EQ(to, std::ssize(a));
      for (std::int64_t i = 0; i < n; ++i) {
        a.push_back(at[0] + i * rows.step[0]);
        b.push_back(at[1] + i * rows.step[1]);
      }
    };
    for_each_row(rows, 0, cut, note);
    for_each_row(rows, cut, 12, note);
    EXPECT_THAT(a, ElementsAre(0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2));
    EXPECT_THAT(b, ElementsAre(0, 1, 0, 1, 0, 1, 2, 3, 2, 3, 2, 3));
  }
}

}  // namespace
}  // namespace mote
