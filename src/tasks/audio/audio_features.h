// Features of sound: MFCC and log-mel spectra.
#pragma once
#include <span>
#include <vector>

#include "tasks/audio/feature_rule.h"
#include "tasks/audio/mel_filters.h"
#include "tasks/audio/spectrum.h"

namespace mote {

// Frames [frames, width] of numbers, row-major.
struct FeatureMap {
  std::int64_t frames = 0;
  std::int64_t width = 0;
  std::vector<float> values;
};

// Turns sound into features, in f64. One thread at a time.
//
// 1. Level, and the length of the clip, as the rule says.
// 2. Each frame: `window` samples times the window function, zeros up to `fft`; where frames are
//    centred, as many at both sides.
// 3. The magnitude of its spectrum, to the power `power`; mel bands; the logarithm.
// 4. kMfcc: c[k] = sqrt(2 / n) Σ x[i] cos(π k (2 i + 1) / (2 n)) over n mel bins, as TensorFlow's
//    mfccs_from_log_mel_spectrograms: a DCT-II, scaled alike for every k, 0 too.
class AudioFeatureExtractor {
 public:
  // Requires: check(rule).
  explicit AudioFeatureExtractor(const AudioFeatureRule& rule);

  const AudioFeatureRule& rule() const { return rule_; }

  // samples: at the rule's rate. Errors: kInvalidArgument: too short for a frame;
  // kResourceExhausted: samples and features together take more than max_bytes.
  Result<FeatureMap> extract(std::span<const float> samples,
                             std::uint64_t max_bytes = std::uint64_t{1} << 30);

 private:
  Result<std::vector<float>> clip_of(std::span<const float> samples, std::uint64_t max_bytes) const;
  void load_frame(std::span<const float> clip, std::int64_t frame);
  void add_frame(FeatureMap& map);

  AudioFeatureRule rule_;
  std::vector<double> window_;
  Spectrum spectrum_;
  MelFilters filters_;
  std::vector<double> cosines_;  // [coefficients, mel_bins]
  std::vector<double> frame_, power_, bands_;
};

}  // namespace mote
