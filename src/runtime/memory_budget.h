// MemoryBudget: what a run may allocate, counted as long as it is alive.
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>

#include "ir/compute.h"

namespace mote {

// Shared by all that counts against it; results that outlive their run keep theirs alive.
class MemoryBudget : public std::enable_shared_from_this<MemoryBudget> {
 public:
  explicit MemoryBudget(std::uint64_t limit_bytes) : limit_(limit_bytes) {}

  // Errors: kResourceExhausted.
  Status take(std::uint64_t bytes);
  void give_back(std::uint64_t bytes) { used_ -= bytes; }
  // Gives back when the last copy goes. Errors: kResourceExhausted.
  Result<std::shared_ptr<const void>> charge(std::uint64_t bytes);
  std::uint64_t left() const;

 private:
  const std::uint64_t limit_;
  std::atomic<std::uint64_t> used_ = 0;
};

class BudgetAllocator final : public TensorAllocator {
 public:
  explicit BudgetAllocator(std::shared_ptr<MemoryBudget> budget) : budget_(std::move(budget)) {}

  Result<Tensor> allocate(DType dtype, const Dims& dims) override;
  Result<std::shared_ptr<const void>> charge(std::uint64_t bytes) override {
    return budget_->charge(bytes);
  }
  Status expect_text(std::uint64_t bytes) override;

  // The same strings, whose characters count from now on. Errors: kResourceExhausted.
  Result<Tensor> counted_text(const Tensor& strings);

  MemoryBudget& budget() { return *budget_; }

 private:
  std::shared_ptr<MemoryBudget> budget_;
};

// Working memory of plans, aligned to 64; only ever grows.
class Arena {
 public:
  // Errors: kResourceExhausted.
  Status reserve(std::uint64_t bytes);
  // The same; what it grows by counts against `budget`.
  Status reserve(std::uint64_t bytes, MemoryBudget& budget);
  std::byte* data() { return static_cast<std::byte*>(block_.mut().data); }
  std::uint64_t bytes() const { return block_.bytes(); }

 private:
  Tensor block_;
};

}  // namespace mote
