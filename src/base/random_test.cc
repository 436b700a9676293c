#include "base/random.h"

#include <gtest/gtest.h>

namespace mote {
namespace {

TEST(Random, SkippingIsDrawingUnseen) {
  Random drawn(7);
  for (int i = 0; i < 5; ++i) drawn.next();
  Random skipped(7);
  skipped.skip(5);
  EXPECT_EQ(skipped.next(), drawn.next());
}

// The published generator's first numbers for seed 1234567.
TEST(Random, IsSplitMix64) {
  Random random(1234567);
  EXPECT_EQ(random.next(), 6457827717110365317U);
  EXPECT_EQ(random.next(), 3203168211198807973U);
}

TEST(Random, FreshSeedsDiffer) { EXPECT_NE(fresh_seed(), fresh_seed()); }

}  // namespace
}  // namespace mote
