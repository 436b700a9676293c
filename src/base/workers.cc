#include "base/workers.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "base/check.h"

namespace mote {

struct Workers::Shared {
  std::mutex mutex;
  std::condition_variable wake;  // a loop has begun, or the end has come
  std::condition_variable done;  // the last helper has left the loop
  Loop loop;
  std::uint64_t generation = 0;  // counts loops
  int inside = 0;                // helpers that have yet to leave the current loop
  bool stop = false;
  std::atomic<std::int64_t> next = 0;  // first iteration that nobody has taken
  std::vector<std::thread> helpers;

  void take_ranges(const Loop& l, const Workers& workers) {
    for (;;) {
      const std::int64_t begin = next.fetch_add(l.grain, std::memory_order_relaxed);
      if (begin >= l.n || workers.stopped()) return;
      l.body(l.context, begin, std::min(begin + l.grain, l.n));
    }
  }

  void help(const Workers& workers) {
    std::uint64_t seen = 0;
    std::unique_lock lock(mutex);
    for (;;) {
      wake.wait(lock, [&] { return stop || generation != seen; });
      if (stop) return;
      seen = generation;
      const Loop current = loop;
      lock.unlock();
      take_ranges(current, workers);
      lock.lock();
      if (--inside == 0) done.notify_one();
    }
  }
};

Workers::Workers(int threads) : threads_(threads) {
  MOTE_CHECK(threads >= 1);
  if (threads == 1) return;
  shared_ = std::make_unique<Shared>();
  auto& helpers = shared_->helpers;
  helpers.reserve(static_cast<std::size_t>(threads) - 1);
  // Where the system starts no more threads, those that it did start share the work.
  try {
    while (std::ssize(helpers) < threads - 1)
      helpers.emplace_back([this] { shared_->help(*this); });
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

void Workers::run(const Loop& loop) {
  MOTE_CHECK(loop.grain >= 1);
  if (!shared_ || loop.n <= loop.grain) {
    for (std::int64_t begin = 0; begin < loop.n && !stopped(); begin += loop.grain) {
      loop.body(loop.context, begin, std::min(begin + loop.grain, loop.n));
    }
    return;
  }
  {
    const std::lock_guard lock(shared_->mutex);
    shared_->loop = loop;
    shared_->next.store(0, std::memory_order_relaxed);
    shared_->inside = static_cast<int>(std::ssize(shared_->helpers));
    ++shared_->generation;
  }
  shared_->wake.notify_all();
  shared_->take_ranges(loop, *this);
  std::unique_lock lock(shared_->mutex);
  shared_->done.wait(lock, [&] { return shared_->inside == 0; });
}

}  // namespace mote
