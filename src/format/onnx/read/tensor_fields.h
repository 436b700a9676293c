// The parts of a TensorProto, found in one pass; the elements themselves stay where they are.
#pragma once
#include <array>
#include <optional>

#include "format/onnx/read/context.h"

namespace mote::onnx {

struct TensorFields {
  std::string_view name;
  DType dtype = DType::kUndefined;
  Dims dims;
  std::optional<std::string_view> raw;
  bool is_external = false;
  std::vector<Entry> external;
  // For each typed field by its number: elements in it, and its bytes if they lie together.
  struct Typed {
    std::uint64_t count = 0;
    std::string_view chunk;
    int chunks = 0;
  };
  std::array<Typed, 12> typed;
  Notes notes;
};

// Errors: kCorrupt; kUnsupported.
Result<TensorFields> scan_tensor(ProtoReader tensor);

}  // namespace mote::onnx
