// The operators of this build.
#pragma once
#include "ir/op_def.h"
#include "ops/onnx_op.h"
#include "ops/op_doc.h"

namespace mote {

// Every operator, model and execution dialect.
const OpSet& all_ops();

// How ONNX spells and versions them, sorted by (domain, name). Linked only where it is called.
std::span<const OnnxOp* const> all_onnx_ops();
// Null if there is none.
const OnnxOp* find_onnx_op(std::string_view domain, std::string_view name);

// Documentation and contract samples of each. Linked only where it is called.
std::span<const OpDoc* const> all_op_docs();

}  // namespace mote
