#include "measure/table/evaluate_table.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/result.h"
#include "base/text.h"

namespace mote {
namespace {

std::optional<double> number_in(const std::string& text) {
  double number = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

bool same_class(const std::string& a, const std::string& b) {
  if (a == b) return true;
  const auto x = number_in(a);
  const auto y = number_in(b);
  return x && y && *x == *y;
}

class Counter {
 public:
  Status add(const RowAnswer& answer, const std::string& truth) {
    ++rows_;
    if (const auto prediction = answer.prediction()) {
      ++classes_;
      hits_ += same_class(*prediction, truth) ? 1 : 0;
      return {};
    }
    if (answer.anomaly) return add_anomaly(*answer.anomaly, truth);
    if (answer.values.size() != 1) {
      return Error{Code::kInvalidArgument,
                   cat("the model gives ", answer.values.size(), " values, the target is one")};
    }
    const auto number = number_in(truth);
    if (!number) return Error{Code::kInvalidArgument, cat("'", truth, "' is no number")};
    const double error = std::abs(answer.values[0].value - *number);
    absolute_ += error;
    squared_ += error * error;
    return {};
  }

  TableAccuracy result() const {
    TableAccuracy accuracy;
    accuracy.rows = rows_;
    if (classes_ > 0) accuracy.top1 = wilson(hits_, classes_);
    if (!strange_.empty() || !usual_.empty()) accuracy.auc = roc_auc(strange_, usual_);
    accuracy.anomalies = strange_.size();
    const auto n = static_cast<double>(std::max<std::uint64_t>(rows_, 1));
    accuracy.mean_absolute_error = absolute_ / n;
    accuracy.root_mean_square_error = std::sqrt(squared_ / n);
    return accuracy;
  }

 private:
  Status add_anomaly(double score, const std::string& truth) {
    const bool strange = same_class(truth, "1") || truth == "anomaly";
    if (!strange && !same_class(truth, "0") && truth != "normal") {
      return Error{Code::kInvalidArgument,
                   cat("'", truth, "' is neither 0 nor 1, nor normal nor anomaly")};
    }
    (strange ? strange_ : usual_).push_back(score);
    return {};
  }

  std::vector<double> strange_, usual_;  // scores
  std::uint64_t rows_ = 0;
  std::uint64_t classes_ = 0;
  std::uint64_t hits_ = 0;
  double absolute_ = 0.0;
  double squared_ = 0.0;
};

}  // namespace

Result<TableAccuracy> evaluate_table(
    TableRunner& runner, const TextTable& table, std::string_view target,
    const std::function<void(std::size_t done, std::size_t total)>& progress) {
  const auto column = std::ranges::find(table.columns, target);
  if (column == table.columns.end()) {
    return Error{Code::kInvalidArgument, cat("the table has no column '", target, "'")};
  }
  const auto at = static_cast<std::size_t>(column - table.columns.begin());
  Counter counter;
  std::span<const TextRow> left = table.rows;
  while (!left.empty()) {
    const auto rows = left.first(std::min(left.size(), runner.rows_of_a_run()));
    MOTE_ASSIGN(const auto answers, runner.run(rows));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (Status s = counter.add(answers[i], rows[i].fields[at]); !s) {
        return std::move(s).error().with_context(cat("line ", rows[i].line));
      }
    }
    left = left.subspan(rows.size());
    if (progress) progress(table.rows.size() - left.size(), table.rows.size());
  }
  return counter.result();
}

}  // namespace mote
