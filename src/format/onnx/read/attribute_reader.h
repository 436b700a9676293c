// AttributeProto.
#pragma once
#include <optional>

#include "format/onnx/read/context.h"

namespace mote::onnx {

class GraphReader;

// `graph` is the graph that the attribute's node is in; subgraphs capture its values by name. Null:
// graphs are refused. Within a function, references to its parameters become their values.
// Errors: kCorrupt; kInvalidArgument: a parameter without value; kUnsupported.
Result<Attribute> read_attribute(ProtoReader attribute, const ReadContext& context,
                                 GraphReader* graph);

}  // namespace mote::onnx
