// LateNode: a node whose sizes are known only when its inputs are there.
#pragma once
#include <memory>
#include <span>
#include <vector>

#include "runtime/dynamic/context.h"

namespace mote {

// Keeps what it prepared for the sizes it met last.
class LateNode {
 public:
  // in: the node's declared and captured inputs. The outputs, one for each of the node's.
  // Errors: kInvalidArgument, kUnsupported, kResourceExhausted, kCancelled.
  Result<std::vector<Datum>> run(const Graph& graph, NodeId id, std::span<const Datum> in,
                                 const DynamicContext& context);

  std::uint64_t packed_bytes() const;

 private:
  struct Prepared {
    std::vector<DatumKey> keys;
    std::vector<TensorType> out;
    std::unique_ptr<const Step> step;  // one of the two
    std::unique_ptr<Plan> plan;

    std::uint64_t packed_bytes() const {
      return plan ? plan->packed_bytes() : step ? step->packed_bytes() : 0;
    }
  };

  Result<const Prepared*> prepared_for(const Graph& graph, const Node& node,
                                       std::span<const Datum> in, const DynamicContext& context);
  Result<std::vector<Datum>> run_by_value(const Graph& graph, const Node& node,
                                          std::span<const Datum> in, const DynamicContext& context);

  std::vector<Prepared> prepared_;  // the most recently used first
};

}  // namespace mote
