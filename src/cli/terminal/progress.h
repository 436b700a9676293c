// One line on standard error that says how far something is.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>

namespace mote::cli {

// Shows "evaluating 120/450" on a terminal, once it has lasted a second; elsewhere nothing.
class Progress {
 public:
  explicit Progress(std::string what);
  ~Progress() { clear(); }  // nothing stays on the screen
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // total: 0 if unknown.
  void show(std::int64_t done, std::int64_t total);
  // Makes room for other output; the next show() draws again.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  std::string what_;
  bool terminal_;
  bool drawn_ = false;
  Clock::time_point next_;  // not drawn before
};

}  // namespace mote::cli
