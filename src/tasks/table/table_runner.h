// Runs a model on the rows of a table.
#pragma once
#include "mote/session.h"
#include "tasks/anomaly/anomaly_score.h"
#include "tasks/table/answers.h"
#include "tasks/table/features.h"

namespace mote {

class TableRunner {
 public:
  // task: bound to the session's model. task, session and labels outlive this.
  // target: a column that is no feature; empty: none. Errors: those of Features::create;
  // kInvalidArgument: no output of labels, scores, values or a reconstruction; an input that
  // nothing feeds.
  static Result<TableRunner> create(Session& session, const TaskDescription& task,
                                    std::span<const std::string> labels, const TextTable& table,
                                    std::string_view target);

  // How many rows go well into one run.
  std::size_t rows_of_a_run() const;

  // Errors: those of Features::fill, Session::run_data and table_answers.
  // Requires: 1 to rows_of_a_run() rows.
  Result<std::vector<RowAnswer>> run(std::span<const TextRow> rows);

 private:
  TableRunner(Session& session, const TaskDescription& task, std::span<const std::string> labels,
              Features features)
      : session_(session), task_(task), labels_(labels), features_(std::move(features)) {}

  Status add_anomalies(std::span<const Datum> outputs, std::span<RowAnswer> answers) const;

  Session& session_;
  const TaskDescription& task_;
  std::span<const std::string> labels_;
  Features features_;
  std::optional<AnomalyScorer> scorer_;
  std::vector<Tensor> inputs_;
};

}  // namespace mote
