#include "tasks/audio/audio_features.h"

#include <gmock/gmock.h>

#include <cmath>
#include <complex>
#include <numbers>

#include "tasks/audio/feature_windows.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr double kPi = std::numbers::pi;

// Something with tones and noise, at a peak other than 1.
std::vector<float> sound(std::size_t count) {
  std::vector<float> samples;
  std::uint32_t seed = 7;
  for (std::size_t i = 0; i < count; ++i) {
    seed = seed * 1664525U + 1013904223U;
    const double noise = static_cast<double>(seed >> 8U) / (1U << 24U) - 0.5;
    const auto t = static_cast<double>(i);
    samples.push_back(
        static_cast<float>(0.3 * std::sin(0.2 * t) + 0.2 * std::sin(0.05 * t) + 0.1 * noise));
  }
  return samples;
}

FeatureMap extracted(const AudioFeatureRule& rule, const std::vector<float>& samples) {
  EXPECT_TRUE(check(rule)) << check(rule).error().message;
  auto map = AudioFeatureExtractor(rule).extract(samples);
  EXPECT_TRUE(map) << map.error().message;
  return map ? *std::move(map) : FeatureMap();
}

// |Σ x[n] exp(-2πi k n / fft)| as it stands there.
std::vector<double> direct_spectrum(const std::vector<double>& frame, int fft) {
  std::vector<double> magnitudes;
  for (int k = 0; k <= fft / 2; ++k) {
    std::complex<double> sum;
    for (std::size_t n = 0; n < frame.size(); ++n) {
      sum += frame[n] * std::polar(1.0, -2.0 * kPi * k * static_cast<double>(n) / fft);
    }
    magnitudes.push_back(std::abs(sum));
  }
  return magnitudes;
}

double mel(double hz) { return 1127.0 * std::log(1.0 + hz / 700.0); }

