// mote run --csv: what a model says of the rows of a table.
#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "cli/flags/runtime_flags.h"
#include "cli/flags/task_flags.h"
#include "mote/session.h"

namespace mote::cli {

struct TableRun {
  std::filesystem::path csv;
  std::filesystem::path output;  // a CSV file for the rows with their answers; empty: none
  std::string target;            // a column that is no feature; empty: none
  std::size_t top = 5;
  std::optional<double> threshold = {};  // from which on a row is an anomaly
  bool json = false;
  const RuntimeFlags* runtime = nullptr;
};

// A line for each row. Errors: those of read_table and TableRunner, naming the file.
Result<int> run_table(Session& session, const ModelTask& task, const TableRun& run);

}  // namespace mote::cli
