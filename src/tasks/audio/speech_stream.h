// SpeechStream: a voice activity detector with its state.
#pragma once
#include <span>
#include <vector>

#include "mote/session.h"
#include "tasks/task.h"

namespace mote {

// Gives sound to a model chunk by chunk, and each state that it gives to its next run.
class SpeechStream {
 public:
  // task: bound to the session's model; both outlive this.
  // Errors: kInvalidArgument: no input of sound, no output of speech, an input that nothing feeds.
  static Result<SpeechStream> create(Session& session, const TaskDescription& task);

  const AudioRule& audio() const { return audio_->audio; }
  const SpeechRule& rule() const { return speech_->speech; }

  // The probability that `samples` are speech: the next audio().chunk of them, or fewer, as at the
  // end, which silence follows. Errors: those of Session::run; kInvalidArgument: an answer that is
  // not one number.
  Result<float> next(std::span<const float> samples);
  // Silence before what comes next.
  Status reset();

 private:
  SpeechStream(Session& session, const TaskDescription& task) : session_(session), task_(task) {}

  struct State {
    std::size_t input = 0;
    std::size_t output = 0;
  };

  Status find_parts();
  Result<Tensor> chunk_tensor(std::span<const float> samples);

  Session& session_;
  const TaskDescription& task_;
  const InputDescription* audio_ = nullptr;
  const OutputDescription* speech_ = nullptr;
  std::size_t audio_index_ = 0;
  std::size_t speech_index_ = 0;
  std::vector<State> states_;
  std::vector<Tensor> inputs_;
  std::vector<float> context_;
};

}  // namespace mote
