#include "media/exif.h"

#include <gtest/gtest.h>

#include "media/test_images.h"

namespace mote {
namespace {

TEST(Exif, ReadsEachOrientationInBothByteOrders) {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    EXPECT_EQ(exif_orientation(exif_with(orientation, false)), orientation);
    EXPECT_EQ(exif_orientation(exif_with(orientation, true)), orientation);
  }
}

TEST(Exif, ValuesOutOfRangeAreUpright) {
  for (const int orientation : {0, 9, 255, 256, 65535}) {
    EXPECT_EQ(exif_orientation(exif_with(orientation)), 1) << orientation;
  }
}

TEST(Exif, FindsTheTagBehindOthers) {
  Bytes exif = exif_with(6);
  Bytes other(12, std::byte{0x01});
  exif[8] = std::byte{3};
  exif.insert(exif.begin() + 10, other.begin(), other.end());
  EXPECT_EQ(exif_orientation(exif), 6);
}

TEST(Exif, EveryCutBeforeTheValueIsUpright) {
  const Bytes exif = exif_with(6);
  const std::size_t value_end = 8 + 2 + 8 + 2;
  for (std::size_t size = 0; size < exif.size(); ++size) {
    const Bytes cut(exif.begin(), exif.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(exif_orientation(cut), size < value_end ? 1 : 6) << size;
  }
}

TEST(Exif, OffsetsAndCountsBeyondTheEndAreUpright) {
  Bytes far = exif_with(6);
  for (std::size_t i = 4; i < 8; ++i) far[i] = std::byte{0xFF};
  EXPECT_EQ(exif_orientation(far), 1);

  Bytes many = exif_with(6);
  many[8] = many[9] = std::byte{0xFF};
  many[10] = std::byte{0};  // the tag is another one now
  EXPECT_EQ(exif_orientation(many), 1);
}

TEST(Exif, OtherTypesCountsAndMagicsAreUpright) {
  for (const std::size_t damaged : {0, 1, 2, 12, 14}) {
    Bytes exif = exif_with(6);
    exif[damaged] = std::byte{7};
    EXPECT_EQ(exif_orientation(exif), 1) << "byte " << damaged;
  }
}

}  // namespace
}  // namespace mote
