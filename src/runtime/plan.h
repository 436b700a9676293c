// Plan: a graph with all sizes known, as steps over one block of memory.
#pragma once
#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "ir/inference.h"
#include "ir/op_def.h"
#include "ir/step.h"
#include "runtime/join_rows.h"

namespace mote {

struct KernelTable;

// Follows the preparation of a plan's steps.
class PlanDerivations : public DerivedTensors {
 public:
  virtual void begin(const Graph& graph, NodeId id) = 0;
  // step: null, if the node is a view.
  virtual void end(const Graph& graph, NodeId id, const Step* step) = 0;
};

struct PlanOptions {
  const KernelTable& kernels;
  std::uint64_t memory_budget_bytes;
  bool optimize = true;
  std::span<const std::string> disabled_passes = {};
  // False: what is not planned whole runs node by node; for tests.
  bool regions = true;
  RowChainTarget rows = {};
  Workers* workers = nullptr;              // that weights are packed with; null: the caller alone
  PlanDerivations* derivations = nullptr;  // of the outermost graph; null: nobody follows
};

// Where a step finds one operand.
struct Operand {
  enum class Place : std::uint8_t { kNone, kInput, kCaptured, kOutput, kConstant, kArena };
  Place place = Place::kNone;
  std::uint64_t at = 0;  // index among inputs, captured values, outputs, constants; or offset
  DType dtype = DType::kUndefined;
  Dims dims;
};

struct PlannedStep {
  std::unique_ptr<const Step> step;
  std::vector<Operand> in;
  std::vector<Operand> out;
  std::uint64_t scratch = 0;  // offset in the arena
  std::string node;
  std::string op;
  std::int64_t macs = 0;
  std::int64_t bytes = 0;  // that a run reads and writes: operands and packed weights
};

// Immutable; any number of runs at once, each with an arena of its own.
class Plan {
 public:
  std::span<const PlannedStep> steps() const { return steps_; }
  std::span<const TensorType> outputs() const { return outputs_; }
  std::uint64_t arena_bytes() const { return arena_bytes_; }
  std::uint64_t packed_bytes() const { return packed_bytes_; }
  // Its packed weights are mapped from a file of the plan cache.
  bool from_cache() const { return from_cache_; }
  void set_from_cache() { from_cache_ = true; }

  // in, out: as the graph's; of the planned dtypes and sizes. arena: arena_bytes(), aligned to 64.
  // times: empty, or an entry for each step, to which its duration is added. Allocates nothing.
  // Errors: a step's, naming the node; kCancelled.
  Status run(std::span<const TensorView> in, std::span<const TensorView> captured,
             std::span<const MutTensorView> out, std::byte* arena, Workers& workers,
             const StopToken& stop, std::span<std::chrono::nanoseconds> times = {}) const;

 private:
  friend class PlanBuilder;
  std::vector<PlannedStep> steps_;
  std::vector<Tensor> constants_;  // those that steps read as they run
  std::vector<TensorType> outputs_;
  std::uint64_t arena_bytes_ = 0;
  std::uint64_t views_at_ = 0;  // offset of room for the operands of one step
  std::uint64_t packed_bytes_ = 0;
  bool from_cache_ = false;
};

// `graph` (as the model's passes left it) for inputs and captured values that are known as far as
// `inputs` and `captured` say: types inferred, composites decomposed, lowered for the kernels.
// Errors: kInvalidArgument, naming the input or node; kUnsupported; kResourceExhausted.
Result<Graph> specialize(const Graph& graph, std::span<const InputInfo> inputs,
                         std::span<const InputInfo> captured, const PlanOptions& options);

// Plans a graph that was specialized. A null pointer: some size is known only as the graph runs.
// Errors: as specialize; kResourceExhausted: one value, or the arena and packed weights together,
// are over the budget.
Result<std::unique_ptr<Plan>> plan_specialized(Graph graph, const PlanOptions& options);

// Both.
Result<std::unique_ptr<Plan>> make_plan(const Graph& graph, std::span<const InputInfo> inputs,
                                        std::span<const InputInfo> captured,
                                        const PlanOptions& options);

// A tensor with bytes of a known number: what a plan holds.
bool has_concrete_type(const InputInfo& info);
// A plan may hold the node: all that it reads and makes has a concrete type, and it need not
// compute dynamically. Where it can do either, preparing tells.
bool may_be_static(const Node& node, const TypeInference& types);

// Bytes of `value`, of a concrete type. Errors: kResourceExhausted: more than `budget`.
Result<std::uint64_t> checked_size(const Value& value, const TensorType& type,
                                   std::uint64_t budget);

// Prepares one node: op->prepare, or its reference; a null pointer: it has neither for these types
// and sizes, but can compute dynamically. Packed weights take at most
// options.memory_budget_bytes.
// Errors: kUnsupported, if it has neither for these types; kResourceExhausted.
Result<std::unique_ptr<const Step>> prepare_step(const Node& node, std::span<const InputInfo> in,
                                                 std::span<const InputInfo> out,
                                                 const PlanOptions& options);

}  // namespace mote
