// What `mote inspect` tells of a model.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/commands/dynamic_nodes.h"
#include "mote/session.h"

namespace mote::cli {

struct OperatorCount {
  std::string op;
  std::int64_t nodes = 0;
};

struct ParameterCount {
  std::int64_t tensors = 0;
  std::int64_t elements = 0;
  std::uint64_t bytes = 0;
};

// A plan for inputs of certain sizes.
struct PlanReport {
  std::vector<Dims> input_dims;
  MemoryUse memory;
  std::int64_t macs = 0;
  std::vector<StepProfile> steps;
  DynamicNodes dynamic;  // empty if memory.is_static
  std::string isa;
};

struct ModelReport {
  std::shared_ptr<const Model> model;
  std::vector<OperatorCount> operators;  // of functions and subgraphs too; the most frequent first
  std::int64_t nodes = 0;
  ParameterCount parameters;
  std::optional<PlanReport> plan;
  std::string no_plan;  // why there is none
};

// sizes: as --size states them.
// Errors: kInvalidArgument: sizes, options.
Result<ModelReport> report_model(std::shared_ptr<const Model> model,
                                 const std::vector<std::string>& sizes,
                                 const SessionOptions& options);

}  // namespace mote::cli
