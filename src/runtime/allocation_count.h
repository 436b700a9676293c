// Counts allocations of the whole program it is linked into: for tests.
#pragma once
#include <cstdint>

namespace mote {

// Calls of operator new since the program began.
std::int64_t allocation_count();

}  // namespace mote
