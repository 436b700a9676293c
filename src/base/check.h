// MOTE_CHECK: for mistakes of the programmer only. No file, image or request may reach one.
#pragma once

namespace mote {
[[noreturn]] void check_failed(const char* condition, const char* file, int line) noexcept;
}  // namespace mote

// Ends the program if `condition` is false. Always compiled in.
#define MOTE_CHECK(condition)                               \
  do {                                                      \
    if (!(condition)) [[unlikely]]                          \
      ::mote::check_failed(#condition, __FILE__, __LINE__); \
  } while (false)
