// mote run: a model on images, sound, tables or arrays.
#include <CLI/App.hpp>
#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>

#include "base/result.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/commands/run/run_arrays.h"
#include "cli/commands/run/run_audio.h"
#include "cli/commands/run/run_images.h"
#include "cli/commands/run/run_table.h"
#include "cli/flags/checks.h"
#include "cli/flags/runtime_flags.h"
#include "cli/flags/task_flags.h"
#include "cli/terminal/interrupt.h"
#include "tasks/constant_input.h"

namespace mote::cli {
namespace {

constexpr std::string_view kExamples = R"(Examples:
  mote run model.onnx --image photo.jpg
  mote run model.onnx --image photos/ --top 1 --labels labels.txt
  mote run model.onnx --image photo.jpg --size 224 --crop 87.5% --mean 0.5 --std 0.5
  mote run detector.onnx --image photo.jpg --draw boxes.png --score 0.5 --labels coco.txt
  mote run upscaler.onnx --image photo.jpg --draw larger.png
  mote run vad.onnx --audio speech.wav
  mote run keywords.tflite --audio yes.wav --top 1
  mote run movenet.tflite --image photo.jpg --draw pose.png
  mote run segmenter.tflite --image photo.jpg --draw classes.png --labels labels.txt
  mote run autoencoder.tflite --csv rows.csv --threshold 12.5
  mote run classifier.onnx --csv rows.csv --target species --output answers.csv
  mote run model.onnx --input x=x.npy --input mask=mask.npy --output-dir out/

What it tells follows from the task description beside the model, or a guess: of an image its best
classes, its boxes or the points of a body in pixels, the share of each class, or the image that
comes out; of sound the segments of speech, or the word
that it is; of each row of a table its class or value. Arrays are NumPy's .npy files; every input that nothing else feeds
needs one. --output-dir gets NAME.npy for each output, and the images that a model makes.
--json prints: images (image, classes (index, label, score), detections (index, label, score, box
[x0, y0, x1, y1]), points (name, x, y, score) or segments (index, label, share) with width and
height, width and height of a picture, or outputs, ms, drawn);
audio (audio; segments (start, end) and speech_seconds, classes, outputs, or score, anomaly and
windows; seconds, ms); rows (row, label, classes (label, score), values, score, anomaly), ms; or, of
arrays: outputs (name, dtype, shape, min, max, mean, values up to 1000, file), anomalies (row, score,
anomaly), ms.
)";

struct Flags {
  std::string model;
  std::string image;
  std::string audio;
  std::string csv;
  std::vector<std::string> inputs;
  std::string output_dir;
  std::string draw;
  std::string target;
  std::string output;
  std::size_t top = 5;
  RuntimeFlags runtime;
  TaskFlags task;
  bool json = false;
};

std::string check_input_flag(const std::string& flag) {
  const auto at = flag.find('=');
  const bool whole = at != std::string::npos && at > 0 && at + 1 < flag.size();
  return whole ? "" : cat("'", flag, "' is not NAME=F.npy");
}

Error needs(std::string_view flag, std::string_view others) {
  return {Code::kInvalidArgument, cat(flag, " requires ", others)};
}

// Flags that would do nothing. CLI11 knows no "one of".
Status check_company(const Flags& flags, bool top) {
  const std::string output = flags.task.output_flag();
  const bool classes = !flags.image.empty() || !flags.audio.empty() || !flags.csv.empty();
  if (!output.empty() && !classes) return needs(output, "--image, --audio or --csv");
  if (top && !classes) return needs("--top", "--image, --audio or --csv");
  const std::string threshold = flags.task.threshold_flag();
  if (!threshold.empty() && flags.image.empty() && flags.audio.empty()) {
    return needs(threshold, "--image or --audio");
  }
  return {};
}

Result<int> run_on_images(Session& session, const ModelTask& task, const Flags& flags) {
  const Model& model = session.model();
  MOTE_ASSIGN(std::vector<Tensor> inputs, read_inputs(flags.inputs, model, flags.runtime));
  MOTE_TRY(feed_constants(task.description, model.inputs(), inputs));
  const InputDescription* image = task.image_input();
  if (image != nullptr) MOTE_TRY(require_inputs(inputs, model, model.input_index(image->name)));
  return run_images(session, task,
                    {.images = flags.image,
                     .output_dir = flags.output_dir,
                     .draw = flags.draw,
                     .top = flags.top,
                     .json = flags.json,
                     .runtime = &flags.runtime,
                     .inputs = std::move(inputs)});
}

std::optional<double> threshold_of(const TaskDescription& task) {
  const OutputDescription* copy = task.output(OutputKind::kReconstruction);
  return copy == nullptr ? std::nullopt : copy->reconstruction.threshold;
}

// Arrays need no description: one that cannot be used only tells nothing more of them.
Result<int> run_on_arrays(Session& session, const std::vector<Tensor>& inputs, const Flags& flags) {
  const Model& model = session.model();
  const auto task = flags.task.resolve(flags.model, model);
  std::optional<AnomalyScorer> scorer;
  if (task && task->description.output(OutputKind::kReconstruction) != nullptr) {
    MOTE_ASSIGN(scorer, AnomalyScorer::create(task->description, model.inputs(), model.outputs()));
    note_guess(*task);
  }
  MOTE_TRY(
      run_arrays(session, inputs, {flags.output_dir, flags.json, scorer ? &*scorer : nullptr}));
  return 0;
}

Result<int> run_with(Session& session, const Flags& flags) {
  const Model& model = session.model();
  if (flags.image.empty() && flags.audio.empty() && flags.csv.empty()) {
    MOTE_ASSIGN(const auto inputs, read_inputs(flags.inputs, model, flags.runtime));
    MOTE_TRY(require_inputs(inputs, model, -1));
    return run_on_arrays(session, inputs, flags);
  }
  MOTE_ASSIGN(const ModelTask task, flags.task.resolve(flags.model, model));
  note_guess(task);
  if (!flags.audio.empty()) {
    return run_audio(session, task,
                     {flags.audio, flags.output_dir, flags.top, flags.json, &flags.runtime});
  }
  if (!flags.csv.empty()) {
    return run_table(session, task,
                     {flags.csv, flags.output, flags.target, flags.top,
                      threshold_of(task.description), flags.json, &flags.runtime});
  }
  return run_on_images(session, task, flags);
}

Result<int> run(const Flags& flags) {
  const Interrupt interrupt;
  MOTE_ASSIGN(auto model, load_model(flags.model, flags.runtime));
  MOTE_ASSIGN(const auto session,
              open_session(std::move(model), flags.runtime.session_options(), flags.model));
  Interrupt::watch(session.get());
  auto status = run_with(*session, flags);
  Interrupt::watch(nullptr);
  return status;
}

CLI::Option* add_path(CLI::App& command, const char* flag, std::string& path, const char* help,
                      const char* type) {
  return command.add_option(flag, path, help)->check(check_not_empty)->type_name(type);
}

// Returns --image.
CLI::Option* add_inputs(CLI::App& command, Flags& flags) {
  auto* image =
      add_path(command, "--image", flags.image, "an image file, or a folder of them", "F|DIR");
  auto* audio =
      add_path(command, "--audio", flags.audio, "a WAV file, or a folder of them", "F|DIR")
          ->excludes(image);
  auto* csv = add_path(command, "--csv", flags.csv, "a table, with a row of names or without", "F")
                  ->excludes(image)
                  ->excludes(audio);
  command.add_option("--input", flags.inputs, "an array for one input (repeatable)")
      ->check(check_input_flag)
      ->allow_extra_args(false)
      ->type_name("NAME=F.npy")
      ->excludes(audio)
      ->excludes(csv);
  add_path(command, "--output-dir", flags.output_dir, "write outputs there, as .npy", "D")
      ->excludes(csv);
  add_path(command, "--draw", flags.draw,
           "write the image with its boxes, or the one that comes out, as PNG; of a folder, there",
           "OUT.png")
      ->needs(image);
  add_path(command, "--target", flags.target, "a column that is the answer, not a feature", "NAME")
      ->needs(csv);
  add_path(command, "--output", flags.output, "write the rows with their answers", "F.csv")
      ->needs(csv);
  return image;
}

}  // namespace

void add_run(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("run", "what a model says of images, sound, tables or arrays");
  auto flags = std::make_shared<Flags>();
  command->add_option("MODEL", flags->model, "an .onnx or .tflite file")->required()->type_name("");
  CLI::Option* image = add_inputs(*command, *flags);
  CLI::Option* top = command->add_option("--top", flags->top, "how many classes to tell")
                         ->check(CLI::Range(1, 1'000'000))
                         ->capture_default_str();
  command->add_flag("--json", flags->json, "print JSON");
  flags->task.add_to(*command, image);
  flags->task.add_thresholds_to(*command);
  flags->runtime.add_to(*command);
  flags->runtime.add_deadline_to(*command);
  command->footer(std::string(kExamples));
  command->callback([flags, top, &action] {
    action = [flags, given = top->count() > 0]() -> Result<int> {
      MOTE_TRY(check_company(*flags, given));
      return flags->runtime.explained(run(*flags));
    };
  });
}

}  // namespace mote::cli
