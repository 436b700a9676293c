// From a model's outputs to an answer for each row of a table.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mote/datum.h"
#include "mote/model.h"
#include "tasks/task.h"

namespace mote {

struct ScoredClass {
  std::string name;
  float score = 0;
};

struct NamedValue {
  std::string name;  // of the output, with the column if there are several: "y[1]"
  double value = 0;
};

struct RowAnswer {
  std::optional<std::string> label;  // what an output of labels says
  std::vector<ScoredClass> scores;   // of every class, in the model's order
  std::vector<NamedValue> values;
  std::optional<double> anomaly;  // how strange the row is

  // The label, or the class with the best score; null if there is neither.
  std::optional<std::string> prediction() const;
};

// One answer for each of the first `rows` rows of the outputs that are labels, class scores or
// values. Classes are named by `labels`, by the keys of maps, or else by their numbers.
// outputs: what the model gave, as infos. Errors: kInvalidArgument: fewer rows, other shapes,
// labels of another number; kUnsupported: types that are no numbers.
Result<std::vector<RowAnswer>> table_answers(const TaskDescription& task,
                                             std::span<const TensorInfo> infos,
                                             std::span<const std::string> labels,
                                             std::span<const Datum> outputs, std::int64_t rows);

}  // namespace mote
