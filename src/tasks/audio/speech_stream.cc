#include "tasks/audio/speech_stream.h"

#include <algorithm>

#include "base/result.h"
#include "base/text.h"
#include "tasks/constant_input.h"
#include "tasks/tensor_floats.h"

namespace mote {
namespace {

Error invalid(std::string message) { return Error{Code::kInvalidArgument, std::move(message)}; }

}  // namespace

Result<SpeechStream> SpeechStream::create(Session& session, const TaskDescription& task) {
  SpeechStream stream(session, task);
  MOTE_TRY(stream.find_parts());
  MOTE_TRY(stream.reset());
  return stream;
}

Status SpeechStream::find_parts() {
  const Model& model = session_.model();
  audio_ = task_.input(InputKind::kAudio);
  speech_ = task_.output(OutputKind::kSpeech);
  if (audio_ == nullptr) return invalid("no input of the model is known as audio");
  if (speech_ == nullptr) return invalid("no output of the model is known as speech");
  audio_index_ = static_cast<std::size_t>(model.input_index(audio_->name));
  speech_index_ = static_cast<std::size_t>(model.output_index(speech_->name));
  for (const InputDescription& input : task_.inputs) {
    if (input.kind != InputKind::kState) continue;
    states_.push_back({static_cast<std::size_t>(model.input_index(input.name)),
                       static_cast<std::size_t>(model.output_index(input.from))});
  }
  return {};
}

Status SpeechStream::reset() {
  const auto infos = session_.model().inputs();
  inputs_.assign(infos.size(), Tensor());
  context_.assign(static_cast<std::size_t>(audio().context), 0.0F);
  MOTE_TRY(feed_constants(task_, infos, inputs_));
  for (std::size_t i = 0; i < infos.size(); ++i) {
    if (inputs_[i] || i == audio_index_) continue;
    return invalid(cat("nothing feeds input '", infos[i].name, "' ", to_string(infos[i]),
                       "; describe it as a state or a constant"));
  }
  return {};
}

// [1, ..., context + chunk], of the input's rank.
Result<Tensor> SpeechStream::chunk_tensor(std::span<const float> samples) {
  const TensorInfo& info = session_.model().inputs()[audio_index_];
  const auto chunk = static_cast<std::size_t>(audio().chunk);
  Dims dims;
  for (std::size_t axis = 0; axis + 1 < std::clamp<std::size_t>(info.shape.size(), 1, kMaxRank);
       ++axis) {
    dims.push_back(1);
  }
  dims.push_back(static_cast<std::int64_t>(context_.size() + chunk));
  MOTE_ASSIGN(Tensor tensor, Tensor::zeros(DType::kF32, dims));
  auto* to = tensor.mut().as<float>();
  std::ranges::copy(context_, to);
  const std::size_t count = std::min(chunk, samples.size());
  for (std::size_t i = 0; i < count; ++i) to[context_.size() + i] = samples[i] * audio().scale;
  std::copy(to + chunk, to + chunk + context_.size(), context_.begin());
  return tensor;
}

Result<float> SpeechStream::next(std::span<const float> samples) {
  MOTE_ASSIGN(inputs_[audio_index_], chunk_tensor(samples));
  MOTE_ASSIGN(const std::vector<Tensor> outputs, session_.run(inputs_));
  for (const State& state : states_) inputs_[state.input] = outputs[state.output];
  MOTE_ASSIGN(const std::vector<float> probability, to_floats(outputs[speech_index_]));
  if (probability.size() == 1) return probability[0];
  return invalid(cat("output '", speech_->name, "' has shape ",
                     to_string(outputs[speech_index_].dims()), "; it must be one number"));
}

}  // namespace mote
