#include "cli/commands/run/run_features.h"

#include "base/clock.h"
#include "base/result.h"
#include "base/text.h"
#include "cli/commands/run/anomaly_text.h"
#include "cli/commands/run/class_answer.h"
#include "cli/commands/run/input_files.h"
#include "cli/commands/tensor_report.h"
#include "cli/terminal/interrupt.h"
#include "measure/sound_samples.h"
#include "tasks/anomaly/anomaly_score.h"
#include "tasks/audio/feature_runner.h"

namespace mote::cli {
namespace {

namespace fs = std::filesystem;

class FeatureTeller {
 public:
  FeatureTeller(FeatureRunner runner, std::optional<AnomalyScorer> scorer, const ModelTask& task,
                const Model& model, const AudioRun& run)
      : runner_(std::move(runner)),
        scorer_(scorer),
        task_(task),
        model_(model),
        run_(run),
        folder_(run.output_dir) {}

  // Errors name the file.
  Status run_one(const fs::path& path) {
    const std::uint64_t budget = run_.runtime->memory_budget();
    MOTE_ASSIGN(const std::vector<float> samples,
                read_samples(path, runner_.rule().sample_rate, budget));
    Json entry{{"audio", path.native()}};
    const auto begin = Clock::real().now();
    auto told = tell(path, samples, budget - samples.size() * sizeof(float), entry);
    if (!told) return std::move(told).error().with_context(path.native());
    const std::chrono::duration<double, std::milli> time = Clock::real().now() - begin;
    entry["seconds"] = static_cast<double>(samples.size()) / runner_.rule().sample_rate;
    entry["ms"] = time.count();
    if (run_.json) json_.push_back(std::move(entry));
    return {};
  }

  const Json& json() const { return json_; }

 private:
  Status tell(const fs::path& path, std::span<const float> samples, std::uint64_t max_bytes,
              Json& entry) {
    if (scorer_) return tell_anomaly(path, samples, max_bytes, entry);
    std::vector<Tensor> outputs;
    std::int64_t windows = 0;
    MOTE_TRY(runner_.run(samples, max_bytes, [&](const FeatureRunner::Window& window) -> Status {
      outputs.assign(window.outputs.begin(), window.outputs.end());
      ++windows;
      return {};
    }));
    if (windows != 1) {
      return Error{Code::kInvalidArgument,
                   cat("it gives ", windows, " inputs instead of one; clip ",
                       "in the description says how long sound is")};
    }
    MOTE_TRY(tell_outputs(path, outputs, entry));
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      MOTE_TRY(
          folder_.write(cat(path.filename().native(), ".", model_.outputs()[i].name), outputs[i]));
    }
    return {};
  }

  // The mean of the scores of all windows.
  Status tell_anomaly(const fs::path& path, std::span<const float> samples, std::uint64_t max_bytes,
                      Json& entry) {
    std::vector<float> scores;
    double sum = 0.0;
    MOTE_TRY(runner_.run(samples, max_bytes, [&](const FeatureRunner::Window& window) -> Status {
      MOTE_ASSIGN(const std::vector<double> score, scorer_->scores(window.inputs, window.outputs));
      sum += score[0];
      scores.push_back(static_cast<float>(score[0]));
      return Interrupt::check();
    }));
    const double mean = sum / static_cast<double>(scores.size());
    const std::optional<double> threshold = scorer_->rule().threshold;
    add_anomaly(entry, mean, threshold);
    entry["windows"] = scores.size();
    if (!run_.json) {
      say("{}: {} ({} windows)", printable(path.native()), anomaly_text(mean, threshold),
          scores.size());
    }
    MOTE_TRY(folder_.write(cat(path.filename().native(), ".scores"),
                           Tensor::of<float>({std::ssize(scores)}, scores)));
    return {};
  }

  // The classes, if there are any; else the outputs as they are.
  Status tell_outputs(const fs::path& path, std::span<const Tensor> outputs, Json& entry) const {
    if (const OutputDescription* scores = task_.scores_output()) {
      const auto index = static_cast<std::size_t>(model_.output_index(scores->name));
      MOTE_ASSIGN(const std::string line, tell_classes(task_, outputs[index], run_.top, entry));
      if (!run_.json) say("{}: {}", printable(path.native()), printable(line));
      return {};
    }
    if (!run_.json) say("{}", printable(path.native()));
    return tell_tensors(model_, outputs, run_.json, entry);
  }

  FeatureRunner runner_;
  std::optional<AnomalyScorer> scorer_;  // of a model that gives its input back
  const ModelTask& task_;
  const Model& model_;
  const AudioRun& run_;
  NpyFolder folder_;
  Json json_ = Json::array();
};

}  // namespace

Result<int> run_features(Session& session, const ModelTask& task, const AudioRun& run) {
  MOTE_ASSIGN(const std::vector<fs::path> files, list_sounds(run.audio));
  MOTE_ASSIGN(FeatureRunner runner, FeatureRunner::create(session, task.description));
  std::optional<AnomalyScorer> scorer;
  const Model& model = session.model();
  if (task.description.output(OutputKind::kReconstruction) != nullptr) {
    MOTE_ASSIGN(scorer, AnomalyScorer::create(task.description, model.inputs(), model.outputs()));
  }
  FeatureTeller teller(std::move(runner), scorer, task, model, run);
  MOTE_ASSIGN(const int status, run_each(files, *run.runtime, run.json, [&](const fs::path& path) {
                return teller.run_one(path);
              }));
  if (run.json) print_json({{"audio", teller.json()}});
  return status;
}

}  // namespace mote::cli
