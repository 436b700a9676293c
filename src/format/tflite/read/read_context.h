// What the readers of all subgraphs share.
#pragma once
#include <map>
#include <unordered_set>

#include "base/budget.h"
#include "format/tflite/read/constants.h"
#include "format/tflite/read/file.h"
#include "format/tflite/read/tensor_def.h"
#include "format/tflite/read/variables.h"
#include "format/tflite/tflite.h"
#include "ir/problems.h"

namespace mote::tfl {

// How deep subgraphs may call subgraphs.
inline constexpr int kMaxCallDepth = 32;
// What calls may add to the operators that the file has.
inline constexpr std::int64_t kMaxInlined = 50'000;

// What a table gives for each key.
struct Table {
  Tensor keys, values;
};

struct ReadContext {
  const File& file;
  const TfliteReadOptions& options;
  Budget& budget;
  Variables& variables;
  const Graph* top = nullptr;       // the model's own graph; others are held by nodes
  std::int64_t operators_left = 0;  // that may be read, those of subgraphs once for each call
  Constants constants{file, budget};
  // Of variables and tables by the names that subgraphs share.
  std::map<std::string, Tensor> initial_values = {};
  std::map<std::string, Table> tables = {};
  bool located = false;  // the error that ends the reading says which operator it is of
  std::unordered_set<const fb::Operator*> excused = {};  // whose problems are collected
  bool initializing = false;  // what is assigned is what is there before the first run

  Problems problems() const { return Problems(options.obstacles); }
};

}  // namespace mote::tfl
