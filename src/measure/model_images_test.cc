// What models get of image bytes.
#include "measure/model_images.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "media/image.h"
#include "mote/image_decoder.h"

namespace mote {
namespace {

using testing::ElementsAre;

Result<ImagePixels> decoded(std::span<const std::byte> bytes, std::int64_t channels,
                            std::uint64_t max_bytes = 1 << 20) {
  install_image_decoder();
  return image_decoder()({bytes, channels, max_bytes});
}

TEST(ModelImages, HaveTheChannelsThatAreAskedFor) {
  const auto grey = encode_png({2, 1, 1, {10, 20}});
  const auto rgb = encode_png({1, 1, 3, {255, 0, 0}});
  ASSERT_TRUE(grey && rgb);
  EXPECT_THAT(decoded(*grey, 3)->pixels, ElementsAre(10, 10, 10, 20, 20, 20));
  EXPECT_THAT(decoded(*rgb, 1)->pixels, ElementsAre(76));
  EXPECT_EQ(decoded(*grey, 1)->width, 2);
}

TEST(ModelImages, HaveNoPixelsIfTheyAreNoneOrDamaged) {
  auto png = *encode_png({1, 1, 1, {1}});
  png.resize(png.size() - 5);
  for (const std::vector<std::byte>& bytes : {png, std::vector<std::byte>(40), {}}) {
    const auto image = decoded(bytes, 3);
    ASSERT_TRUE(image) << image.error().message;
    EXPECT_EQ(image->height, 0);
    EXPECT_EQ(image->channels, 3);
    EXPECT_TRUE(image->pixels.empty());
  }
}

TEST(ModelImages, StayWithinTheMemoryThatIsGranted) {
  const auto png = encode_png({100, 100, 1, std::vector<std::uint8_t>(10000)});
  ASSERT_TRUE(png);
  const auto image = decoded(*png, 3, 30000);
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, Code::kResourceExhausted);
}

}  // namespace
}  // namespace mote
