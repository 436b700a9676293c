#include "media/sound/sound.h"

#include <gmock/gmock.h>

#include <bit>
#include <cmath>
#include <limits>
#include <string>

#include "media/sound/test_wav.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::FloatNear;
using testing::HasSubstr;

Sound decoded(const std::string& wav) {
  auto sound = decode_sound(std::as_bytes(std::span(wav)));
  EXPECT_TRUE(sound) << sound.error().message;
  return sound ? *std::move(sound) : Sound();
}

Error error_of(const std::string& bytes, const SoundLimits& limits = {}) {
  const auto sound = decode_sound(std::as_bytes(std::span(bytes)), limits);
  EXPECT_FALSE(sound);
  return sound ? Error{Code::kInternal, ""} : sound.error();
}

std::string floats(std::initializer_list<float> values) {
  std::string data;
  for (const float v : values) data += little_endian(std::bit_cast<std::uint32_t>(v), 4);
  return data;
}

TEST(DecodeSound, ReadsIntegersAsSharesOfTheLargest) {
  const Sound sound = decoded(make_wav({.bits = 16}, std::string("\x00\x40\x00\x80\xff\x7f", 6)));
  EXPECT_EQ(sound.sample_rate, 16'000);
  EXPECT_THAT(sound.samples, ElementsAre(0.5F, -1.0F, FloatNear(1.0F, 1e-4F)));
  const Sound bytes = decoded(make_wav({.bits = 8, .rate = 8'000}, std::string("\x80\xc0\x00", 3)));
  EXPECT_EQ(bytes.sample_rate, 8'000);
  EXPECT_THAT(bytes.samples, ElementsAre(0.0F, 0.5F, -1.0F));
}

TEST(DecodeSound, MixesChannels) {
  const Sound sound =
      decoded(make_wav({.tag = 3, .channels = 2, .bits = 32}, floats({1.0F, 0.0F, -0.5F, 0.25F})));
  EXPECT_THAT(sound.samples, ElementsAre(0.5F, -0.125F));
}

TEST(DecodeSound, MakesSilenceOfWhatIsNoNumber) {
  const float inf = std::numeric_limits<float>::infinity();
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Sound sound = decoded(make_wav({.tag = 3, .bits = 32}, floats({inf, nan, 2.0F, -inf})));
  EXPECT_THAT(sound.samples, ElementsAre(0.0F, 0.0F, 2.0F, 0.0F));
}

TEST(DecodeSound, ReadsCompressedSamples) {
  const Sound mu_law = decoded(make_wav({.tag = 7, .bits = 8}, std::string("\xff\x80\x00", 3)));
  EXPECT_THAT(mu_law.samples,
              ElementsAre(FloatNear(0, 1e-3F), FloatNear(0.98F, 0.01F), FloatNear(-0.98F, 0.01F)));
}

// As recorders write it that never came to write the size.
TEST(DecodeSound, TakesWhatIsThereWhateverTheHeaderSays) {
  std::string wav = make_wav({.bits = 16}, std::string(20, '\0'));
  wav.replace(40, 4, "\xff\xff\xff\xff");
  EXPECT_EQ(decoded(wav).samples.size(), 10U);
  wav.resize(wav.size() - 6);
  EXPECT_EQ(decoded(wav).samples.size(), 7U);
}

TEST(DecodeSound, NamesOtherFormats) {
  EXPECT_EQ(error_of("fLaC and more of it").message, "not a WAV file, but FLAC; convert it to WAV");
  EXPECT_EQ(error_of("ID3\x04 and more of it").message,
            "not a WAV file, but MP3; convert it to WAV");
  EXPECT_THAT(error_of("").message, HasSubstr("an empty file"));
  EXPECT_THAT(error_of("RIFF").message, HasSubstr("a file cut short"));
  EXPECT_THAT(error_of("\x89PNG\r\n\x1a\n........").message, HasSubstr("PNG"));
  EXPECT_EQ(error_of("hello, world, hello").code, Code::kUnsupported);
}

TEST(DecodeSound, RefusesDamage) {
  EXPECT_EQ(error_of(std::string("RIFF\x10\0\0\0WAVE", 12)).code, Code::kCorrupt);
  EXPECT_EQ(error_of(make_wav({.bits = 16}, "")).message, "WAV without samples");
  EXPECT_EQ(error_of(make_wav({.channels = 0}, "1234")).code, Code::kCorrupt);
  EXPECT_EQ(error_of(make_wav({.tag = 99}, "1234")).code, Code::kCorrupt);
}

TEST(DecodeSound, RefusesRatesAndChannelsBeyondReason) {
  EXPECT_THAT(error_of(make_wav({.rate = 4'000'000}, "1234")).message, HasSubstr("4000000 Hz"));
  EXPECT_NE(error_of(make_wav({.channels = 500, .bits = 8}, std::string(5000, 'x'))).message, "");
}

TEST(DecodeSound, IsHeldToItsLimit) {
  const std::string wav = make_wav({.bits = 8}, std::string(1 << 20, '\x80'));
  EXPECT_EQ(error_of(wav, {.max_memory_bytes = 1 << 20}).code, Code::kResourceExhausted);
  EXPECT_EQ(error_of(wav, {.max_memory_bytes = 1}).code, Code::kResourceExhausted);
  EXPECT_EQ(decoded(wav).samples.size(), 1U << 20);
}

}  // namespace
}  // namespace mote
