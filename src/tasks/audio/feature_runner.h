// FeatureRunner: a model that takes features of sound.
#pragma once
#include <functional>
#include <span>
#include <vector>

#include "mote/session.h"
#include "tasks/audio/feature_windows.h"

namespace mote {

class FeatureRunner {
 public:
  // task: bound to the session's model; both outlive this. Errors: kInvalidArgument: no input of
  // features of sound, an input that nothing feeds.
  static Result<FeatureRunner> create(Session& session, const TaskDescription& task);

  const AudioFeatureRule& rule() const { return input_->audio_features; }

  // One window of the sound, as the model took it and what it gave.
  struct Window {
    std::span<const Tensor> inputs;  // as the model's
    std::span<const Tensor> outputs;
  };
  using Each = std::function<Status(const Window&)>;
  // Runs the model on every window, one after the other. samples: at the rule's rate. Errors:
  // those of AudioFeatureExtractor, FeatureWindows and Session::run; the first of `each`.
  Status run(std::span<const float> samples, std::uint64_t max_bytes, const Each& each);

 private:
  FeatureRunner(Session& session, const InputDescription& input)
      : session_(session), input_(&input), extractor_(input.audio_features) {}

  Session& session_;
  const InputDescription* input_;
  AudioFeatureExtractor extractor_;
  std::size_t index_ = 0;
  std::vector<Tensor> inputs_;
};

}  // namespace mote
