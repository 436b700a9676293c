#include "cli/commands/run/run_audio.h"

#include <algorithm>
#include <array>

#include "base/clock.h"
#include "base/result.h"
#include "base/text.h"
#include "cli/commands/run/input_files.h"
#include "cli/commands/run/run_features.h"
#include "cli/commands/tensor_report.h"
#include "cli/terminal/interrupt.h"
#include "cli/terminal/progress.h"
#include "measure/sound_samples.h"
#include "tasks/audio/speech_segments.h"
#include "tasks/audio/speech_stream.h"

namespace mote::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 2> kEndings = {".wav", ".wave"};

class AudioRunner {
 public:
  AudioRunner(SpeechStream stream, const AudioRun& run, std::string output)
      : stream_(std::move(stream)),
        run_(run),
        output_(std::move(output)),
        folder_(run.output_dir) {}

  // Errors name the file.
  Status run_one(const fs::path& path) {
    MOTE_ASSIGN(const std::vector<float> samples,
                read_samples(path, stream_.audio().sample_rate, run_.runtime->memory_budget()));
    const auto begin = Clock::real().now();
    auto heard = probabilities(samples);
    if (!heard) return std::move(heard).error().with_context(path.native());
    const std::chrono::duration<double, std::milli> time = Clock::real().now() - begin;
    Json entry{{"audio", path.native()}};
    tell(path, speech_segments(*heard, std::ssize(samples), stream_.audio(), stream_.rule()),
         seconds(std::ssize(samples)), entry);
    entry["ms"] = time.count();
    MOTE_TRY(folder_.write(cat(path.filename().native(), ".", output_),
                           Tensor::of<float>({std::ssize(*heard)}, *heard)));
    if (run_.json) json_.push_back(std::move(entry));
    return {};
  }

  const Json& json() const { return json_; }

 private:
  double seconds(std::int64_t samples) const {
    return static_cast<double>(samples) / stream_.audio().sample_rate;
  }

  // Of each chunk.
  Result<std::vector<float>> probabilities(std::span<const float> samples) {
    MOTE_TRY(stream_.reset());
    Progress progress("listening");
    const auto chunk = static_cast<std::size_t>(stream_.audio().chunk);
    const auto chunks = static_cast<std::int64_t>((samples.size() + chunk - 1) / chunk);
    std::vector<float> heard;
    while (!samples.empty()) {
      const std::size_t count = std::min(chunk, samples.size());
      MOTE_ASSIGN(const float p, stream_.next(samples.first(count)));
      heard.push_back(p);
      samples = samples.subspan(count);
      progress.show(std::ssize(heard), chunks);
    }
    return heard;
  }

  void tell(const fs::path& path, const std::vector<SpeechSegment>& segments, double duration,
            Json& entry) const {
    std::int64_t speech = 0;
    entry["segments"] = Json::array();
    for (const SpeechSegment& s : segments) {
      speech += s.end - s.begin;
      entry["segments"].push_back({{"start", seconds(s.begin)}, {"end", seconds(s.end)}});
    }
    entry["speech_seconds"] = seconds(speech);
    entry["seconds"] = duration;
    if (run_.json) return;
    say("{}: {} {} of speech, {:.2f} of {:.2f} s", printable(path.native()), segments.size(),
        segments.size() == 1 ? "segment" : "segments", seconds(speech), duration);
    for (const SpeechSegment& s : segments) {
      say("  {:8.2f} to {:8.2f} s", seconds(s.begin), seconds(s.end));
    }
  }

  SpeechStream stream_;
  const AudioRun& run_;
  std::string output_;
  NpyFolder folder_;
  Json json_ = Json::array();
};

}  // namespace

Result<std::vector<fs::path>> list_sounds(const fs::path& audio) {
  return list_inputs(audio, kEndings);
}

Result<int> run_audio(Session& session, const ModelTask& task, const AudioRun& run) {
  if (task.description.input(InputKind::kAudioFeatures) != nullptr) {
    return run_features(session, task, run);
  }
  MOTE_ASSIGN(const std::vector<fs::path> files, list_sounds(run.audio));
  auto stream = SpeechStream::create(session, task.description);
  if (!stream) {
    return advise(std::move(stream).error(), "describe the model in a .task.json beside it");
  }
  AudioRunner runner(*std::move(stream), run, task.description.output(OutputKind::kSpeech)->name);
  MOTE_ASSIGN(const int status, run_each(files, *run.runtime, false, [&](const fs::path& path) {
                return runner.run_one(path);
              }));
  if (run.json) print_json({{"audio", runner.json()}});
  return status;
}

}  // namespace mote::cli
