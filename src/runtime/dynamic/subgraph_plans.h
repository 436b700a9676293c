// SubgraphPlans: the graphs that a node holds, planned for the inputs they get.
#pragma once
#include <memory>
#include <span>
#include <vector>

#include "runtime/dynamic/context.h"

namespace mote {

class DynamicPlan;

// Kept between iterations and runs: a few plans for concrete sizes, then one for any.
class SubgraphPlans {
 public:
  SubgraphPlans();
  ~SubgraphPlans();
  SubgraphPlans(SubgraphPlans&&) noexcept;
  SubgraphPlans& operator=(SubgraphPlans&&) noexcept;

  // constants: for each captured value its constant, undefined if it is none.
  Result<std::vector<Datum>> run(const Graph& graph, std::vector<Datum> inputs,
                                 std::span<const Datum> captured, std::span<const Tensor> constants,
                                 const DynamicContext& context);

  std::uint64_t packed_bytes() const;

 private:
  struct Entry;

  Result<DynamicPlan*> plan_for(const Graph& graph, std::span<const Datum> inputs,
                                std::span<const Datum> captured, std::span<const Tensor> constants,
                                const DynamicContext& context);

  std::vector<Entry> entries_;
};

}  // namespace mote
