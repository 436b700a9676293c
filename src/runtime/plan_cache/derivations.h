// How the plan cache follows the preparation of steps: once to note what they derive from
// constants, afterwards to hand it to them.
#pragma once
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "base/file_system.h"
#include "runtime/plan.h"
#include "runtime/plan_cache/plan_file.h"

namespace mote {

// Notes what is derived, in order, and which constants nobody needs beside it.
class DerivationLog final : public PlanDerivations {
 public:
  void begin(const Graph&, NodeId id) override { node_ = id; }
  void end(const Graph& graph, NodeId id, const Step* step) override;
  Result<Tensor> find(DType, std::int64_t) override { return Tensor(); }
  void keep(std::span<const int> from, const Tensor& derived) override;

  const std::vector<Tensor>& derived() const { return derived_; }
  // All that reads the constant has derived what it needs of it.
  bool is_used_up(const Value& constant) const;

 private:
  NodeId node_ = NodeId::kNone;
  std::vector<Tensor> derived_;
  std::set<std::pair<NodeId, int>> used_up_;  // inputs of nodes
};

// Gives what the log noted, and stands in for the constants that were left out.
class DerivationReader final : public PlanDerivations {
 public:
  // Views `file`, whose tensors live as long as `owner`. budget: of absent constants, each.
  DerivationReader(const PlanFile& file, std::shared_ptr<const void> owner, std::uint64_t budget)
      : file_(file), owner_(std::move(owner)), budget_(budget) {}

  // A constant of the graph, as ParseOptions::elsewhere asks for it. Errors: kCorrupt.
  Result<Tensor> constant(std::int64_t n, DType dtype, const Dims& dims);

  void begin(const Graph&, NodeId) override {}
  void end(const Graph& graph, NodeId id, const Step* step) override;
  Result<Tensor> find(DType dtype, std::int64_t count) override;
  void keep(std::span<const int>, const Tensor&) override {}

  // Everything was asked for, and no step reads what is absent.
  bool fits() const;

 private:
  bool is_absent(const Tensor& constant) const;
  Result<Tensor> absent(DType dtype, const Dims& dims, std::uint64_t bytes);

  // Zero pages that absent constants lie in, all in the same.
  struct Zeros {
    std::shared_ptr<const void> memory;
    std::uint64_t bytes = 0;
  };

  const PlanFile& file_;
  std::shared_ptr<const void> owner_;
  std::uint64_t budget_;
  std::size_t next_ = 0;
  std::vector<Zeros> zeros_;  // the last one is the largest
  bool reads_absent_ = false;
};

}  // namespace mote
