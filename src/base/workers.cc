#include "base/workers.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "base/check.h"
#include "base/cpu.h"

namespace mote {
namespace {

using Clock = std::chrono::steady_clock;

// How long a thread waits awake: for the next loop of a run, and once the run is over. The longest
// steps of small models that use one thread take about as long as the first.
constexpr auto kAwakeInRun = std::chrono::microseconds(200);
constexpr auto kAwakeAtRest = std::chrono::microseconds(5);

inline void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// Waits awake until ready() or the time is over; true if ready.
template <class Ready>
bool wait_awake(std::chrono::microseconds limit, const Ready& ready) {
  constexpr int kLooks = 64;  // between looks at the clock
  const Clock::time_point end = Clock::now() + limit;
  do {
    for (int i = 0; i < kLooks; ++i) {
      if (ready()) return true;
      pause();
    }
  } while (Clock::now() < end);
  return ready();
}

}  // namespace

// One loop is open at a time. `state` holds its number, whether threads may still join it and how
// many are inside, in one word: a helper that wakes too late finds the loop closed and touches
// nothing, and the caller never waits for it.
struct Workers::Shared {
  static constexpr std::uint64_t kOpen = 1;
  static constexpr std::uint64_t kInside = 2;  // one helper
  static constexpr std::uint64_t kNumber = std::uint64_t{1} << 32;

  // The ranges that a thread begins with; each on a cache line of its own.
  struct alignas(64) Part {
    std::atomic<std::int64_t> next = 0;
    std::int64_t end = 0;
  };

  explicit Shared(int threads)
      : parts(static_cast<std::size_t>(threads)),
        awake(threads <= static_cast<int>(std::thread::hardware_concurrency())) {}

  alignas(64) std::atomic<std::uint64_t> state = 0;
  Loop loop;
  std::vector<Part> parts;
  bool awake;  // there is a core for each thread: waiting takes none from another
  std::atomic<bool> resting = true;
  std::atomic<bool> stop = false;
  std::atomic<int> sleeping = 0;  // helpers that need `wake`
  std::mutex mutex;
  std::condition_variable wake;
  std::condition_variable done;  // the last helper has left a closed loop
  std::vector<std::thread> helpers;

  void open(const Loop& l) {
    loop = l;
    const std::int64_t ranges = (l.n + l.grain - 1) / l.grain;
    const auto count = static_cast<std::int64_t>(parts.size());
    for (std::int64_t i = 0; i < count; ++i) {
      Part& part = parts[static_cast<std::size_t>(i)];
      part.next.store(ranges * i / count, std::memory_order_relaxed);
      part.end = ranges * (i + 1) / count;
    }
    resting.store(false, std::memory_order_relaxed);
    const std::uint64_t number = state.load(std::memory_order_relaxed) / kNumber + 1;
    state.store(number * kNumber | kOpen);  // before `sleeping` is read: both seq_cst
    if (sleeping.load() == 0) return;
    { const std::lock_guard lock(mutex); }  // who is about to sleep, sleeps or has seen the loop
    wake.notify_all();
  }

  void close() {
    const auto left = [&] { return (state.load(std::memory_order_acquire) & (kNumber - 1)) == 0; };
    state.fetch_and(~kOpen, std::memory_order_acq_rel);
    if (awake && wait_awake(kAwakeInRun, left)) return;
    std::unique_lock lock(mutex);
    done.wait(lock, left);
  }

  // A loop other than number `seen` is open.
  bool is_new(std::uint64_t s, std::uint64_t seen) const {
    return (s & kOpen) != 0 && s / kNumber != seen;
  }

  // Takes part in the loop of that state; false: it has closed.
  bool join(std::uint64_t& s, std::uint64_t seen) {
    while (is_new(s, seen)) {
      if (state.compare_exchange_weak(s, s + kInside, std::memory_order_acq_rel)) return true;
    }
    return false;
  }

  void leave() {
    const std::uint64_t before = state.fetch_sub(kInside, std::memory_order_acq_rel);
    if ((before & (kNumber - 1)) != kInside) return;  // open, or others are inside
    { const std::lock_guard lock(mutex); }
    done.notify_one();
  }

  void take_ranges(int thread, const Workers& workers) {
    const Loop& l = loop;
    const std::size_t count = parts.size();
    for (std::size_t i = 0; i < count; ++i) {
      Part& part = parts[(static_cast<std::size_t>(thread) + i) % count];
      for (;;) {
        if (part.next.load(std::memory_order_relaxed) >= part.end) break;
        const std::int64_t range = part.next.fetch_add(1, std::memory_order_relaxed);
        if (range >= part.end) break;
        if (workers.stopped()) return;
        const std::int64_t begin = range * l.grain;
        l.body(l.context, begin, std::min(begin + l.grain, l.n), thread);
      }
    }
  }

  // Returns when there is a loop other than number `seen`, or the end has come.
  void wait(std::uint64_t seen) {
    const auto ready = [&] { return stop.load() || is_new(state.load(), seen); };
    if (awake) {
      const auto in_run = [&] { return resting.load(std::memory_order_relaxed) || ready(); };
      if (wait_awake(kAwakeInRun, in_run) && wait_awake(kAwakeAtRest, ready)) return;
    }
    std::unique_lock lock(mutex);
    sleeping.fetch_add(1);
    wake.wait(lock, ready);
    sleeping.fetch_sub(1);
  }

  void help(int thread, const Workers& workers) {
    std::uint64_t seen = 0;
    while (!stop.load()) {
      wait(seen);
      std::uint64_t s = state.load(std::memory_order_acquire);
      if (!join(s, seen)) continue;
      seen = s / kNumber;
      take_ranges(thread, workers);
      leave();
    }
  }
};

Workers::Workers(int threads, std::span<const int> cpus) : threads_(threads) {
  MOTE_CHECK(threads >= 1);
  if (threads == 1) return;
  shared_ = std::make_unique<Shared>(threads);
  auto& helpers = shared_->helpers;
  helpers.reserve(static_cast<std::size_t>(threads) - 1);
  // Where the system starts no more threads, those that it did start share the work.
  try {
    for (int i = 1; i < threads; ++i) {
      const int cpu = cpus.empty() ? -1 : cpus[static_cast<std::size_t>(i - 1) % cpus.size()];
      helpers.emplace_back([this, i, cpu] {
        if (cpu >= 0) bind_this_thread(cpu);
        shared_->help(i, *this);
      });
    }
  } catch (const std::exception&) {
    threads_ = static_cast<int>(std::ssize(helpers)) + 1;
  }
}

Workers::~Workers() {
  if (!shared_) return;
  {
    const std::lock_guard lock(shared_->mutex);
    shared_->stop = true;
  }
  shared_->wake.notify_all();
  for (std::thread& helper : shared_->helpers) helper.join();
}

void Workers::rest() {
  if (shared_) shared_->resting.store(true, std::memory_order_relaxed);
}

void Workers::run(const Loop& loop) {
  MOTE_CHECK(loop.grain >= 1);
  if (!shared_ || loop.n <= loop.grain) {
    for (std::int64_t begin = 0; begin < loop.n && !stopped(); begin += loop.grain) {
      loop.body(loop.context, begin, std::min(begin + loop.grain, loop.n), 0);
    }
    return;
  }
  shared_->open(loop);
  shared_->take_ranges(0, *this);
  shared_->close();
}

}  // namespace mote
