// ModelDef: a graph and what a model file says around it.
#pragma once
#include <string>
#include <vector>

#include "ir/graph.h"

namespace mote {

struct OpsetImport {
  std::string domain;
  std::int64_t version;
  bool operator==(const OpsetImport&) const = default;
};

// A model-local function, kept as the bytes of its FunctionProto until its calls are expanded.
struct FunctionDef {
  std::string domain, name, overload;
  std::string proto;
};

enum class ModelFormat : std::uint8_t { kOnnx, kTflite };

struct ModelDef {
  ModelFormat format = ModelFormat::kOnnx;  // of the file that it was read from
  Graph graph;
  std::int64_t ir_version = 0;
  std::vector<OpsetImport> opsets;  // as the file states them; nodes of ours are at their newest
  std::string producer_name, producer_version, domain;
  std::int64_t model_version = 0;
  Notes notes;
  std::vector<FunctionDef> functions;
};

}  // namespace mote
