// TensorFlow Lite files → ModelDef.
#pragma once
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/file_system.h"
#include "ir/model_def.h"
#include "mote/obstacle.h"

namespace mote {

struct TfliteReadOptions {
  // Ceiling for all memory that reading takes beside the file's own bytes.
  std::uint64_t max_bytes = std::uint64_t{4} << 30;
  // Which of the model's signatures is the graph; empty: the first, or subgraph 0 if it has none.
  std::string signature;
  // Not null: what is wrong with single operators goes here, and the rest is read. Such nodes are
  // not sound (Node::sound).
  std::vector<Obstacle>* obstacles = nullptr;
};

// The domain of the nodes that stand for what has no form in ONNX; none of them runs.
inline constexpr std::string_view kTfliteDomain = "tflite";

// Operators by name, custom ones by their code.
struct TfliteOperators {
  std::vector<std::string> read;
  std::vector<std::string> unread;  // builtin ones that are not
};
TfliteOperators tflite_operators();

// Whether `bytes` begin as such a file does.
bool is_tflite(std::span<const std::byte> bytes);

// Reads a model as operators of ONNX: quantized tensors stand between DequantizeLinear and
// QuantizeLinear, images are channels-first between Transpose nodes where an operator asks for it.
// Inputs and outputs have the names and element types of the file (of the signature, if there is
// one). A variable that keeps its value from run to run becomes an input with that initial value
// and an output, at the end of both lists. Constants view `bytes` where they are aligned, and keep
// it alive. Operators that are not ours stay as unbound nodes of kTfliteDomain. Errors: kCorrupt,
// naming the tensor or the operator; kInvalidArgument; kUnsupported; kResourceExhausted.
Result<ModelDef> read_tflite(std::shared_ptr<const Bytes> bytes, const TfliteReadOptions& options);

struct TfliteWriteOptions {
  // Makes the graph of a branch ready as the model's own was; its inputs are what it captured.
  // Without it branches are in the way.
  std::function<Status(Graph&)> prepare;
  // Not null: the nodes that have no form go here, and nothing is written.
  std::vector<Obstacle>* obstacles = nullptr;
};

// Operators of ONNX that are written: with a form of their own, or replaced by lower_to_tflite().
std::vector<std::string> tflite_written_operators();

// Writes a model whose graph was made ready by lower_to_tflite(). Numbers between DequantizeLinear
// and QuantizeLinear become integers where kernels of TensorFlow Lite take them; inputs and outputs
// keep names, types and order of axes, by signature "serving_default". Open sizes stay open.
// Errors: kUnsupported, naming the node; kResourceExhausted.
Result<std::string> write_tflite(const ModelDef& model, const TfliteWriteOptions& options);

// Puts nodes that can be written in the place of nodes that have no form of their own: padding that
// no operator has goes before it, norms become sums and products. Infers types anew. What should
// have been replaced and could not be stays, and goes to `kept` with the reason.
// Errors: kResourceExhausted; those of inference.
Status lower_to_tflite(Graph& graph, std::vector<Obstacle>& kept);

}  // namespace mote
