// ImageDecoder: orders of channels, bytes that are no image, no decoder at all.
#include "mote/image_decoder.h"

#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

// Height, width, then the pixels; nothing of no bytes, an error of one.
Result<ImagePixels> decode_plain(const ImageRequest& request) {
  const auto [bytes, channels, max_bytes] = request;
  EXPECT_GE(max_bytes, std::uint64_t{1} << 20);
  if (bytes.empty()) return ImagePixels{.channels = channels, .pixels = {}};
  if (bytes.size() == 1) return Error{Code::kResourceExhausted, "too large"};
  ImagePixels image{std::to_integer<std::int64_t>(bytes[0]),
                    std::to_integer<std::int64_t>(bytes[1]),
                    channels,
                    {}};
  for (const std::byte b : bytes.subspan(2)) {
    image.pixels.push_back(std::to_integer<std::uint8_t>(b));
  }
  return image;
}

class ImageDecoder : public testing::Test {
 protected:
  ImageDecoder() { set_image_decoder(decode_plain); }
  ~ImageDecoder() override { set_image_decoder(nullptr); }

  static std::string decoded(std::string_view bytes, std::string_view format) {
    return answer("() -> (y) { x: u8" + std::string(bytes) +
                  " y = ImageDecoder(x) {pixel_format=\"" + std::string(format) + "\"} }");
  }
};

TEST_F(ImageDecoder, OrdersChannelsAsItIsTold) {
  const std::string_view two = "[8] = {1, 2, 10, 20, 30, 40, 50, 60}";
  EXPECT_EQ(decoded(two, "RGB"), "u8[1,2,3] {10, 20, 30, 40, 50, 60}");
  EXPECT_EQ(decoded(two, "BGR"), "u8[1,2,3] {30, 20, 10, 60, 50, 40}");
  EXPECT_EQ(decoded("[4] = {2, 1, 7, 8}", "Grayscale"), "u8[2,1,1] {7, 8}");
}

TEST_F(ImageDecoder, GivesNoPixelsOfWhatIsNoImage) {
  EXPECT_EQ(decoded("[0] = {}", "RGB"), "u8[0,0,3] {}");
  EXPECT_EQ(decoded("[0] = {}", "Grayscale"), "u8[0,0,1] {}");
}

TEST_F(ImageDecoder, PassesOnWhatTheDecoderRefuses) {
  EXPECT_THAT(decoded("[1] = {0}", "RGB"), HasSubstr("too large"));
}

TEST_F(ImageDecoder, DoesNotTrustTheDecoder) {
  EXPECT_THAT(decoded("[3] = {2, 2, 0}", "RGB"),
              HasSubstr("the decoder gave 1 bytes of 3 channels for [2,2,3]"));
}

TEST_F(ImageDecoder, SaysWhatToDoWithoutADecoder) {
  set_image_decoder(nullptr);
  EXPECT_THAT(decoded("[2] = {0, 0}", "RGB"), HasSubstr("mote::set_image_decoder"));
}

TEST_F(ImageDecoder, TakesBytes) {
  EXPECT_THAT(decoded("[1,2] = {0, 0}", "RGB"), HasSubstr("encoded_stream has rank 2, not 1"));
  EXPECT_THAT(decoded("[2] = {0, 0}", "YUV"), HasSubstr("pixel_format 'YUV' is none of"));
}

}  // namespace
}  // namespace mote