// TensorFlow's pipeline for the keyword model, term by term.
std::vector<double> direct_mfcc(const std::vector<float>& samples, std::size_t begin) {
  const double peak = *std::max_element(samples.begin(), samples.end());
  std::vector<double> frame;
  for (std::size_t n = 0; n < 480; ++n) {
    const double hann = 0.5 - 0.5 * std::cos(2 * kPi * static_cast<double>(n) / 480);
    frame.push_back(hann * samples[begin + n] / peak);
  }
  const std::vector<double> spectrum = direct_spectrum(frame, 512);
  std::vector<double> logs;
  for (int band = 0; band < 40; ++band) {
    const double width = (mel(4000) - mel(20)) / 41;
    const double low = mel(20) + band * width;
    double sum = 0;
    for (std::size_t k = 1; k <= 256; ++k) {
      const double at = (mel(static_cast<double>(k) * 16'000 / 512) - low) / width;
      if (at > 0 && at < 2) sum += spectrum[k] * (at < 1 ? at : 2 - at);
    }
    logs.push_back(std::log(sum + 1e-6));
  }
  std::vector<double> mfcc;
  for (int k = 0; k < 10; ++k) {
    double sum = 0;
    for (int i = 0; i < 40; ++i)
      sum += logs[static_cast<std::size_t>(i)] * std::cos(kPi * k * (i + 0.5) / 40);
    mfcc.push_back(2 * sum / std::sqrt(2.0 * 40));
  }
  return mfcc;
}

TEST(AudioFeatures, AreTheMfccOfTheKeywordModel) {
  const std::vector<float> samples = sound(16'000);
  const FeatureMap map = extracted({}, samples);
  ASSERT_EQ(map.frames, 49);
  ASSERT_EQ(map.width, 10);
  for (const std::size_t frame : {0U, 1U, 31U, 48U}) {
    const std::vector<double> direct = direct_mfcc(samples, frame * 320);
    for (std::size_t k = 0; k < 10; ++k) {
      EXPECT_NEAR(map.values[frame * 10 + k], direct[k], 1e-4) << frame << " " << k;
    }
  }
}

TEST(AudioFeatures, OfSilenceAreThoseOfTheOffset) {
  const FeatureMap map = extracted({}, std::vector<float>(16'000));
  // Every log is ln(1e-6): only the first coefficient is not 0, and it is not scaled by sqrt(1/2).
  EXPECT_NEAR(map.values[0], std::sqrt(2.0 / 40) * 40 * std::log(1e-6), 1e-3);
  EXPECT_NEAR(map.values[1], 0, 1e-4);
}

TEST(AudioFeatures, ShorterSoundEndsInSilenceAndLongerIsCut) {
  std::vector<float> samples = sound(8'000);
  const FeatureMap half = extracted({}, samples);
  EXPECT_EQ(half.frames, 49);
  EXPECT_NEAR(half.values[40 * 10], std::sqrt(2.0 / 40) * 40 * std::log(1e-6), 1e-3);
  samples.resize(16'000);
  EXPECT_EQ(extracted({}, samples).values, half.values);
  samples.push_back(100);  // a peak behind the clip
  EXPECT_EQ(extracted({}, samples).values, half.values);
}

TEST(AudioFeatures, LevelDividesByTheGreatestSample) {
  std::vector<float> samples = sound(16'000);
  const FeatureMap map = extracted({}, samples);
  for (float& v : samples) v *= 0.125F;
  EXPECT_EQ(extracted({}, samples).values, map.values);
  AudioFeatureRule as_is;
  as_is.level = LevelRule::kNone;
  EXPECT_NE(extracted(as_is, samples).values, map.values);
}

// Of librosa 0.8's melspectrogram and the logarithm that DCASE 2020's baseline takes of it.
AudioFeatureRule machine_rule() {
  AudioFeatureRule rule;
  rule.features = AudioFeatures::kLogMel;
  rule.clip = 0;
  rule.level = LevelRule::kNone;
  rule.window = rule.fft = 1024;
  rule.step = 512;
  rule.edges = EdgeRule::kReflect;
  rule.power = 2;
  rule.mel_bins = 128;
  rule.low_hz = 0;
  rule.high_hz = 8'000;
  rule.mel_scale = MelScale::kSlaney;
  rule.log = LogRule::kDb;
  rule.log_offset = 2.2204460e-16F;
  rule.coefficients = 1;
  return rule;
}

TEST(AudioFeatures, SlaneyBandsHaveAreaOneInHz) {
  AudioFeatureRule rule = machine_rule();
  rule.fft = rule.window = 16'384;  // fine enough to sum
  const MelFilters filters(rule);
  std::vector<double> bands(128);
  filters.apply(std::vector<double>(8'193, 16'000.0 / 16'384), bands);
  for (const double area : bands) EXPECT_NEAR(area, 1.0, 0.01);
}

TEST(AudioFeatures, SlaneysScaleIsStraightBelowAThousandHz) {
  // 128 bands to 8 kHz end at 15 + 27 ln(8) / ln(6.4) = 45.2455 mel: band b is centred on
  // (b + 1) * 45.2455 / 129 mel, which is 200 / 3 Hz each below 15 mel.
  AudioFeatureRule rule = machine_rule();
  rule.fft = rule.window = 16'384;
  const double step = (15 + 27 * std::log(8.0) / std::log(6.4)) / 129;
  std::vector<double> bands(128);
  const auto heard_at = [&](double hz) {
    std::vector<double> tone(8'193);
    tone[static_cast<std::size_t>(std::lround(hz * 16'384 / 16'000))] = 1;
    MelFilters(rule).apply(tone, bands);
    return std::max_element(bands.begin(), bands.end()) - bands.begin();
  };
  EXPECT_EQ(heard_at(11 * step * 200 / 3), 10);
  EXPECT_EQ(heard_at(1000 * std::exp((101 * step - 15) * std::log(6.4) / 27)), 100);
}

TEST(AudioFeatures, CentredFramesBeginAtMultiplesOfTheStep) {
  AudioFeatureRule rule = machine_rule();
  const std::vector<float> samples = sound(4'096);
  const FeatureMap map = extracted(rule, samples);
  EXPECT_EQ(map.frames, 9);  // 1 + 4096 / 512
  // Frame 0 hears the sound mirrored at its begin, without that sample twice.
  std::vector<double> frame;
  for (int n = 0; n < 1'024; ++n) {
    const double hann = 0.5 - 0.5 * std::cos(2 * kPi * n / 1'024);
    frame.push_back(hann * samples[static_cast<std::size_t>(std::abs(n - 512))]);
  }
  std::vector<double> spectrum = direct_spectrum(frame, 1'024);
  for (double& v : spectrum) v *= v;
  std::vector<double> bands(128);
  MelFilters(rule).apply(spectrum, bands);
  for (std::size_t b = 0; b < 128; ++b) {
    EXPECT_NEAR(map.values[b], 10 * std::log10(std::max(bands[b], 2.2204460e-16)), 1e-3) << b;
  }
  rule.edges = EdgeRule::kZeros;
  EXPECT_EQ(extracted(rule, samples).frames, 9);
  EXPECT_NE(extracted(rule, samples).values[0], map.values[0]);
}

TEST(AudioFeatures, LeaveOutFramesAtBothEnds) {
  AudioFeatureRule rule = machine_rule();
  const std::vector<float> samples = sound(8'192);
  const FeatureMap all = extracted(rule, samples);
  rule.skip_frames = 2;
  rule.max_frames = 5;
  const FeatureMap some = extracted(rule, samples);
  EXPECT_EQ(some.frames, 5);
  EXPECT_EQ(some.values[0], all.values[2 * 128]);
  rule.max_frames = 100;
  EXPECT_EQ(extracted(rule, samples).frames, 15);
}

TEST(AudioFeatures, RefusesSoundThatHasNoFrame) {
  const auto error = AudioFeatureExtractor(machine_rule()).extract({});
  ASSERT_FALSE(error);
  EXPECT_THAT(error.error().message, HasSubstr("sound of 0 samples is too short"));
  const auto memory = AudioFeatureExtractor({}).extract({}, 1000);
  ASSERT_FALSE(memory);
  EXPECT_EQ(memory.error().code, Code::kResourceExhausted);
}

std::string error_of(void (*change)(AudioFeatureRule&)) {
  AudioFeatureRule rule;
  change(rule);
  const Status sound = check(rule);
  return sound ? "" : sound.error().message;
}

TEST(AudioFeatureRule, NamesTheFieldTheValueAndTheBound) {
  EXPECT_THAT(error_of([](AudioFeatureRule& r) { r.fft = 500; }),
              HasSubstr("fft is 500; it must be a power of two, as 512"));
  EXPECT_THAT(error_of([](AudioFeatureRule& r) { r.fft = 256; }),
              HasSubstr("window is 480; it must be 1 to 256"));
  EXPECT_THAT(error_of([](AudioFeatureRule& r) { r.coefficients = 41; }),
              HasSubstr("coefficients is 41; it must be 1 to 40"));
  EXPECT_THAT(error_of([](AudioFeatureRule& r) { r.high_hz = 8'001; }),
              HasSubstr("at most half of sample_rate, 8000"));
  EXPECT_THAT(error_of([](AudioFeatureRule& r) { r.low_hz = NAN; }), HasSubstr("low_hz is nan"));
  EXPECT_THAT(error_of([](AudioFeatureRule& r) { r.log_offset = 0; }), HasSubstr("above 0"));
}

TensorInfo input_of(std::initializer_list<std::int64_t> shape, DType dtype = DType::kF32) {
  TensorInfo info{"x", dtype, true, {}, ""};
  for (const std::int64_t s : shape) info.shape.push_back({s, ""});
  return info;
}

TEST(FeatureWindows, GoOnByOneFrame) {
  FeatureMap map{4, 2, {0, 1, 2, 3, 4, 5, 6, 7}};
  InputDescription input;
  const TensorInfo info = input_of({1, 6});
  const auto windows = FeatureWindows::create(map, input, info);
  ASSERT_TRUE(windows) << windows.error().message;
  EXPECT_EQ(windows->count(), 2);
  EXPECT_THAT(windows->tensor(1)->values<float>(), ElementsAre(2, 3, 4, 5, 6, 7));
  input.quantization = QuantizationRule{0.5F, -10};
  const TensorInfo integers = input_of({-1, 3, 2, 1}, DType::kS8);
  const auto quantized = FeatureWindows::create(map, input, integers);
  EXPECT_THAT(quantized->tensor(0)->values<std::int8_t>(), ElementsAre(-10, -8, -6, -4, -2, 0));
  EXPECT_EQ(quantized->tensor(0)->dims(), (Dims{1, 3, 2, 1}));
  const TensorInfo open = input_of({1, -1, 2});
  EXPECT_EQ(FeatureWindows::create(map, input, open)->tensor(0)->dims(), (Dims{1, 4, 2}));
}

TEST(FeatureWindows, SayWhatDoesNotFit) {
  const FeatureMap map{2, 4, std::vector<float>(8)};
  const auto error = [&](const TensorInfo& info) {
    const auto windows = FeatureWindows::create(map, {}, info);
    return windows ? "" : windows.error().message;
  };
  EXPECT_THAT(error(input_of({1, 12})), HasSubstr("it has 2 frames, the model takes 3"));
  EXPECT_THAT(error(input_of({1, 6})), HasSubstr("a frame has 4 numbers"));
  EXPECT_THAT(error(input_of({2, 8})), HasSubstr("a batch of one"));
  EXPECT_THAT(error(input_of({1, -1, -1})), HasSubstr("one size may be open"));
  EXPECT_THAT(error(input_of({8})), HasSubstr("[batch, ...]"));
}

}  // namespace
}  // namespace mote
