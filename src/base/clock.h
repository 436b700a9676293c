// Time, as an interface: tests turn the hands themselves.
#pragma once
#include <chrono>

namespace mote {

class Clock {
 public:
  using Duration = std::chrono::nanoseconds;
  using TimePoint = std::chrono::time_point<Clock, Duration>;

  virtual ~Clock() = default;
  // Monotonic: durations and deadlines. Thread-safe.
  virtual TimePoint now() const = 0;

  // The machine's monotonic clock.
  static const Clock& real();
};

// Stands still until told.
class FakeClock final : public Clock {
 public:
  TimePoint now() const override { return now_; }
  void advance(Duration by) { now_ += by; }

 private:
  TimePoint now_{};
};

}  // namespace mote
