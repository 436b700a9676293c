// For tests: graphs in text form, answered in text.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "mote/tensor.h"

namespace mote {

// What the first output of `text` is, as "f32[2] {1, 2}": node after node inferred, then computed
// by its reference. Or the message of the first error. "graph " before `text` may be left out.
// inputs: of the graph, in order; inference does not see their values.
std::string answer(std::string_view text, const std::vector<Tensor>& inputs = {});

// The same for a graph written for an old opset of ai.onnx: each node is upgraded first.
std::string answer_opset(int opset, std::string_view text, const std::vector<Tensor>& inputs = {});

// The type that is inferred for the first output, as "f32[2,batch]", or the message of the error.
std::string inferred(std::string_view text);

}  // namespace mote
