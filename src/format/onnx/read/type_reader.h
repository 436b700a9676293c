// TypeProto and ValueInfoProto.
#pragma once
#include "format/onnx/read/context.h"

namespace mote::onnx {

// Errors: kCorrupt; kUnsupported: opaque types, a rank over kMaxRank, deeper than kMaxTypeDepth.
Result<Type> read_type(ProtoReader type, int depth = 0);

struct ValueInfo {
  std::string_view name;
  Type type;  // unknown if none is stated
  Notes notes;
};
// Errors: as read_type, naming the value.
Result<ValueInfo> read_value_info(ProtoReader info);

}  // namespace mote::onnx
