#include "base/cpu.h"

#include <unistd.h>

namespace mote {

std::int64_t l2_cache_bytes() {
#if defined(_SC_LEVEL2_CACHE_SIZE)
  if (const long bytes = sysconf(_SC_LEVEL2_CACHE_SIZE); bytes > 0) return bytes;
#endif
  return 512 << 10;
}

}  // namespace mote
