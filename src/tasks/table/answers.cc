#include "tasks/table/answers.h"

#include <algorithm>

#include "base/result.h"
#include "base/text.h"
#include "ops/support/convert.h"
#include "tasks/class_scores.h"
#include "tasks/tensor_floats.h"

namespace mote {
namespace {

using Answers = std::vector<RowAnswer>;
using Labels = std::span<const std::string>;

Error invalid(std::string message) { return Error{Code::kInvalidArgument, std::move(message)}; }

// [rows] or [rows, columns]; gives the number of columns.
Result<std::int64_t> columns_of(const Datum& output, std::int64_t rows) {
  if (!output.is_tensor()) return invalid(cat("it is ", name(output.kind()), ", not a tensor"));
  const Dims& d = output.tensor().dims();
  if (d.rank() < 1 || d[0] < rows) {
    return invalid(cat("it has shape ", to_string(d), "; it must have ", rows, " rows"));
  }
  return d.count(1, d.rank());
}

std::string text_of(const Tensor& tensor, std::int64_t i) {
  if (tensor.dtype() == DType::kString) {
    return tensor.values<std::string>()[static_cast<std::size_t>(i)];
  }
  if (tensor.dtype() == DType::kF32 || tensor.dtype() == DType::kF64) {
    double number = 0.0;
    convert_range(tensor.view(), i, {DType::kF64, {1}, &number}, 0, 1);
    return cat(number);
  }
  std::int64_t number = 0;
  convert_range(tensor.view(), i, {DType::kS64, {1}, &number}, 0, 1);
  return cat(number);
}

// A number that `labels` name, or the text itself.
std::string label_text(const Tensor& tensor, std::int64_t i, Labels labels) {
  std::string text = text_of(tensor, i);
  if (tensor.dtype() == DType::kString || labels.empty()) return text;
  std::int64_t number = -1;
  convert_range(tensor.view(), i, {DType::kS64, {1}, &number}, 0, 1);
  return number >= 0 && number < std::ssize(labels) ? labels[static_cast<std::size_t>(number)]
                                                    : text;
}

Status check_readable(const Tensor& tensor) {
  if (tensor.dtype() == DType::kString || is_convertible(tensor.dtype())) return {};
  return Error{Code::kUnsupported, cat("its type is ", name(tensor.dtype()))};
}

Status add_labels(const Datum& output, Labels labels, Answers& answers) {
  MOTE_ASSIGN(const std::int64_t columns, columns_of(output, std::ssize(answers)));
  if (columns != 1) {
    return invalid(
        cat("it has shape ", to_string(output.tensor().dims()), "; labels are one for each row"));
  }
  MOTE_TRY(check_readable(output.tensor()));
  for (std::size_t i = 0; i < answers.size(); ++i) {
    answers[i].label = label_text(output.tensor(), static_cast<std::int64_t>(i), labels);
  }
  return {};
}

Status check_labels(Labels labels, std::int64_t classes) {
  if (labels.empty() || std::ssize(labels) == classes) return {};
  return invalid(cat("it has ", classes, " classes, and there are ", labels.size(), " labels"));
}

Status add_score_table(const OutputDescription& output, const Tensor& tensor, Labels labels,
                       Answers& answers) {
  MOTE_ASSIGN(const ClassScores scores,
              class_scores(tensor, output.activation, output.quantization));
  if (scores.rows < std::ssize(answers)) {
    return invalid(cat("it has ", scores.rows, " rows, not ", answers.size()));
  }
  MOTE_TRY(check_labels(labels, scores.classes));
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const auto row = scores.row(static_cast<std::int64_t>(i));
    for (std::size_t c = 0; c < row.size(); ++c) {
      answers[i].scores.push_back({labels.empty() ? cat(c) : labels[c], row[c]});
    }
  }
  return {};
}

// A map of each row: from classes to scores.
Status add_score_maps(const OutputDescription& output, const Datum& datum, Labels labels,
                      Answers& answers) {
  const auto maps = datum.elements();
  if (std::ssize(maps) < std::ssize(answers)) {
    return invalid(cat("it has ", maps.size(), " maps for ", answers.size(), " rows"));
  }
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (!maps[i].is_map()) return invalid(cat("element ", i, " is ", name(maps[i].kind())));
    MOTE_ASSIGN(std::vector<float> scores, to_floats(maps[i].values()));
    MOTE_TRY(check_readable(maps[i].keys()));
    activate(output.activation, scores);
    for (std::size_t c = 0; c < scores.size(); ++c) {
      answers[i].scores.push_back(
          {label_text(maps[i].keys(), static_cast<std::int64_t>(c), labels), scores[c]});
    }
  }
  return {};
}

Status add_values(const OutputDescription& output, const Datum& datum, Answers& answers) {
  MOTE_ASSIGN(const std::int64_t columns, columns_of(datum, std::ssize(answers)));
  const Tensor& tensor = datum.tensor();
  if (!is_convertible(tensor.dtype())) {
    return Error{Code::kUnsupported, cat("values of type ", name(tensor.dtype()))};
  }
  for (std::size_t i = 0; i < answers.size(); ++i) {
    for (std::int64_t k = 0; k < columns; ++k) {
      double value = 0.0;
      convert_range(tensor.view(), static_cast<std::int64_t>(i) * columns + k,
                    {DType::kF64, {1}, &value}, 0, 1);
      answers[i].values.push_back(
          {columns == 1 ? output.name : cat(output.name, "[", k, "]"), value});
    }
  }
  return {};
}

Status add_output(const OutputDescription& output, const Datum& datum, Labels labels,
                  Answers& answers) {
  switch (output.kind) {
    case OutputKind::kLabel:
      return add_labels(datum, labels, answers);
    case OutputKind::kValue:
      return add_values(output, datum, answers);
    case OutputKind::kClassScores:
      if (datum.is_sequence()) return add_score_maps(output, datum, labels, answers);
      if (!datum.is_tensor()) return invalid(cat("it is ", name(datum.kind())));
      return add_score_table(output, datum.tensor(), labels, answers);
    default:
      return {};
  }
}

}  // namespace

std::optional<std::string> RowAnswer::prediction() const {
  if (label) return label;
  if (scores.empty()) return std::nullopt;
  std::vector<float> numbers;
  for (const ScoredClass& s : scores) numbers.push_back(s.score);
  return scores[static_cast<std::size_t>(top_k(numbers, 1)[0].index)].name;
}

Result<std::vector<RowAnswer>> table_answers(const TaskDescription& task,
                                             std::span<const TensorInfo> infos, Labels labels,
                                             std::span<const Datum> outputs, std::int64_t rows) {
  Answers answers(static_cast<std::size_t>(rows));
  for (const OutputDescription& output : task.outputs) {
    const auto info = std::ranges::find(infos, output.name, &TensorInfo::name);
    if (info == infos.end()) continue;
    const Datum& datum = outputs[static_cast<std::size_t>(info - infos.begin())];
    if (Status s = add_output(output, datum, labels, answers); !s) {
      return std::move(s).error().with_context(cat("output '", output.name, "'"));
    }
  }
  return answers;
}

}  // namespace mote
