// What the program may know of the processor beside its instructions.
#pragma once
#include <cstdint>

namespace mote {

// Bytes of one core's own caches.
struct CacheSizes {
  std::int64_t l1 = 32 << 10;
  std::int64_t l2 = 512 << 10;
};

// Of the first core; where the system does not tell, the defaults above.
CacheSizes cache_sizes();

}  // namespace mote
