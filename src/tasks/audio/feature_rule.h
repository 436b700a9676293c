// AudioFeatureRule: how sound becomes the features that a model takes.
#pragma once
#include <cstdint>

#include "base/result.h"
#include "tasks/choices.h"

namespace mote {

enum class AudioFeatures : std::uint8_t { kMfcc, kLogMel };
// kPeak: samples are divided by the greatest of them, if that is above 0.
enum class LevelRule : std::uint8_t { kNone, kPeak };
// Over window samples, of the periodic kind, as spectra of sound use it.
enum class WindowFunction : std::uint8_t { kHann, kHamming, kNone };
// What lies before and behind the sound where windows are centred on multiples of the step: half
// an FFT of silence, or of the sound mirrored. kNone: the first window begins with the sound.
enum class EdgeRule : std::uint8_t { kNone, kZeros, kReflect };
// kHtk: triangles that are straight on HTK's scale, of height 1. kSlaney: triangles that are
// straight on the scale of Hz, of area 1, with corners on the scale of Slaney's Auditory Toolbox.
enum class MelScale : std::uint8_t { kHtk, kSlaney };
// kLn: ln(x + offset). kDb: 20 / power * log10(max(x, offset)).
enum class LogRule : std::uint8_t { kLn, kDb };

template <>
inline constexpr std::array<std::string_view, 2> kNames<AudioFeatures> = {"mfcc", "log_mel"};
template <>
inline constexpr std::array<std::string_view, 2> kNames<LevelRule> = {"none", "peak"};
template <>
inline constexpr std::array<std::string_view, 3> kNames<WindowFunction> = {"hann", "hamming",
                                                                           "none"};
template <>
inline constexpr std::array<std::string_view, 3> kNames<EdgeRule> = {"none", "zeros", "reflect"};
template <>
inline constexpr std::array<std::string_view, 2> kNames<MelScale> = {"htk", "slaney"};
template <>
inline constexpr std::array<std::string_view, 2> kNames<LogRule> = {"ln", "db"};

// The defaults are those of the keyword model of MLPerf Tiny (mlcommons/tiny). There is no
// preemphasis. Lengths are in samples.
struct AudioFeatureRule {
  AudioFeatures features = AudioFeatures::kMfcc;
  std::int32_t sample_rate = 16'000;  // Hz
  std::int32_t clip = 16'000;         // longer sound is cut, shorter ends in silence; 0: all of it
  LevelRule level = LevelRule::kPeak;
  std::int32_t window = 480;
  std::int32_t step = 320;
  std::int32_t fft = 512;  // a power of two, at least the window, behind which zeros stand
  WindowFunction window_function = WindowFunction::kHann;
  EdgeRule edges = EdgeRule::kNone;
  std::int32_t power = 1;  // 1: magnitudes of the spectrum, 2: their squares
  std::int32_t mel_bins = 40;
  float low_hz = 20.0F;
  float high_hz = 4'000.0F;
  MelScale mel_scale = MelScale::kHtk;
  LogRule log = LogRule::kLn;
  float log_offset = 1e-6F;
  std::int32_t coefficients = 10;  // kMfcc: the first of them
  std::int32_t skip_frames = 0;    // frames at the begin that are left out
  std::int32_t max_frames = 0;     // frames behind those that count; 0: all

  // Numbers of a frame.
  std::int32_t width() const { return features == AudioFeatures::kMfcc ? coefficients : mel_bins; }
  bool operator==(const AudioFeatureRule&) const = default;
};

// Errors: kInvalidArgument, naming the field, the value and the bound.
Status check(const AudioFeatureRule& rule);

// How many frames so many samples give, those left out not among them. Requires: check(rule).
std::int64_t frame_count(const AudioFeatureRule& rule, std::int64_t samples);

}  // namespace mote
