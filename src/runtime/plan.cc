#include "runtime/plan.h"

#include "base/result.h"
#include "base/text.h"

namespace mote {
namespace {

// Fills the views of one step.
class Resolver {
 public:
  Resolver(std::span<const TensorView> in, std::span<const TensorView> captured,
           std::span<const MutTensorView> out, std::span<const Tensor> constants, std::byte* arena)
      : in_(in), captured_(captured), out_(out), constants_(constants), arena_(arena) {}

  const void* read(const Operand& o) const {
    switch (o.place) {
      case Operand::Place::kNone:
        return nullptr;
      case Operand::Place::kInput:
        return in_[o.at].data;
      case Operand::Place::kCaptured:
        return captured_[o.at].data;
      case Operand::Place::kConstant:
        return constants_[o.at].data();
      case Operand::Place::kOutput:
      case Operand::Place::kArena:
        return write(o);
    }
    return nullptr;
  }

  void* write(const Operand& o) const {
    if (o.place == Operand::Place::kOutput) return out_[o.at].data;
    return o.place == Operand::Place::kArena ? arena_ + o.at : nullptr;
  }

 private:
  std::span<const TensorView> in_;
  std::span<const TensorView> captured_;
  std::span<const MutTensorView> out_;
  std::span<const Tensor> constants_;
  std::byte* arena_;
};

}  // namespace

Status Plan::run(std::span<const TensorView> in, std::span<const TensorView> captured,
                 std::span<const MutTensorView> out, std::byte* arena, Workers& workers,
                 const StopToken& stop, std::span<std::chrono::nanoseconds> times) const {
  const Resolver resolver(in, captured, out, constants_, arena);
  const Clock& clock = Clock::real();
  for (std::size_t s = 0; s < steps_.size(); ++s) {
    const PlannedStep& step = steps_[s];
    MOTE_TRY(stop.check());
    const auto begin = times.empty() ? Clock::TimePoint() : clock.now();
    auto* in_views = reinterpret_cast<TensorView*>(arena + views_at_);
    auto* out_views = reinterpret_cast<MutTensorView*>(in_views + step.in.size());
    for (std::size_t i = 0; i < step.in.size(); ++i) {
      const Operand& o = step.in[i];
      new (in_views + i) TensorView{o.dtype, o.dims, resolver.read(o)};
    }
    for (std::size_t i = 0; i < step.out.size(); ++i) {
      const Operand& o = step.out[i];
      new (out_views + i) MutTensorView{o.dtype, o.dims, resolver.write(o)};
    }
    Status status = step.step->run({.in = {in_views, step.in.size()},
                                    .out = {out_views, step.out.size()},
                                    .scratch = arena + step.scratch,
                                    .workers = workers,
                                    .stop = stop});
    if (!status) {
      return std::move(status).error().with_context(cat("node '", step.node, "' (", step.op, ")"));
    }
    if (!times.empty()) times[s] += clock.now() - begin;
  }
  return stop.check();
}

}  // namespace mote
