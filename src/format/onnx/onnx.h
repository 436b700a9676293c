// ONNX files ⇄ ModelDef.
#pragma once
#include <filesystem>
#include <functional>
#include <span>
#include <string>

#include "base/file_system.h"
#include "ir/model_def.h"
#include "ir/op_def.h"
#include "mote/datum.h"
#include "mote/obstacle.h"

namespace mote {

struct OnnxReadOptions {
  // Ceiling for all memory that reading takes beside the file's own bytes.
  std::uint64_t max_bytes = std::uint64_t{4} << 30;
  // Where external data lies. Empty: a model that has any is refused.
  std::filesystem::path folder;
  const FileSystem* files = nullptr;  // null: the machine's
  // Not null: what is wrong with single nodes and values goes here, and the rest is read. Such
  // nodes are not sound (Node::sound).
  std::vector<Obstacle>* obstacles = nullptr;
};

// Reads a ModelProto. Nodes of older opsets are upgraded to the newest version of their operator;
// operators that are not ours stay as they are, unbound. Calls of model-local functions stay
// calls; see expand_functions. Constants view `bytes` where they are aligned, and keep it alive.
// Errors: kCorrupt, with the byte position; kInvalidArgument, naming the node; kUnsupported;
// kResourceExhausted.
Result<ModelDef> read_onnx(std::shared_ptr<const Bytes> bytes, const OnnxReadOptions& options);

// The file and its external data. Errors: those, kNotFound, kIo.
Result<ModelDef> read_onnx_file(const std::filesystem::path& path,
                                const FileSystem& files = FileSystem::real());

// Replaces calls of model-local functions by their nodes, to a depth of 32, and infers types anew.
// A function goes before an operator of its name. On errors the model stays as it was.
// Errors: kInvalidArgument: a cycle, a missing attribute; kUnsupported; kResourceExhausted: over a
// million nodes, or more memory than max_bytes.
// obstacles: as OnnxReadOptions has them; calls that cannot be expanded stay.
Status expand_functions(ModelDef& model, std::uint64_t max_bytes = std::uint64_t{4} << 30,
                        std::vector<Obstacle>* obstacles = nullptr);

struct OnnxWriteOptions {
  // Constants of at least this many bytes go to `external_file`, aligned to 64; none if it is
  // empty.
  std::string external_file;
  std::uint64_t external_threshold = 1024;
};

struct OnnxFiles {
  std::string model;
  std::string external;  // bytes of external_file; empty if none was asked for
};

// Writes the lowest opset, from 7 on, in which every node means what it does here (never below the
// one read, if a node is not ours). Deterministic.
// Errors: kUnsupported: a node of the execution dialect; no opset serves all nodes.
Result<OnnxFiles> write_onnx(const ModelDef& model, const OnnxWriteOptions& options = {});

// One TensorProto: test vectors, attributes. Errors: kCorrupt, kUnsupported.
Result<Tensor> read_tensor_proto(std::span<const std::byte> bytes,
                                 const OnnxReadOptions& options = {});

struct NamedDatum {
  std::string name;
  Datum datum;
};
// One TensorProto, SequenceProto, MapProto or OptionalProto, as `kind` says: test vectors.
// Errors: kCorrupt, kUnsupported, kResourceExhausted.
Result<NamedDatum> read_data_proto(std::span<const std::byte> bytes, Type::Kind kind,
                                   const OnnxReadOptions& options = {});

// Empty if `tensor` is undefined or does not fit a message.
std::string write_tensor_proto(const Tensor& tensor, std::string_view name = "");

}  // namespace mote
