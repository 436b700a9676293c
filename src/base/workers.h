// Workers: a fixed set of threads that share the iterations of a loop.
#pragma once
#include <cstdint>
#include <memory>
#include <type_traits>

namespace mote {

// Runs loops on `threads` threads, the caller's among them. Idle threads sleep.
// One loop at a time: a Workers object belongs to one session, or callers take turns.
class Workers {
 public:
  // threads >= 1. With 1, nothing is started and loops run on the caller's thread.
  explicit Workers(int threads);
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

  // Calls body(begin, end) for consecutive ranges of at most `grain` that cover [0, n); returns
  // when all are done. The ranges depend on n and grain only, never on the number of threads, so
  // results do not either. Allocates nothing. body must not throw.
  // Requires: grain >= 1.
  template <class Body>
  void for_each_range(std::int64_t n, std::int64_t grain, const Body& body) {
    static_assert(std::is_invocable_v<const Body&, std::int64_t, std::int64_t>);
    run({n, grain, &body, [](const void* context, std::int64_t begin, std::int64_t end) {
           (*static_cast<const Body*>(context))(begin, end);
         }});
  }

 private:
  struct Loop {
    std::int64_t n = 0;
    std::int64_t grain = 1;
    const void* context = nullptr;
    void (*body)(const void* context, std::int64_t begin, std::int64_t end) = nullptr;
  };
  struct Shared;

  void run(const Loop& loop);
  bool stopped() const { return stop_ != nullptr && stop_(stop_context_); }

  int threads_;
  bool (*stop_)(const void* context) = nullptr;
  const void* stop_context_ = nullptr;
  std::unique_ptr<Shared> shared_;
};

}  // namespace mote
