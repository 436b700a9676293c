#include "media/image_format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "media/test_images.h"

namespace mote {
namespace {

using std::string_view_literals::operator""sv;
using testing::HasSubstr;

TEST(ImageFormat, NamesWhatItCannotRead) {
  const std::pair<std::string_view, std::string_view> files[] = {
      {""sv, "an empty file"},
      {"GIF89a\1\0\1\0"sv, "GIF"},
      {"\0\0\0\x18"
       "ftypheic\0\0\0\0"sv,
       "HEIC"},
      {"\0\0\0\x18"
       "ftypmif1\0\0\0\0"sv,
       "HEIF"},
      {"\0\0\0\x1C"
       "ftypavif\0\0\0\0"sv,
       "AVIF"},
      {"P7\nWIDTH 1"sv, "an unknown format"},
      {"P10 1 1"sv, "an unknown format"},
      {"\xFF\x0A\0\0"sv, "JPEG XL"},
      {"%PDF-1.7"sv, "PDF"},
      {"hello, world"sv, "an unknown format"},
      {"RIFF\x24\0\0\0WAVEfmt "sv, "an unknown format"},
  };
  for (const auto& [text, name] : files) {
    const auto result = decode_image(bytes_of(text));
    ASSERT_FALSE(result) << name;
    EXPECT_EQ(result.error().code, Code::kUnsupported) << name;
    EXPECT_THAT(result.error().message, HasSubstr(std::string("but ") + std::string(name) + ";"));
  }
}

TEST(ImageFormat, AFileCutWithinItsSignatureIsTruncated) {
  for (const std::string_view text : {"\xFF"sv, "\xFF\xD8"sv, "\x89PNG\r\n\x1A"sv, "\x89"sv}) {
    const auto result = decode_image(bytes_of(text));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, Code::kCorrupt);
    EXPECT_THAT(result.error().message, HasSubstr("truncated"));
  }
}

}  // namespace
}  // namespace mote
