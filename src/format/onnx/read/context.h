// What the readers of one file share, and the small messages that many others hold.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "format/onnx/onnx.h"
#include "format/onnx/read/proto_reader.h"
#include "ir/problems.h"

namespace mote::onnx {

inline constexpr int kMaxGraphDepth = 32;
inline constexpr int kMaxTypeDepth = 32;

// The attributes with which a model-local function is called.
struct FunctionArguments {
  const Attributes* given;
  Attributes defaults;

  // Null if the call gives none and there is no default.
  const AttributeValue* find(std::string_view name) const {
    const AttributeValue* value = given->find(name);
    return value != nullptr ? value : defaults.find(name);
  }
};

struct ReadContext {
  const OnnxReadOptions& options;
  Budget& budget;
  std::shared_ptr<const Bytes> owner = nullptr;  // null: tensors are copied
  const FunctionArguments* arguments = nullptr;  // null: not the body of a function
  std::span<const OpsetImport> opsets = {};      // of the model or the function

  Problems problems() const { return Problems(options.obstacles); }
};

// StringStringEntryProto.
struct Entry {
  std::string_view key, value;
};
Result<Entry> read_entry(ProtoReader entry);

// Appends a metadata entry to `notes`; a problem becomes the reader's.
void read_property(ProtoReader& message, Notes& notes);

// Element type number of TensorProto.DataType. kUndefined for 0.
// Errors: kUnsupported: one that this build has not; kCorrupt: no such type.
Result<DType> dtype_of(std::int64_t number);

}  // namespace mote::onnx
