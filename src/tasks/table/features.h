// From the columns of a table to a model's inputs.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mote/model.h"
#include "mote/tensor.h"
#include "tasks/table/text_table.h"
#include "tasks/task.h"

namespace mote {

// Which columns feed which input. Immutable.
class Features {
 public:
  // The columns that the description names; else one of the input's own name, if it takes one; else
  // all of them but `target`, if there is one input and it takes as many.
  // target: a column that is no feature; empty: none.
  // Errors: kInvalidArgument: a column that the table has not, others than the input takes, two of
  // one name that is asked for, no input of features.
  static Result<Features> create(const TaskDescription& task, std::span<const TensorInfo> inputs,
                                 std::span<const std::string> columns, std::string_view target);

  // How many rows the model takes in one run; null: any number.
  std::optional<std::int64_t> rows_of_a_run() const { return rows_of_a_run_; }
  std::int64_t features() const { return features_; }  // of a row

  // Tensors [rows, features] for the inputs that are features; the others stay as they are. A row
  // that is missing for rows_of_a_run() is the last one again. An empty field of floats is NaN.
  // Numbers become integers of 8 or 16 bits as the description's quantization says. Errors:
  // kInvalidArgument: a field that is no number, naming line and column. Requires: rows is not
  // empty; its fields are those of the columns.
  Status fill(std::span<const TextRow> rows, std::span<Tensor> inputs) const;

 private:
  struct Input {
    std::size_t index = 0;  // of the model's
    DType dtype = DType::kUndefined;
    bool flat = false;  // [rows]
    std::optional<QuantizationRule> quantization;
    std::vector<std::size_t> columns;  // of the table
  };

  Result<Tensor> tensor_of(const Input& input, std::span<const TextRow> rows) const;

  std::vector<Input> inputs_;
  std::vector<std::string> names_;  // of the table's columns
  std::optional<std::int64_t> rows_of_a_run_;
  std::int64_t features_ = 0;
};

}  // namespace mote
