#include "cli/commands/run/run_table.h"

#include <algorithm>
#include <cmath>

#include "base/clock.h"
#include "base/file_system.h"
#include "base/result.h"
#include "base/text.h"
#include "cli/commands/run/anomaly_text.h"
#include "cli/terminal/interrupt.h"
#include "cli/terminal/output.h"
#include "cli/terminal/progress.h"
#include "measure/csv.h"
#include "measure/table/table_file.h"
#include "tasks/class_scores.h"
#include "tasks/table/table_runner.h"

namespace mote::cli {
namespace {

// The best classes of a row.
std::vector<ScoredClass> best_of(const RowAnswer& answer, std::size_t top) {
  std::vector<float> scores;
  for (const ScoredClass& s : answer.scores) scores.push_back(s.score);
  std::vector<ScoredClass> best;
  for (const RankedClass& r : top_k(scores, top)) {
    best.push_back(answer.scores[static_cast<std::size_t>(r.index)]);
  }
  return best;
}

// JSON has no infinities and NaNs.
Json number_json(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

// "setosa 0.9712, versicolor 0.0288"; a label that is not the best class stands before it.
std::string row_text(const RowAnswer& answer, std::size_t top, std::optional<double> threshold) {
  std::vector<std::string> parts;
  const auto best = best_of(answer, top);
  if (answer.label && (best.empty() || best[0].name != *answer.label)) {
    parts.push_back(*answer.label);
  }
  for (const ScoredClass& s : best) parts.push_back(fmt::format("{} {:.4g}", s.name, s.score));
  for (const NamedValue& v : answer.values)
    parts.push_back(fmt::format("{} {:.6g}", v.name, v.value));
  if (answer.anomaly) parts.push_back(anomaly_text(*answer.anomaly, threshold));
  return join(parts, ", ");
}

Json row_json(const RowAnswer& answer, std::size_t row, std::size_t top,
              std::optional<double> threshold) {
  Json json{{"row", row}};
  if (answer.label) json["label"] = *answer.label;
  if (!answer.scores.empty()) {
    json["classes"] = Json::array();
    for (const ScoredClass& s : best_of(answer, top)) {
      json["classes"].push_back({{"label", s.name}, {"score", number_json(s.score)}});
    }
  }
  for (const NamedValue& v : answer.values) json["values"][v.name] = number_json(v.value);
  if (answer.anomaly) add_anomaly(json, *answer.anomaly, threshold);
  return json;
}

// The rows as they were, with the answers behind them.
class AnswersCsv {
 public:
  void add(const TextTable& table, const TextRow& row, const RowAnswer& answer) {
    if (text_.empty()) text_ = csv_line(header(table, answer));
    std::vector<std::string> fields = row.fields;
    if (answer.label) fields.push_back(*answer.label);
    for (const ScoredClass& s : answer.scores) fields.push_back(cat(s.score));
    for (const NamedValue& v : answer.values) fields.push_back(cat(v.value));
    if (answer.anomaly) fields.push_back(cat(*answer.anomaly));
    text_ += csv_line(fields);
  }

  Status write(const std::filesystem::path& path) const {
    return FileSystem::real().write(path, std::as_bytes(std::span(text_)));
  }

 private:
  static std::vector<std::string> header(const TextTable& table, const RowAnswer& answer) {
    std::vector<std::string> names = table.columns;
    if (answer.label) names.emplace_back("predicted");
    for (const ScoredClass& s : answer.scores) names.push_back(cat("score ", s.name));
    for (const NamedValue& v : answer.values) names.push_back(cat("predicted ", v.name));
    if (answer.anomaly) names.emplace_back("anomaly score");
    return names;
  }

  std::string text_;
};

class TableTeller {
 public:
  TableTeller(const TableRun& run, const TextTable& table) : run_(run), table_(table) {}

  void tell(std::size_t row, const RowAnswer& answer) {
    if (run_.json)
      json_.push_back(row_json(answer, row + 1, run_.top, run_.threshold));
    else
      say("{}: {}", row + 1, printable(row_text(answer, run_.top, run_.threshold)));
    if (!run_.output.empty()) csv_.add(table_, table_.rows[row], answer);
  }

  Status finish(double ms) {
    if (!run_.output.empty()) MOTE_TRY(csv_.write(run_.output));
    if (run_.json) print_json({{"rows", std::move(json_)}, {"ms", ms}});
    return {};
  }

 private:
  const TableRun& run_;
  const TextTable& table_;
  Json json_ = Json::array();
  AnswersCsv csv_;
};

Status run_rows(TableRunner& runner, const TextTable& table, const TableRun& run) {
  TableTeller teller(run, table);
  Progress progress("running");
  const auto begin = Clock::real().now();
  for (std::size_t done = 0; done < table.rows.size();) {
    const std::size_t count = std::min(runner.rows_of_a_run(), table.rows.size() - done);
    auto answers = runner.run(std::span(table.rows).subspan(done, count));
    MOTE_TRY(Interrupt::check());
    if (!answers) return std::move(answers).error().with_context(run.csv.native());
    for (const RowAnswer& answer : *answers) teller.tell(done++, answer);
    if (run.json) progress.show(static_cast<std::int64_t>(done), std::ssize(table.rows));
  }
  progress.clear();
  const std::chrono::duration<double, std::milli> time = Clock::real().now() - begin;
  return teller.finish(time.count());
}

}  // namespace

Result<int> run_table(Session& session, const ModelTask& task, const TableRun& run) {
  MOTE_ASSIGN(const TextTable table, read_table(run.csv, run.runtime->memory_budget()));
  if (!run.target.empty() && std::ranges::count(table.columns, run.target) == 0) {
    return Error{Code::kInvalidArgument,
                 cat("--target ", run.target, ": the table has no such column")};
  }
  auto runner = TableRunner::create(session, task.description, task.labels, table, run.target);
  if (!runner) {
    return advise(
        std::move(runner).error().with_context(run.csv.native()),
        "name the columns in a .task.json beside the model, or leave one out by --target");
  }
  MOTE_TRY(run_rows(*runner, table, run));
  return 0;
}

}  // namespace mote::cli
