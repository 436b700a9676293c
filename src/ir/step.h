// Step: one operator, prepared for concrete sizes; what a plan is made of.
#pragma once
#include <atomic>
#include <span>

#include "base/clock.h"
#include "base/workers.h"
#include "mote/tensor.h"

namespace mote {

class RowStep;

// When a run must stop before its end. Read at every step, and by steps that take long.
class StopToken {
 public:
  StopToken() = default;
  StopToken(const Clock* clock, Clock::TimePoint deadline, const std::atomic<bool>* cancelled)
      : clock_(clock), deadline_(deadline), cancelled_(cancelled) {}

  // Errors: kCancelled, with the reason.
  Status check() const;
  bool stopped() const { return cancelled() || late(); }

 private:
  bool cancelled() const {
    return cancelled_ != nullptr && cancelled_->load(std::memory_order_relaxed);
  }
  bool late() const { return clock_ != nullptr && clock_->now() >= deadline_; }

  const Clock* clock_ = nullptr;  // null: no deadline
  Clock::TimePoint deadline_{};
  const std::atomic<bool>* cancelled_ = nullptr;
};

struct RunArgs {
  std::span<const TensorView> in;      // false where an optional input is absent
  std::span<const MutTensorView> out;  // every output of the node, wanted or not
  std::byte* scratch = nullptr;        // scratch_bytes(), aligned to 64
  Workers& workers;
  const StopToken& stop;
};

// While it lives, a run goes on: loops of `workers` end early once `stop` says so, and whoever ran
// them checks it then. Afterwards the workers rest.
class StoppableLoops {
 public:
  StoppableLoops(Workers& workers, const StopToken& stop) : workers_(workers) {
    workers_.stop_when([](const void* s) { return static_cast<const StopToken*>(s)->stopped(); },
                       &stop);
  }
  ~StoppableLoops() {
    workers_.stop_when(nullptr, nullptr);
    workers_.rest();
  }
  StoppableLoops(const StoppableLoops&) = delete;
  StoppableLoops& operator=(const StoppableLoops&) = delete;

 private:
  Workers& workers_;
};

// Immutable, so that sessions on many threads share it.
class Step {
 public:
  virtual ~Step() = default;

  virtual std::size_t scratch_bytes() const { return 0; }
  // Bytes of packed weights and tables that it holds.
  virtual std::size_t packed_bytes() const { return 0; }
  // Output 0 may lie where input `input` did, if nobody reads that input later.
  virtual bool may_overwrite(int input) const {
    (void)input;
    return false;
  }
  // False: input `input` was used up by preparing (packed weights) and is not passed to run().
  virtual bool reads(int input) const {
    (void)input;
    return true;
  }
  // This step, if it can compute its output some image rows at a time; else null.
  virtual const RowStep* by_rows() const { return nullptr; }
  // The kernel, for profiles: "indirect_gemm_f32", "reference".
  virtual std::string_view kernel() const = 0;

  // Fills args.out from args.in. Allocates nothing (steps that the static mode runs).
  // Errors: kInvalidArgument (an index in the data is out of range), kCancelled.
  virtual Status run(const RunArgs& args) const = 0;
};

}  // namespace mote
