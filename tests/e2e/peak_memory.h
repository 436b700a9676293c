// How much memory this process has taken at most.
#pragma once
#include <sys/resource.h>

#include <cstdint>

namespace mote {

// Bytes. Of sanitized programs it says nothing of what the program asked for: they keep what is
// freed, and a shadow of everything.
inline std::uint64_t peak_rss() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

}  // namespace mote
