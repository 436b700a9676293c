#include "tasks/image/resize.h"

#include <gtest/gtest.h>

#include <cmath>

namespace mote {
namespace {

// Value ((37 x + 59 y + 83 c + 7 x y) mod 256) at (x, y, c).
std::vector<std::uint8_t> pattern(int height, int width, int channels) {
  std::vector<std::uint8_t> p;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < channels; ++c) {
        p.push_back(static_cast<std::uint8_t>((37 * x + 59 * y + 83 * c + 7 * x * y) % 256));
      }
    }
  }
  return p;
}

struct Case {
  ImageSize from, to;
  ResizeFilter filter;
  std::vector<float> pillow;  // what Pillow 13 makes of it
  float bound = 1.0F;
};

std::vector<float> resize_all(const std::vector<std::uint8_t>& pixels, ImageSize from, ImageSize to,
                              ResizeFilter filter, int channels = 1) {
  const PixelView view{from.width, from.height, channels, pixels.data(), from.width * channels};
  const auto out = resize_window(view, {from.height, to.height, 0, to.height},
                                 {from.width, to.width, 0, to.width}, filter);
  EXPECT_TRUE(out) << out.error().message;
  return out ? *out : std::vector<float>();
}

class AsPillow : public testing::TestWithParam<Case> {};

// Pillow rounds and cuts between the directions, which counts where a cubic overshoots.
TEST_P(AsPillow, WithinALevelOrAFew) {
  const Case& c = GetParam();
  const auto got = resize_all(pattern(c.from.height, c.from.width, 1), c.from, c.to, c.filter);
  ASSERT_EQ(got.size(), c.pillow.size());
  for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], c.pillow[i], c.bound) << i;
}

INSTANTIATE_TEST_SUITE_P(
    All, AsPillow,
    testing::Values(
        Case{{7, 9},
             {3, 4},
             ResizeFilter::kBilinear,
             {86, 135, 127, 101, 151, 124, 126, 122, 110, 143, 144, 136}},
        Case{{3, 4}, {5, 7}, ResizeFilter::kBilinear, {0,   13,  34,  56,  77,  98,  111, 24,  38,
                                                       60,  84,  106, 129, 143, 59,  75,  100, 125,
                                                       150, 175, 191, 94,  112, 139, 167, 183, 123,
                                                       85,  118, 136, 165, 195, 205, 88,  15}},
        Case{{10, 5}, {4, 8}, ResizeFilter::kBilinear, {59,  78,  105, 125, 131, 122, 146, 165,
                                                        160, 155, 146, 126, 119, 124, 140, 153,
                                                        115, 131, 147, 106, 109, 157, 160, 158,
                                                        135, 130, 124, 139, 150, 157, 151, 146}},
        Case{{3, 4},
             {5, 7},
             ResizeFilter::kBicubic,
             {0,   5,   29,  51, 71,  95,  108, 17,  29,  54, 76,  100, 133, 151, 56,  71, 100, 125,
              150, 179, 194, 96, 113, 145, 184, 194, 118, 72, 118, 136, 170, 217, 217, 71, 0},
             3.0F},
        Case{{9, 8}, {3, 3}, ResizeFilter::kBicubic, {106, 132, 120, 134, 141, 124, 135, 149, 133}},
        Case{{7, 9},
             {3, 4},
             ResizeFilter::kNearest,
             {103, 191, 23, 111, 235, 95, 211, 71, 111, 255, 143, 31}},
        Case{{10, 5}, {4, 8}, ResizeFilter::kNearest, {59,  59,  103, 147, 147, 191, 235, 235,
                                                       177, 177, 235, 37,  37,  95,  153, 153,
                                                       98,  98,  177, 0,   0,   79,  158, 158,
                                                       216, 216, 53,  146, 146, 239, 76,  76}}));

TEST(Resize, ToTheSameSizeIsExact) {
  const auto pixels = pattern(8, 11, 3);
  const auto got = resize_all(pixels, {8, 11}, {8, 11}, ResizeFilter::kBilinear, 3);
  ASSERT_EQ(got.size(), pixels.size());
  for (std::size_t i = 0; i < got.size(); ++i) ASSERT_EQ(got[i], pixels[i]) << i;
}

TEST(Resize, KeepsChannelsApart) {
  const auto pixels = pattern(9, 6, 3);
  const auto got = resize_all(pixels, {9, 6}, {4, 5}, ResizeFilter::kBilinear, 3);
  for (int c = 0; c < 3; ++c) {
    std::vector<std::uint8_t> one;
    for (std::size_t i = static_cast<std::size_t>(c); i < pixels.size(); i += 3) {
      one.push_back(pixels[i]);
    }
    const auto want = resize_all(one, {9, 6}, {4, 5}, ResizeFilter::kBilinear);
    for (std::size_t i = 0; i < want.size(); ++i) {
      ASSERT_NEAR(got[i * 3 + static_cast<std::size_t>(c)], want[i], 1e-4F);
    }
  }
}

// Wide and tall images take their passes in different orders.
TEST(Resize, AWindowIsAPartOfTheWhole) {
  for (const ImageSize from : {ImageSize{40, 7}, ImageSize{7, 40}}) {
    const auto pixels = pattern(from.height, from.width, 1);
    const PixelView view{from.width, from.height, 1, pixels.data(), from.width};
    const auto whole = resize_all(pixels, from, {12, 10}, ResizeFilter::kBilinear);
    const auto part = resize_window(view, {from.height, 12, 3, 5}, {from.width, 10, 2, 6},
                                    ResizeFilter::kBilinear);
    ASSERT_TRUE(part);
    for (std::size_t y = 0; y < 5; ++y) {
      for (std::size_t x = 0; x < 6; ++x) {
        EXPECT_NEAR((*part)[y * 6 + x], whole[(y + 3) * 10 + x + 2], 1e-3F);
      }
    }
  }
}

TEST(Resize, RefusesWhatWouldNotFitIntoMemory) {
  const std::vector<std::uint8_t> pixel(1);
  const PixelView view{1, 1, 1, pixel.data(), 1};
  const auto got =
      resize_window(view, {1, 20000, 0, 20000}, {1, 20000, 0, 20000}, ResizeFilter::kNearest);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Code::kResourceExhausted);
}

}  // namespace
}  // namespace mote
