#include "cli/terminal/interrupt.h"

#include <signal.h>
#include <time.h>

#include <array>
#include <atomic>
#include <cstdint>

namespace mote::cli {
namespace {

constexpr std::array kSignals = {SIGINT, SIGTERM};

std::atomic<Session*> watched = nullptr;
std::atomic<bool> caught = false;
static_assert(std::atomic<Session*>::is_always_lock_free, "stored from a signal handler");

std::array<struct sigaction, kSignals.size()> before;

timespec first;  // when the first signal came

// A terminal and a supervisor may both send one for a single wish to stop.
bool is_repeated_wish() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  constexpr std::int64_t kSecond = 1'000'000'000;
  return (now.tv_sec - first.tv_sec) * kSecond + now.tv_nsec - first.tv_nsec > kSecond;
}

// Session::cancel() only stores to a lock-free atomic; all else here is safe in a handler too.
void on_signal(int number) {
  if (!caught.exchange(true)) {
    clock_gettime(CLOCK_MONOTONIC, &first);
    if (Session* session = watched) session->cancel();
  } else if (is_repeated_wish()) {
    signal(number, SIG_DFL);
    raise(number);  // taken when this handler returns
  }
}

}  // namespace

Interrupt::Interrupt() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &action, &before[i]);
}

Interrupt::~Interrupt() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &before[i], nullptr);
  watched = nullptr;
}

// The signal may have come while nothing was watched.
void Interrupt::watch(Session* session) {
  watched = session;
  if (caught && session != nullptr) session->cancel();
}

bool Interrupt::interrupted() { return caught; }

Status Interrupt::check() {
  if (!caught) return {};
  return Error{Code::kCancelled, "interrupted"};
}

}  // namespace mote::cli
