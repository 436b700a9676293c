// PNM: six kinds, samples of any greatest value, damage.
#include "media/pnm.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "media/test_images.h"

namespace mote {
namespace {

using std::string_view_literals::operator""sv;
using testing::ElementsAre;
using testing::HasSubstr;
using Pixels = std::vector<std::uint8_t>;

Pixels decoded(std::string_view pnm, int channels) {
  const auto image = decode_image(bytes_of(pnm));
  EXPECT_TRUE(image) << image.error().message;
  if (!image) return {};
  EXPECT_EQ(image->channels, channels);
  return image->pixels;
}

std::string problem(std::string_view pnm) {
  const auto image = decode_image(bytes_of(pnm));
  return image ? "none" : image.error().message;
}

TEST(Pnm, ReadsAllSixKinds) {
  EXPECT_THAT(decoded("P1\n# a comment\n3 1\n1 01", 1), ElementsAre(0, 255, 0));
  EXPECT_THAT(decoded("P2 2 1 255 7\n8", 1), ElementsAre(7, 8));
  EXPECT_THAT(decoded("P3#c\n1 1 255 1 2 3", 3), ElementsAre(1, 2, 3));
  EXPECT_THAT(decoded("P4 9 2\n\xFF\x80\x00\x00"sv, 1),
              ElementsAre(0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 255));
  EXPECT_THAT(decoded("P5 2 1 255\n\x07\x08"sv, 1), ElementsAre(7, 8));
  EXPECT_THAT(decoded("P6 1 1 255\n\x01\x02\x03"sv, 3), ElementsAre(1, 2, 3));
}

TEST(Pnm, SpreadsSamplesOverAByte) {
  EXPECT_THAT(decoded("P2 4 1 3 0 1 2 9", 1), ElementsAre(0, 85, 170, 255));
  EXPECT_THAT(decoded("P5 2 1 65535\n\xFF\xFF\x80\x00"sv, 1), ElementsAre(255, 128));
}

TEST(Pnm, DamageIsNamed) {
  EXPECT_THAT(problem("P5 2 1 255\n\x07"sv), HasSubstr("truncated PNM"));
  EXPECT_THAT(problem("P5 2 1 255"sv), HasSubstr("truncated PNM"));
  EXPECT_THAT(problem("P2 2 1 255 7 x"sv), HasSubstr("corrupt PNM: sample 1 is no number"));
  EXPECT_THAT(problem("P1 2 1 12 "sv), HasSubstr("corrupt PNM: sample 1 is no number"));
  for (const std::string_view header : {"P2 ", "P2 2", "P2 2 1", "P2 0 1 255 7", "P2 2 1 0 7 7",
                                        "P2 2 1 65536 7 7", "P2 99999999999 1 255 7"}) {
    EXPECT_THAT(problem(header), HasSubstr("the header names no size")) << header;
  }
}

TEST(Pnm, PromisesAreCheckedBeforeMemoryIsTaken) {
  EXPECT_THAT(problem("P6 2147483647 2147483647 65535\n"), HasSubstr("over the limit"));
  EXPECT_THAT(problem("P3 9000 9000 255 1 2 3"), HasSubstr("cannot hold 9000x9000 pixels"));
  EXPECT_THAT(problem("P4 9000 9000\n1"), HasSubstr("cannot hold"));
}

}  // namespace
}  // namespace mote
