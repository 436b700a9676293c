#include "measure/byte_source.h"

#include <cstring>

#include "base/text.h"

namespace mote {

Status MemorySource::read(std::span<std::byte> out) {
  if (out.size() > bytes_.size()) {
    return Error{Code::kCorrupt, cat("it ends ", out.size() - bytes_.size(), " bytes too early")};
  }
  if (!out.empty()) std::memcpy(out.data(), bytes_.data(), out.size());
  bytes_ = bytes_.subspan(out.size());
  return {};
}

Status MemorySource::finish() {
  if (bytes_.empty()) return {};
  return Error{Code::kCorrupt, cat(bytes_.size(), " bytes follow the array")};
}

}  // namespace mote
