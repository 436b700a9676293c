// The bytes of a .tflite file as the tables of its schema, verified once.
#pragma once
#include <flatbuffers/flatbuffers.h>

#include <memory>
#include <span>

#include "base/file_system.h"
#include "tflite_generated.h"

namespace mote::tfl {

class File {
 public:
  // Errors: kCorrupt: an offset that leads nowhere; kUnsupported: another version of the schema.
  static Result<File> open(std::shared_ptr<const Bytes> bytes);

  const fb::Model& model() const { return *model_; }
  const std::shared_ptr<const Bytes>& bytes() const { return bytes_; }

  // What lies in a buffer; empty for buffer 0. Errors: kCorrupt.
  Result<std::span<const std::byte>> buffer(std::uint32_t index) const;
  // Of the metadata entry of that name; empty if there is none. Errors: kCorrupt.
  Result<std::span<const std::byte>> metadata(std::string_view name) const;
  // `size` bytes that lie behind the flatbuffer. Errors: kCorrupt.
  Result<std::span<const std::byte>> behind(std::uint64_t offset, std::uint64_t size) const;

 private:
  File() = default;

  std::shared_ptr<const Bytes> bytes_;
  const fb::Model* model_ = nullptr;
};

// -- a vector or string that is absent is an empty one

template <class T>
std::size_t size_of(const flatbuffers::Vector<T>* vector) {
  return vector == nullptr ? 0 : vector->size();
}
template <class T>
std::span<const T> values_of(const flatbuffers::Vector<T>* vector) {
  return vector == nullptr ? std::span<const T>() : std::span(vector->data(), vector->size());
}
inline std::string_view text_of(const flatbuffers::String* text) {
  return text == nullptr ? std::string_view() : std::string_view(text->c_str(), text->size());
}

}  // namespace mote::tfl
