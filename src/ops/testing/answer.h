// For tests: graphs in text form, computed by the references.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ir/graph.h"

namespace mote {

// The outputs: node after node inferred, then computed by its reference.
// inputs: of the graph, in order; inference does not see their values.
Result<std::vector<Tensor>> evaluate_graph(Graph graph, const std::vector<Tensor>& inputs = {});

// A graph written for an old opset of ai.onnx, each node upgraded to the newest of its operator.
Result<Graph> upgrade_text(std::string_view text, int opset);

// -- in words
// The first output as "f32[2] {1, 2}", "seq(f32[2] {1, 2}, f32[0] {})", "map(s64[1] {7}, f32[1]
// {2})", "nothing", or the message of the first error.
std::string answer(std::string_view text, const std::vector<Tensor>& inputs = {});
// The same for a graph written for an old opset of ai.onnx.
std::string answer_opset(int opset, std::string_view text, const std::vector<Tensor>& inputs = {});
// The type that is inferred for the first output, as "f32[2,batch]", or the message of the error.
std::string inferred(std::string_view text);

// -- in numbers, of a graph without inputs; an error fails the test
std::vector<Tensor> results_of(std::string_view text);
std::vector<Tensor> upgraded_results_of(std::string_view text, int opset);
// The elements of the first output. Requires: they are T.
template <class T>
std::vector<T> elements_of(std::string_view text) {
  const Tensor t = results_of(text)[0];
  const auto* p = static_cast<const T*>(t.data());
  return std::vector<T>(p, p + (t ? t.count() : 0));
}

}  // namespace mote
