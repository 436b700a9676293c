// What the headers of a JPEG 2000 ask for, before a library takes memory for it.
#pragma once
#include <cstddef>
#include <span>

#include "base/result.h"

namespace mote {

// Looks through the headers of each codestream, and of its tiles (ISO/IEC 15444-1, annex A).
// OpenJPEG takes memory by the number of tiles, layers and precincts, which cost a file nothing.
// Errors: kUnsupported: more of one than any real picture has.
Status check_jpeg2000_headers(std::span<const std::byte> bytes);

}  // namespace mote
