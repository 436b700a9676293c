#include "tasks/audio/feature_json.h"

#include <bit>

namespace mote {
namespace {

// The power of two that holds the window.
std::int32_t fft_for(std::int32_t window) {
  if (window < 2 || window > 1 << 16) return 2;  // which check() refuses by the window
  return static_cast<std::int32_t>(std::bit_ceil(static_cast<std::uint32_t>(window)));
}

}  // namespace

AudioFeatureRule read_audio_features(FieldReader& r) {
  AudioFeatureRule rule;
  rule.features = r.choice("features", rule.features);
  rule.sample_rate = r.int32("sample_rate", rule.sample_rate);
  rule.clip = r.int32("clip", rule.clip);
  rule.level = r.choice("level", rule.level);
  rule.window = r.int32("window", rule.window);
  rule.step = r.int32("step", rule.step);
  rule.fft = r.int32("fft", fft_for(rule.window));
  rule.window_function = r.choice("window_function", rule.window_function);
  rule.edges = r.choice("edges", rule.edges);
  rule.power = r.int32("power", rule.power);
  rule.mel_bins = r.int32("mel_bins", rule.mel_bins);
  rule.low_hz = r.float32("low_hz", rule.low_hz);
  rule.high_hz = r.float32("high_hz", rule.high_hz);
  rule.mel_scale = r.choice("mel_scale", rule.mel_scale);
  rule.log = r.choice("log", rule.log);
  rule.log_offset = r.float32("log_offset", rule.log_offset);
  if (rule.features == AudioFeatures::kMfcc) {
    rule.coefficients = r.int32("coefficients", rule.coefficients);
  } else {
    rule.coefficients = 1;
  }
  rule.skip_frames = r.int32("skip_frames", rule.skip_frames);
  rule.max_frames = r.int32("max_frames", rule.max_frames);
  r.add_check(check(rule));
  return rule;
}

void write_audio_features(const AudioFeatureRule& rule, Json& j) {
  j["features"] = name(rule.features);
  j["sample_rate"] = rule.sample_rate;
  j["clip"] = rule.clip;
  j["level"] = name(rule.level);
  j["window"] = rule.window;
  j["step"] = rule.step;
  j["fft"] = rule.fft;
  j["window_function"] = name(rule.window_function);
  j["edges"] = name(rule.edges);
  j["power"] = rule.power;
  j["mel_bins"] = rule.mel_bins;
  j["low_hz"] = as_written(rule.low_hz);
  j["high_hz"] = as_written(rule.high_hz);
  j["mel_scale"] = name(rule.mel_scale);
  j["log"] = name(rule.log);
  j["log_offset"] = as_written(rule.log_offset);
  if (rule.features == AudioFeatures::kMfcc) j["coefficients"] = rule.coefficients;
  j["skip_frames"] = rule.skip_frames;
  j["max_frames"] = rule.max_frames;
}

}  // namespace mote
