#include "tasks/table/table_runner.h"

#include <algorithm>

#include "base/result.h"
#include "base/text.h"
#include "tasks/constant_input.h"

namespace mote {
namespace {

constexpr std::int64_t kRows = 1024;
constexpr std::int64_t kNumbers = 1 << 18;  // of a run, where a row has many

bool is_answer(OutputKind kind) {
  return kind == OutputKind::kLabel || kind == OutputKind::kClassScores ||
         kind == OutputKind::kValue || kind == OutputKind::kReconstruction;
}

Status check_outputs(const TaskDescription& task) {
  for (const OutputDescription& output : task.outputs) {
    if (is_answer(output.kind)) return {};
  }
  return Error{Code::kInvalidArgument,
               "no output of the model is known as label, class_scores, value or reconstruction"};
}

}  // namespace

Result<TableRunner> TableRunner::create(Session& session, const TaskDescription& task,
                                        std::span<const std::string> labels, const TextTable& table,
                                        std::string_view target) {
  const auto infos = session.model().inputs();
  MOTE_TRY(check_outputs(task));
  MOTE_ASSIGN(Features features, Features::create(task, infos, table.columns, target));
  TableRunner runner(session, task, labels, std::move(features));
  if (task.output(OutputKind::kReconstruction) != nullptr) {
    MOTE_ASSIGN(runner.scorer_, AnomalyScorer::create(task, infos, session.model().outputs()));
  }
  runner.inputs_.resize(infos.size());
  MOTE_TRY(feed_constants(task, infos, runner.inputs_));
  for (std::size_t i = 0; i < infos.size(); ++i) {
    const auto described = std::ranges::find(task.inputs, infos[i].name, &InputDescription::name);
    const bool fed = described != task.inputs.end() && described->kind == InputKind::kFeatures;
    if (fed || runner.inputs_[i]) continue;
    return Error{Code::kInvalidArgument, cat("nothing feeds input '", infos[i].name, "' ",
                                             to_string(infos[i]), "; describe it as features")};
  }
  return runner;
}

std::size_t TableRunner::rows_of_a_run() const {
  const std::int64_t many = std::clamp<std::int64_t>(
      kNumbers / std::max<std::int64_t>(features_.features(), 1), 1, kRows);
  return static_cast<std::size_t>(features_.rows_of_a_run().value_or(many));
}

Result<std::vector<RowAnswer>> TableRunner::run(std::span<const TextRow> rows) {
  MOTE_TRY(features_.fill(rows, inputs_));
  std::vector<Datum> inputs(inputs_.begin(), inputs_.end());
  MOTE_ASSIGN(const std::vector<Datum> outputs, session_.run_data(inputs));
  MOTE_ASSIGN(std::vector<RowAnswer> answers,
              table_answers(task_, session_.model().outputs(), labels_, outputs, std::ssize(rows)));
  if (scorer_) MOTE_TRY(add_anomalies(outputs, answers));
  return answers;
}

Status TableRunner::add_anomalies(std::span<const Datum> outputs,
                                  std::span<RowAnswer> answers) const {
  std::vector<Tensor> tensors;
  for (const Datum& output : outputs) {
    tensors.push_back(output.is_tensor() ? output.tensor() : Tensor());
  }
  MOTE_ASSIGN(const std::vector<double> scores, scorer_->scores(inputs_, tensors));
  for (std::size_t i = 0; i < std::min(answers.size(), scores.size()); ++i) {
    answers[i].anomaly = scores[i];
  }
  return {};
}

}  // namespace mote
