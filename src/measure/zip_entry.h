// The bytes of one entry of a zip archive.
#pragma once
#include <memory>

#include "base/zip_index.h"
#include "measure/byte_source.h"

namespace mote {

// Inflates as it is read; finish() checks the checksum. The archive outlives it.
// Errors: kResourceExhausted.
Result<std::unique_ptr<ByteSource>> open_zip_entry(const ZipEntry& entry);

}  // namespace mote
