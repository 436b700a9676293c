#include "cli/terminal/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace mote::cli {

using namespace std::chrono_literals;

Progress::Progress(std::string what)
    : what_(std::move(what)), terminal_(::isatty(STDERR_FILENO) != 0), next_(Clock::now() + 1s) {}

void Progress::show(std::int64_t done, std::int64_t total) {
  if (!terminal_ || Clock::now() < next_) return;
  const std::string of = total > 0 ? fmt::format("/{}", total) : "";
  fmt::print(stderr, "\r{} {}{}\x1b[K", what_, done, of);
  std::fflush(stderr);
  drawn_ = true;
  next_ = Clock::now() + 100ms;
}

void Progress::clear() {
  if (!drawn_) return;
  fmt::print(stderr, "\r\x1b[K");
  std::fflush(stderr);
  drawn_ = false;
  next_ = Clock::now();
}

}  // namespace mote::cli
