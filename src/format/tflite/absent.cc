// In place of the reader, in builds whose models are of another format.
#include <algorithm>
#include <string_view>

#include "base/result.h"
#include "format/tflite/read/metadata.h"
#include "format/tflite/tflite.h"

namespace mote {

bool is_tflite(std::span<const std::byte> bytes) {
  constexpr std::size_t kAt = 4;
  constexpr std::string_view kIdentifier = "TFL3";
  if (bytes.size() < kAt + kIdentifier.size()) return false;
  return std::string_view(reinterpret_cast<const char*>(bytes.data()) + kAt, kIdentifier.size()) ==
         kIdentifier;
}

Result<ModelDef> read_tflite(std::shared_ptr<const Bytes>, const TfliteReadOptions&) {
  return Error{Code::kUnsupported, "this build reads no TensorFlow Lite models"};
}

Result<std::shared_ptr<const TfliteMetadata>> read_tflite_metadata(std::shared_ptr<const Bytes>) {
  return std::shared_ptr<const TfliteMetadata>();
}

}  // namespace mote
