// mote eval --data F.csv: how right a model is about the rows of a table.
#pragma once
#include <string>

#include "cli/flags/runtime_flags.h"
#include "cli/flags/task_flags.h"

namespace mote::cli {

struct TableEvaluation {
  std::string model;
  std::string data;
  std::string target;  // the column with the answers
  bool json = false;
  const RuntimeFlags* runtime = nullptr;
  const TaskFlags* task = nullptr;
};

Result<int> eval_table(const TableEvaluation& wanted);

}  // namespace mote::cli
