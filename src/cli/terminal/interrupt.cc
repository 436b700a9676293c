#include "cli/terminal/interrupt.h"

#include <signal.h>

#include <array>
#include <atomic>

namespace mote::cli {
namespace {

constexpr std::array kSignals = {SIGINT, SIGTERM};

std::atomic<Session*> watched = nullptr;
std::atomic<bool> caught = false;
static_assert(std::atomic<Session*>::is_always_lock_free, "stored from a signal handler");

std::array<struct sigaction, kSignals.size()> before;

// Session::cancel() only stores to a lock-free atomic.
void on_signal(int) {
  caught = true;
  if (Session* session = watched) session->cancel();
}

}  // namespace

Interrupt::Interrupt() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &action, &before[i]);
}

Interrupt::~Interrupt() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &before[i], nullptr);
  watched = nullptr;
}

void Interrupt::watch(Session* session) { watched = session; }

bool Interrupt::interrupted() { return caught; }

Status Interrupt::check() {
  if (!caught) return {};
  return Error{Code::kCancelled, "interrupted"};
}

}  // namespace mote::cli
