#include "base/workers.h"

#include <gtest/gtest.h>
#if defined(__linux__)
#include <sched.h>
#endif
#include <pthread.h>

#include <atomic>
#include <chrono>
#include <ctime>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace mote {
namespace {

TEST(Workers, EveryIterationRunsOnce) {
  for (const int threads : {1, 2, 5}) {
    Workers workers(threads);
    for (const std::int64_t n : {0, 1, 7, 64, 1000}) {
      std::vector<std::atomic<int>> hits(static_cast<std::size_t>(n));
      workers.for_each_range(n, 7, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) ++hits[static_cast<std::size_t>(i)];
      });
      for (const auto& h : hits) ASSERT_EQ(h, 1) << threads << " threads, n " << n;
    }
  }
}

TEST(Workers, RangesDependOnNeitherThreadsNorLuck) {
  using Range = std::pair<std::int64_t, std::int64_t>;
  const std::set<Range> want = {{0, 4}, {4, 8}, {8, 10}};
  for (const int threads : {1, 2, 3}) {
    Workers workers(threads);
    std::mutex mutex;
    std::set<Range> got;
    workers.for_each_range(10, 4, [&](std::int64_t begin, std::int64_t end) {
      const std::lock_guard lock(mutex);
      got.insert({begin, end});
    });
    EXPECT_EQ(got, want) << threads;
  }
}

TEST(Workers, ManyShortLoopsLoseNothing) {
  Workers workers(3);
  std::atomic<std::int64_t> sum = 0;
  for (int i = 0; i < 2000; ++i) {
    workers.for_each_range(3, 1, [&](std::int64_t begin, std::int64_t) { sum += begin; });
  }
  EXPECT_EQ(sum, 2000 * 3);
}

TEST(Workers, AStoppedLoopEndsEarly) {
  for (const int threads : {1, 2}) {
    Workers workers(threads);
    std::atomic<int> ran = 0;
    workers.stop_when([](const void* p) { return *static_cast<const std::atomic<int>*>(p) >= 5; },
                      &ran);
    workers.for_each_range(1000, 1, [&](std::int64_t, std::int64_t) { ++ran; });
    EXPECT_GE(ran, 5);
    EXPECT_LE(ran, 5 + threads);
    workers.stop_when(nullptr, nullptr);
    ran = 0;
    workers.for_each_range(1000, 1, [&](std::int64_t, std::int64_t) { ++ran; });
    EXPECT_EQ(ran, 1000);
  }
}

TEST(Workers, WorkIsShared) {
  Workers workers(2);
  std::mutex mutex;
  std::set<std::thread::id> ids;
  // The first range waits until somebody else has taken the second.
  std::atomic<int> started = 0;
  workers.for_each_range(2, 1, [&](std::int64_t, std::int64_t) {
    ++started;
    while (started < 2) std::this_thread::yield();
    const std::lock_guard lock(mutex);
    ids.insert(std::this_thread::get_id());
  });
  EXPECT_EQ(ids.size(), 2U);
}

TEST(Workers, NoTwoCallsAtATimeHaveTheSameThread) {
  Workers workers(4);
  std::atomic<int> inside[4] = {};
  std::atomic<bool> shared = false;
  for (int i = 0; i < 200; ++i) {
    workers.for_each_range(64, 1, [&](std::int64_t, std::int64_t, int thread) {
      if (inside[thread]++ != 0) shared = true;
      --inside[thread];
    });
  }
  EXPECT_FALSE(shared);
}

TEST(Workers, RestingThreadsUseNoProcessorTime) {
  Workers workers(4);
  std::atomic<int> sum = 0;
  workers.for_each_range(64, 1, [&](std::int64_t, std::int64_t) { ++sum; });
  workers.rest();
  const auto used = [] {
    timespec t{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
  };
  std::this_thread::sleep_for(std::chrono::milliseconds(50));  // to fall asleep in
  const double before = used();
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_LT(used() - before, 0.1) << "one thread that waits awake uses 0.2";
  EXPECT_EQ(sum, 64);
}

TEST(Workers, LoopsFollowAPauseAsTheyFollowEachOther) {
  Workers workers(3);
  std::atomic<std::int64_t> sum = 0;
  for (int i = 0; i < 20; ++i) {
    workers.for_each_range(30, 1, [&](std::int64_t begin, std::int64_t) { sum += begin; });
    if (i % 2 == 0) workers.rest();
    std::this_thread::sleep_for(std::chrono::microseconds(100 * i));
  }
  EXPECT_EQ(sum, 20 * 435);
}

TEST(Workers, DoWithoutTheThreadsThatTheSystemRefuses) {
  pthread_attr_t usual;
  pthread_attr_t huge;
  ASSERT_EQ(pthread_getattr_default_np(&usual), 0);
  ASSERT_EQ(pthread_getattr_default_np(&huge), 0);
  ASSERT_EQ(pthread_attr_setstacksize(&huge, std::size_t{1} << 60), 0);  // no room for one
  ASSERT_EQ(pthread_setattr_default_np(&huge), 0);
  Workers workers(4);
  ASSERT_EQ(pthread_setattr_default_np(&usual), 0);
  EXPECT_EQ(workers.threads(), 1);
  std::int64_t sum = 0;
  workers.for_each_range(10, 1, [&](std::int64_t begin, std::int64_t) { sum += begin; });
  EXPECT_EQ(sum, 45);
}

#if defined(__linux__)
TEST(Workers, StartedThreadsStayOnTheCpusThatTheyAreBoundTo) {
  const int here = sched_getcpu();
  const int cpus[] = {here};
  Workers workers(3, cpus);
  std::atomic<int> elsewhere = 0, ranges = 0;
  for (int i = 0; i < 200; ++i) {
    workers.for_each_range(64, 1, [&](std::int64_t, std::int64_t, int thread) {
      ++ranges;
      if (thread > 0 && sched_getcpu() != here) ++elsewhere;
    });
  }
  EXPECT_EQ(elsewhere, 0);
  EXPECT_EQ(ranges, 200 * 64);
}

TEST(Workers, ACpuThatIsNotThereIsNoReasonToFail) {
  const int cpus[] = {100000, -1};
  Workers workers(3, cpus);
  std::atomic<int> sum = 0;
  workers.for_each_range(100, 1, [&](std::int64_t i, std::int64_t) { sum += static_cast<int>(i); });
  EXPECT_EQ(sum, 4950);
}
#endif

}  // namespace
}  // namespace mote
