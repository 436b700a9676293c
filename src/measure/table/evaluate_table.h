// How right a model is about the rows of a table.
#pragma once
#include <functional>
#include <optional>

#include "measure/accuracy.h"
#include "tasks/table/table_runner.h"

namespace mote {

// Of answers that are classes: how many are the target's. Of values: how far off they are. Of
// scores of anomalies: how well they tell those from the others.
struct TableAccuracy {
  std::uint64_t rows = 0;
  std::optional<Proportion> top1;
  double mean_absolute_error = 0.0;  // without top1
  double root_mean_square_error = 0.0;
  std::optional<double> auc;    // see roc_auc
  std::uint64_t anomalies = 0;  // rows that are, with auc
};

// target: the column with the right answers: classes as texts, where 1 is the same as 1.0, or
// numbers; anomalies are 1 or "anomaly", others 0 or "normal". progress: called after each run.
// Errors: kInvalidArgument: no such column, a field of it that is no number where the answers are;
// those of TableRunner::run.
Result<TableAccuracy> evaluate_table(
    TableRunner& runner, const TextTable& table, std::string_view target,
    const std::function<void(std::size_t done, std::size_t total)>& progress = {});

}  // namespace mote
