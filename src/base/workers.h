// Workers: a fixed set of threads that share the iterations of a loop.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>

namespace mote {

// Runs loops on `threads` threads, the caller's among them. Between loops that follow each other
// closely the others wait awake, as waking them takes longer than many a loop; then they sleep.
// One loop at a time: a Workers object belongs to one session, or callers take turns.
class Workers {
 public:
  // threads >= 1. With 1, nothing is started and loops run on the caller's thread.
  // cpus: the system's numbers of those that the started threads are bound to, in turn; none: the
  // system places them. What it does not grant is left to it.
  explicit Workers(int threads, std::span<const int> cpus = {});
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  int threads() const { return threads_; }

  // From now on loops leave out the ranges that have not begun once stop(context) is true; any
  // thread may ask it. Who sets this asks it too, after each loop. Null: never.
  void stop_when(bool (*stop)(const void* context), const void* context) {
    stop_ = stop;
    stop_context_ = context;
  }

  // No loop follows for a while: the others go to sleep at once.
  void rest();

  // Calls body(begin, end) for consecutive ranges of at most `grain` that cover [0, n); returns
  // when all are done. The ranges depend on n and grain only, never on the number of threads, so
  // results do not either. Each thread begins in a part of its own, the same in every loop, whose
  // data its caches may still hold, and helps the others when that is done. Allocates nothing.
  // body must not throw. It may take a third argument, the thread's index in [0, threads()): no
  // two calls at a time have the same.
  // Requires: grain >= 1.
  template <class Body>
  void for_each_range(std::int64_t n, std::int64_t grain, const Body& body) {
    run({n, grain, &body, call<Body>});
  }

 private:
  struct Loop {
    std::int64_t n = 0;
    std::int64_t grain = 1;
    const void* context = nullptr;
    void (*body)(const void* context, std::int64_t begin, std::int64_t end, int thread) = nullptr;
  };
  struct Shared;

  template <class Body>
  static void call(const void* context, std::int64_t begin, std::int64_t end, int thread) {
    const Body& body = *static_cast<const Body*>(context);
    if constexpr (std::is_invocable_v<const Body&, std::int64_t, std::int64_t, int>) {
      body(begin, end, thread);
    } else {
      body(begin, end);
    }
  }

  void run(const Loop& loop);
  bool stopped() const { return stop_ != nullptr && stop_(stop_context_); }

  int threads_;
  bool (*stop_)(const void* context) = nullptr;
  const void* stop_context_ = nullptr;
  std::unique_ptr<Shared> shared_;
};

}  // namespace mote
