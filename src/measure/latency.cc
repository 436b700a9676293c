#include "measure/latency.h"

#include <algorithm>
#include <cmath>

namespace mote {
namespace {

using std::chrono::nanoseconds;

constexpr int kLeastRuns = 10;
constexpr int kMostRuns = 1000;

// Runs into the same outputs again and again, where their sizes are known; else into new ones.
class Runner {
 public:
  Runner(Session& session, std::span<const Tensor> inputs, const Clock& clock)
      : session_(session), inputs_(inputs), clock_(clock) {
    for (const Tensor& t : inputs) views_.push_back(t.view());
  }

  Result<nanoseconds> first() {
    const auto begin = clock_.now();
    MOTE_ASSIGN(outputs_, session_.run(inputs_));
    const nanoseconds time = clock_.now() - begin;
    reuse_ = session_.memory().is_static;
    // Outputs are ours alone, and not read before they are written again.
    for (Tensor& t : outputs_) out_views_.push_back(t.mut());
    return time;
  }

  Result<nanoseconds> again() {
    const auto begin = clock_.now();
    if (reuse_) {
      MOTE_TRY(session_.run(views_, out_views_));
    } else {
      MOTE_TRY(session_.run(inputs_));
    }
    return clock_.now() - begin;
  }

 private:
  Session& session_;
  std::span<const Tensor> inputs_;
  const Clock& clock_;
  std::vector<TensorView> views_;
  std::vector<Tensor> outputs_;
  std::vector<MutTensorView> out_views_;
  bool reuse_ = false;
};

void subtract(std::vector<StepProfile>& steps, const std::vector<StepProfile>& before) {
  for (std::size_t i = 0; i < steps.size() && i < before.size(); ++i) {
    steps[i].time -= before[i].time;
  }
}

bool enough(const LatencyOptions& options, int runs, nanoseconds passed) {
  if (options.runs > 0) return runs >= options.runs;
  return runs >= kMostRuns || (runs >= kLeastRuns && passed >= options.time);
}

}  // namespace

nanoseconds Latency::percentile(double p) const {
  const double at = p / 100.0 * static_cast<double>(sorted.size() - 1);
  const auto low = static_cast<std::size_t>(at);
  const std::size_t high = std::min(low + 1, sorted.size() - 1);
  const double rest = at - static_cast<double>(low);
  const double between = static_cast<double>((sorted[high] - sorted[low]).count()) * rest;
  return sorted[low] + nanoseconds(std::llround(between));
}

Result<Latency> measure_latency(Session& session, std::span<const Tensor> inputs,
                                const LatencyOptions& options) {
  Runner runner(session, inputs, *options.clock);
  Latency latency;
  int runs = 0;
  const auto told = [&]() -> Status { return options.on_run ? options.on_run(++runs) : Status(); };
  MOTE_ASSIGN(latency.first, runner.first());
  MOTE_TRY(told());
  for (int i = 1; i < options.warmup; ++i) {
    MOTE_TRY(runner.again());
    MOTE_TRY(told());
  }
  const std::vector<StepProfile> before = session.profile();
  const auto begin = options.clock->now();
  do {
    MOTE_ASSIGN(const nanoseconds time, runner.again());
    latency.sorted.push_back(time);
    MOTE_TRY(told());
  } while (
      !enough(options, static_cast<int>(std::ssize(latency.sorted)), options.clock->now() - begin));
  latency.steps = session.profile();
  subtract(latency.steps, before);
  std::ranges::sort(latency.sorted);
  return latency;
}

}  // namespace mote
