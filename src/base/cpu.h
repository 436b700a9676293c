// What the program may know of the processor beside its instructions.
#pragma once
#include <cstdint>

namespace mote {

// Bytes of one core's second-level cache; where the system does not tell, 512 KiB.
std::int64_t l2_cache_bytes();

}  // namespace mote
