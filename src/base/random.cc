#include "base/random.h"

#include <unistd.h>

#include <atomic>

#include "base/clock.h"

namespace mote {
namespace {

// What the system has of chance; the time, if it has none.
std::uint64_t entropy() {
  std::uint64_t bits = 0;
  if (::getentropy(&bits, sizeof bits) == 0) return bits;
  return static_cast<std::uint64_t>(Clock::real().now().time_since_epoch().count());
}

}  // namespace

std::uint64_t fresh_seed() {
  static const std::uint64_t process = entropy();
  static std::atomic<std::uint64_t> calls{0};
  Random seeds(process);
  seeds.skip(calls.fetch_add(1, std::memory_order_relaxed));
  return seeds.next();
}

}  // namespace mote
