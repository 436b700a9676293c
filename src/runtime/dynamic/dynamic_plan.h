// DynamicPlan: a graph of which some sizes, or kinds of values, are known only as it runs.
//
// Nodes whose sizes are known are planned together, in regions; the others run one by one:
//   - by OpDef::compute, which makes its outputs itself;
//   - or late: inference with the sizes at hand, then as in a plan of one node.
#pragma once
#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "mote/session.h"
#include "runtime/dynamic/context.h"
#include "runtime/dynamic/late_node.h"
#include "runtime/dynamic/subgraph_plans.h"
#include "runtime/plan.h"

namespace mote {

// Keeps plans that it makes as it runs: one run at a time.
class DynamicPlan {
 public:
  // graph: as specialize() gives it. Errors: as plan_specialized.
  static Result<std::unique_ptr<DynamicPlan>> make(Graph graph, const PlanOptions& options);

  // inputs: as graph.inputs; captured: by Capture::index. Returns the graph's outputs.
  // Errors: kInvalidArgument, naming the node; kUnsupported; kResourceExhausted: what is alive at
  // one time is over the budget; kCancelled.
  Result<std::vector<Datum>> run(std::vector<Datum> inputs, std::span<const Datum> captured,
                                 const DynamicContext& context);

  // Of all plans that it holds by now.
  std::uint64_t packed_bytes() const;
  // Each step of each region and each other node; times are zero unless the context measures.
  std::vector<StepProfile> profile() const;
  std::span<const GraphOutput> outputs() const { return graph_.outputs; }
  // Of output i, as far as it is known.
  const Type& output_type(std::size_t i) const {
    return graph_.value(graph_.outputs[i].value).type;
  }

 private:
  struct Region {
    std::unique_ptr<Plan> plan;
    std::vector<ValueId> inputs, outputs;
    std::vector<std::chrono::nanoseconds> times;
  };
  struct Single {
    NodeId id;
    LateNode late;            // unless the operator computes
    SubgraphPlans subgraphs;  // of an operator that computes
    std::chrono::nanoseconds time{};
  };
  struct DynamicStep {
    std::variant<Region, Single> work;
    std::vector<ValueId> dying;  // values that nobody reads after this step
  };

  explicit DynamicPlan(Graph graph) : graph_(std::move(graph)) {}

  Status add_steps(const PlanOptions& options);
  void find_lifetimes();

  Status run_step(DynamicStep& step, const DynamicContext& context);
  Status run_region(Region& region, const DynamicContext& context);
  Status run_single(Single& single, std::span<const ValueId> dying, const DynamicContext& context);
  Result<std::vector<Datum>> compute(Single& single, std::span<const ValueId> dying,
                                     const DynamicContext& context);
  Datum& value(ValueId id) { return values_[static_cast<std::size_t>(id)]; }
  Datum read(ValueId id) const;

  Graph graph_;
  std::vector<DynamicStep> steps_;
  std::vector<Datum> values_;  // of one run, by value id
};

}  // namespace mote
