// What the program may know of the processor beside its instructions.
#pragma once
#include <cstdint>

namespace mote {

// Bytes of one core's second-level cache; where the system does not tell, 512 KiB.
std::int64_t l2_cache_bytes();

// From now on the calling thread runs on that CPU, by the system's number, only. False: the system
// does not grant it; nothing has changed.
bool bind_this_thread(int cpu) noexcept;

}  // namespace mote
