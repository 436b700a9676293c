#include "tasks/audio/audio_json.h"

#include <algorithm>

namespace mote {

AudioRule read_audio(FieldReader& r) {
  AudioRule rule;
  if (!r.has("sample_rate")) r.fail_missing("sample_rate", "samples a second, as 16000");
  if (!r.has("chunk")) r.fail_missing("chunk", "how many samples the model takes at a time");
  rule.sample_rate = r.int32("sample_rate", 0);
  rule.chunk = r.int32("chunk", 0);
  rule.context = r.int32("context", 0);
  rule.scale = r.float32("scale", 1.0F);
  r.add_check(check(rule));
  return rule;
}

void write_audio(const AudioRule& rule, Json& j) {
  j["sample_rate"] = rule.sample_rate;
  j["chunk"] = rule.chunk;
  j["context"] = rule.context;
  j["scale"] = as_written(rule.scale);
}

SpeechRule read_speech(FieldReader& r) {
  SpeechRule rule;
  rule.threshold = r.float32("threshold", rule.threshold);
  rule.neg_threshold = r.float32("neg_threshold", neg_threshold_for(rule.threshold));
  rule.min_speech_ms = r.int32("min_speech_ms", rule.min_speech_ms);
  rule.min_silence_ms = r.int32("min_silence_ms", rule.min_silence_ms);
  rule.pad_ms = r.int32("pad_ms", rule.pad_ms);
  r.add_check(check(rule));
  return rule;
}

void write_speech(const SpeechRule& rule, Json& j) {
  j["threshold"] = as_written(rule.threshold);
  j["neg_threshold"] = as_written(rule.neg_threshold);
  j["min_speech_ms"] = rule.min_speech_ms;
  j["min_silence_ms"] = rule.min_silence_ms;
  j["pad_ms"] = rule.pad_ms;
}

}  // namespace mote
