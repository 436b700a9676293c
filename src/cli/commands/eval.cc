// mote eval: how often a classifier is right.
#include <CLI/App.hpp>
#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>

#include "base/clock.h"
#include "base/result.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/commands/eval_table.h"
#include "cli/flags/checks.h"
#include "cli/flags/runtime_flags.h"
#include "cli/flags/task_flags.h"
#include "cli/terminal/interrupt.h"
#include "cli/terminal/output.h"
#include "cli/terminal/progress.h"
#include "measure/evaluate.h"
#include "tasks/labels.h"

namespace mote::cli {
namespace {

constexpr std::string_view kExamples = R"(Examples:
  mote eval model.onnx --data photos/
  mote eval model.onnx --data holdout.npz --json
  mote eval model.onnx --data photos/ --per-class 100 --crop 87.5% --mean 0.5 --std 0.5
  mote eval model.onnx --data rows.csv --target species
  mote eval keywords.tflite --data speech/
  mote eval autoencoder.tflite --data rows.csv --target anomaly
  mote eval model.tflite --data tensors/ --raw s8,0.5847,83

The data are a folder with one subfolder for each class (named after a label or a number, or else
counted in the order of names), a folder with labels.csv (file,class) or y_labels.csv
(file,classes,class), an .npz with x and y, or a .csv table of which --target names the column with
the answers. Files are images, WAV, or elements alone in .bin or .raw, of the input's type unless
--raw says otherwise: number = (element - ZERO_POINT) * SCALE. Intervals are those of Wilson, 95 %.
--json prints: model, data, n, top1, top5 (shares), top1_interval, top5_interval ([low, high]),
top1_hits, top5_hits, seconds; of a table without top5, or, where the answers are numbers,
mean_absolute_error and root_mean_square_error, or, of an autoencoder, auc and anomalies.
)";

struct Flags {
  std::string model;
  std::string data;
  std::string target;
  RuntimeFlags runtime;
  TaskFlags task;
  std::size_t per_class = 0;
  std::size_t skip_per_class = 0;
  bool json = false;
};

struct Evaluation {
  Proportion top1;
  Proportion top5;
  double seconds = 0;
};

Result<std::unique_ptr<Dataset>> open_data(const Flags& flags, const ModelTask& task) {
  auto data = open_dataset(flags.data, task.labels, flags.runtime.memory_budget());
  if (!data) return flags.runtime.explain(std::move(data).error());
  if (const std::string note = (*data)->note(); !note.empty()) {
    print_note(cat(flags.data, ": ", note));
  }
  return data;
}

// Errors of reading name the path already.
Error in_data(Error error, const std::string& data) {
  if (error.message.starts_with(data)) return error;
  return std::move(error).with_context(data);
}

Result<Evaluation> evaluate_model(const Flags& flags) {
  MOTE_ASSIGN(const auto model, load_model(flags.model, flags.runtime));
  MOTE_ASSIGN(const ModelTask task, flags.task.resolve(flags.model, *model));
  note_guess(task);
  MOTE_ASSIGN(const auto data, open_data(flags, task));
  MOTE_ASSIGN(const auto session,
              open_session(model, flags.runtime.session_options(), flags.model));
  Progress progress("evaluating");
  EvaluateOptions options;
  options.per_class = flags.per_class;
  options.skip_per_class = flags.skip_per_class;
  if (const OutputDescription* scores = task.scores_output()) {
    options.check_classes = [&task, scores](std::size_t classes) {
      return check_label_count(*scores, task.labels, classes);
    };
  }
  options.progress = [&](std::size_t done, std::size_t total) {
    progress.show(static_cast<std::int64_t>(done), static_cast<std::int64_t>(total));
  };
  const auto begin = Clock::real().now();
  Interrupt::watch(session.get());
  const auto counter = evaluate(*session, task.description, *data, options);
  Interrupt::watch(nullptr);
  if (!counter) return in_data(counter.error(), flags.data);
  const std::chrono::duration<double> time = Clock::real().now() - begin;
  return Evaluation{counter->top1(), counter->top5(), time.count()};
}

void say_share(std::string_view what, const Proportion& p) {
  say("{}  {:.2f} %  ({} of {}; 95 % interval {:.2f} to {:.2f} %)", what, 100 * p.value, p.hits,
      p.count, 100 * p.low, 100 * p.high);
}

Json json_of(const Flags& flags, const Evaluation& e) {
  return {{"model", flags.model},
          {"data", flags.data},
          {"n", e.top1.count},
          {"top1", e.top1.value},
          {"top5", e.top5.value},
          {"top1_interval", {e.top1.low, e.top1.high}},
          {"top5_interval", {e.top5.low, e.top5.high}},
          {"top1_hits", e.top1.hits},
          {"top5_hits", e.top5.hits},
          {"seconds", e.seconds}};
}

Result<int> eval_samples(const Flags& flags) {
  MOTE_ASSIGN(const Evaluation evaluation, evaluate_model(flags));
  if (flags.json) {
    print_json(json_of(flags, evaluation));
    return 0;
  }
  say_share("top-1", evaluation.top1);
  say_share("top-5", evaluation.top5);
  say("{} samples in {:.3g} s", evaluation.top1.count, evaluation.seconds);
  return 0;
}

bool is_table(const std::string& data) { return data.ends_with(".csv"); }

Result<int> eval(const Flags& flags) {
  const Interrupt interrupt;
  if (is_table(flags.data)) {
    if (flags.target.empty()) {
      return Error{Code::kInvalidArgument,
                   cat("--data ", flags.data, ": name the column with the answers by --target")};
    }
    return eval_table(
        {flags.model, flags.data, flags.target, flags.json, &flags.runtime, &flags.task});
  }
  if (!flags.target.empty()) {
    return Error{Code::kInvalidArgument,
                 cat("--target ", flags.target, ": only a .csv table has columns")};
  }
  return eval_samples(flags);
}

}  // namespace

void add_eval(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("eval", "accuracy with its confidence interval");
  auto flags = std::make_shared<Flags>();
  command->add_option("MODEL", flags->model, "an .onnx or .tflite file")->required()->type_name("");
  command->add_option("--data", flags->data, "a folder, an .npz or a .csv with labelled samples")
      ->required()
      ->check(check_not_empty)
      ->type_name("D");
  command->add_option("--target", flags->target, "of a .csv: the column with the answers")
      ->check(check_not_empty)
      ->type_name("NAME");
  command->add_option("--per-class", flags->per_class, "only the first N samples of each class")
      ->check(CLI::Range(1, 1'000'000'000))
      ->type_name("N");
  command->add_option("--skip-per-class", flags->skip_per_class, "leave out N before those")
      ->check(CLI::Range(0, 1'000'000'000))
      ->type_name("N");
  command->add_flag("--json", flags->json, "print JSON");
  flags->task.add_to(*command);
  flags->task.add_raw_to(*command);
  flags->runtime.add_to(*command);
  command->footer(std::string(kExamples));
  command->callback(
      [flags, &action] { action = [flags] { return flags->runtime.explained(eval(*flags)); }; });
}

}  // namespace mote::cli
