#include "cli/commands/eval_table.h"

#include <algorithm>

#include "base/clock.h"
#include "base/result.h"
#include "base/text.h"
#include "cli/terminal/interrupt.h"
#include "cli/terminal/output.h"
#include "cli/terminal/progress.h"
#include "measure/table/evaluate_table.h"
#include "measure/table/table_file.h"

namespace mote::cli {
namespace {

Result<TextTable> read(const TableEvaluation& wanted) {
  MOTE_ASSIGN(TextTable table, read_table(wanted.data, wanted.runtime->memory_budget()));
  if (std::ranges::count(table.columns, wanted.target) == 1) return table;
  return Error{Code::kInvalidArgument,
               cat("--target ", wanted.target, ": the table has no such column, or several")};
}

Result<TableAccuracy> evaluate(const TableEvaluation& wanted) {
  MOTE_ASSIGN(const TextTable table, read(wanted));
  MOTE_ASSIGN(const auto model, load_model(wanted.model, *wanted.runtime));
  MOTE_ASSIGN(const ModelTask task, wanted.task->resolve(wanted.model, *model));
  note_guess(task);
  MOTE_ASSIGN(const auto session,
              open_session(model, wanted.runtime->session_options(), wanted.model));
  auto runner = TableRunner::create(*session, task.description, task.labels, table, wanted.target);
  if (!runner) return std::move(runner).error().with_context(wanted.data);
  Progress progress("evaluating");
  Interrupt::watch(session.get());
  auto accuracy =
      evaluate_table(*runner, table, wanted.target, [&](std::size_t done, std::size_t total) {
        progress.show(static_cast<std::int64_t>(done), static_cast<std::int64_t>(total));
      });
  Interrupt::watch(nullptr);
  if (!accuracy) return std::move(accuracy).error().with_context(wanted.data);
  return accuracy;
}

Json json_of(const TableEvaluation& wanted, const TableAccuracy& a) {
  Json json{{"model", wanted.model}, {"data", wanted.data}, {"n", a.rows}};
  if (a.auc) {
    json["auc"] = *a.auc;
    json["anomalies"] = a.anomalies;
  } else if (a.top1) {
    json["top1"] = a.top1->value;
    json["top1_interval"] = {a.top1->low, a.top1->high};
    json["top1_hits"] = a.top1->hits;
  } else {
    json["mean_absolute_error"] = a.mean_absolute_error;
    json["root_mean_square_error"] = a.root_mean_square_error;
  }
  return json;
}

void print(const TableAccuracy& a) {
  if (a.auc) {
    say("area under the ROC curve  {:.4f}  ({} anomalies among {} rows)", *a.auc, a.anomalies,
        a.rows);
    return;
  }
  if (a.top1) {
    say("top-1  {:.2f} %  ({} of {}; 95 % interval {:.2f} to {:.2f} %)", 100 * a.top1->value,
        a.top1->hits, a.top1->count, 100 * a.top1->low, 100 * a.top1->high);
  } else {
    say("mean absolute error     {:.6g}", a.mean_absolute_error);
    say("root mean square error  {:.6g}", a.root_mean_square_error);
  }
}

}  // namespace

Result<int> eval_table(const TableEvaluation& wanted) {
  const auto begin = Clock::real().now();
  MOTE_ASSIGN(const TableAccuracy accuracy, evaluate(wanted));
  const std::chrono::duration<double> time = Clock::real().now() - begin;
  if (wanted.json) {
    Json json = json_of(wanted, accuracy);
    json["seconds"] = time.count();
    print_json(json);
    return 0;
  }
  print(accuracy);
  say("{} rows in {:.3g} s", accuracy.rows, time.count());
  return 0;
}

}  // namespace mote::cli
