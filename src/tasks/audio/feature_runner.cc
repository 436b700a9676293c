#include "tasks/audio/feature_runner.h"

#include "base/result.h"
#include "base/text.h"
#include "tasks/constant_input.h"

namespace mote {

Result<FeatureRunner> FeatureRunner::create(Session& session, const TaskDescription& task) {
  const InputDescription* input = task.input(InputKind::kAudioFeatures);
  if (input == nullptr) {
    return Error{Code::kInvalidArgument, "no input of the model is known as audio_features"};
  }
  const auto infos = session.model().inputs();
  FeatureRunner runner(session, *input);
  runner.index_ = static_cast<std::size_t>(session.model().input_index(input->name));
  runner.inputs_.resize(infos.size());
  MOTE_TRY(feed_constants(task, infos, runner.inputs_));
  for (std::size_t i = 0; i < infos.size(); ++i) {
    if (runner.inputs_[i] || i == runner.index_) continue;
    return Error{Code::kInvalidArgument, cat("nothing feeds input '", infos[i].name, "' ",
                                             to_string(infos[i]), "; describe it as a constant")};
  }
  return runner;
}

Status FeatureRunner::run(std::span<const float> samples, std::uint64_t max_bytes,
                          const Each& each) {
  MOTE_ASSIGN(const FeatureMap map, extractor_.extract(samples, max_bytes));
  MOTE_ASSIGN(const FeatureWindows windows,
              FeatureWindows::create(map, *input_, session_.model().inputs()[index_]));
  for (std::int64_t i = 0; i < windows.count(); ++i) {
    MOTE_ASSIGN(inputs_[index_], windows.tensor(i));
    MOTE_ASSIGN(const std::vector<Tensor> outputs, session_.run(inputs_));
    MOTE_TRY(each({inputs_, outputs}));
  }
  return {};
}

}  // namespace mote
