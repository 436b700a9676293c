#include "format/tflite/read/file.h"

#include <algorithm>

#include "base/text.h"

namespace mote::tfl {
namespace {

constexpr std::uint32_t kSchemaVersion = 3;
constexpr std::size_t kMaxFlatbufferBytes = FLATBUFFERS_MAX_BUFFER_SIZE - 1;
constexpr unsigned kMaxTableDepth = 64;
constexpr unsigned kMaxTables = 4'000'000;

}  // namespace

Result<File> File::open(std::shared_ptr<const Bytes> bytes) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes->data());
  flatbuffers::Verifier verifier(data, std::min(bytes->size(), kMaxFlatbufferBytes), kMaxTableDepth,
                                 kMaxTables);
  if (!fb::VerifyModelBuffer(verifier)) {
    return Error{Code::kCorrupt,
                 "not a sound flatbuffer of TensorFlow Lite: an offset, a size or a table in it "
                 "cannot be"};
  }
  File file;
  file.model_ = fb::GetModel(data);
  file.bytes_ = std::move(bytes);
  if (file.model_->version() != kSchemaVersion) {
    return Error{Code::kUnsupported, cat("schema version ", file.model_->version(),
                                         " of TensorFlow Lite; this build reads version 3")};
  }
  return file;
}

Result<std::span<const std::byte>> File::behind(std::uint64_t offset, std::uint64_t size) const {
  if (offset > bytes_->size() || size > bytes_->size() - offset) {
    return Error{Code::kCorrupt, cat("byte ", offset, ": ", size,
                                     " bytes are said to be here, the file has ", bytes_->size())};
  }
  return std::span(*bytes_).subspan(offset, size);
}

Result<std::span<const std::byte>> File::buffer(std::uint32_t index) const {
  const auto* buffers = model_->buffers();
  if (index >= size_of(buffers)) {
    return Error{Code::kCorrupt, cat("buffer ", index, " of ", size_of(buffers))};
  }
  const fb::Buffer* b = buffers->Get(index);
  // The first offset that can be real: 0 and 1 mean that there is none.
  if (b->offset() > 1) return behind(b->offset(), b->size());
  return std::as_bytes(values_of(b->data()));
}

Result<std::span<const std::byte>> File::metadata(std::string_view name) const {
  for (std::uint32_t i = 0; i < size_of(model_->metadata()); ++i) {
    const fb::Metadata* entry = model_->metadata()->Get(i);
    if (text_of(entry->name()) == name) return buffer(entry->buffer());
  }
  return std::span<const std::byte>();
}

}  // namespace mote::tfl
