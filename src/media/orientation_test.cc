#include "media/orientation.h"

#include <gtest/gtest.h>

#include "media/test_images.h"

namespace mote {
namespace {

TEST(Orientation, TurnsGreyAsEachValueAsks) {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const auto image = upright({tiles(), orientation});
    ASSERT_TRUE(image);
    const Turned& want = kTurnedTiles[orientation - 1];
    EXPECT_EQ(read_tiles(*image), want.letters) << orientation;
    EXPECT_EQ(image->width, 8 * want.width_in_tiles);
    EXPECT_EQ(image->width * image->height, 3 * 2 * 64);
  }
}

TEST(Orientation, KeepsTheChannelsOfAPixelTogether) {
  const Image stored{2, 1, 3, {1, 2, 3, 4, 5, 6}};
  const auto image = upright({stored, 8});
  ASSERT_TRUE(image);
  EXPECT_EQ(image->width, 1);
  EXPECT_EQ(image->height, 2);
  EXPECT_EQ(image->pixels, (std::vector<std::uint8_t>{4, 5, 6, 1, 2, 3}));
}

}  // namespace
}  // namespace mote
