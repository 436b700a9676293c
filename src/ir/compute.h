// ComputeArgs: what an operator works with whose outputs' sizes, or kinds, only running tells.
#pragma once
#include <memory>
#include <span>
#include <vector>

#include "ir/graph.h"
#include "ir/step.h"
#include "mote/datum.h"

namespace mote {

// Memory for outputs. It counts against the budget of the run until the tensor's last copy is gone.
class TensorAllocator {
 public:
  virtual ~TensorAllocator() = default;
  // Zeros. Errors: kInvalidArgument (negative or absurd sizes); kResourceExhausted.
  virtual Result<Tensor> allocate(DType dtype, const Dims& dims) = 0;
  // Counts `bytes` of other memory until the last copy of what it returns is gone.
  // Errors: kResourceExhausted.
  virtual Result<std::shared_ptr<const void>> charge(std::uint64_t bytes) = 0;
  // Before strings are made whose characters together take `bytes`. Errors: kResourceExhausted.
  virtual Status expect_text(std::uint64_t bytes) = 0;
};

// Runs the graphs that a node holds, node by node.
class SubgraphRunner {
 public:
  virtual ~SubgraphRunner() = default;
  // inputs: as graph.inputs, of any sizes. captured: the node's captured values. The outputs.
  virtual Result<std::vector<Datum>> run(const Graph& graph, std::vector<Datum> inputs,
                                         std::span<const Datum> captured) = 0;
};

struct ComputeArgs {
  std::span<Datum> in;  // declared inputs; nothing where one is absent. May be moved from.
  std::span<const Datum> captured;
  std::span<Datum> out;             // as many as the node has; to be filled
  std::span<const Type> out_types;  // as inferred
  TensorAllocator& allocator;
  SubgraphRunner& subgraphs;
  Workers& workers;
  const StopToken& stop;

  bool has(std::size_t i) const { return i < in.size() && in[i]; }
  // Errors: kInvalidArgument: input i is no tensor, no sequence.
  Result<TensorView> tensor(std::size_t i) const;
  Status expect_sequence(std::size_t i) const;
  // A sequence whose list is counted, its elements being so already.
  Result<Datum> sequence(std::vector<Datum> elements) const;
};

}  // namespace mote
