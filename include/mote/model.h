// Model: a trained model, loaded and checked.
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mote/obstacle.h"
#include "mote/result.h"
#include "mote/tensor.h"

namespace mote {

// One size of an input or output: a number, or unknown until a run (-1), perhaps with a name that
// stands for the same size wherever it occurs ("batch").
struct SizeInfo {
  std::int64_t size = -1;
  std::string symbol;
};

// An input or output as the model declares it.
struct TensorInfo {
  std::string name;
  DType dtype = DType::kUndefined;  // kUndefined: not a tensor, or not declared
  bool ranked = true;               // false: not even the number of sizes is known
  std::vector<SizeInfo> shape;
  // Of what is no tensor: "seq(f32[...])", "optional(f32[2])"; otherwise empty.
  std::string type = {};
  // Of an input that keeps state: what to give in the first run, and the output that is its value
  // in the next. Undefined and empty for others.
  Tensor initial = {};
  std::string next = {};
  // Of integers that the model dequantizes first or quantizes last: real = scale * (q -
  // zero_point). scale 0: they stand for themselves, or for numbers in several ways.
  float scale = 0;
  std::int64_t zero_point = 0;

  bool is_tensor() const { return type.empty(); }
};

// "f32[batch,3,224,224]"
std::string to_string(const TensorInfo& info);

struct ModelOptions {
  // Ceiling for the memory that loading takes beside the file's own bytes.
  std::uint64_t memory_budget_bytes = std::uint64_t{4} << 30;
  // Names of rewrites to leave out ("fold_batch_norm"), to find a guilty one.
  std::vector<std::string> disabled_passes = {};
  // Which signature of a TensorFlow Lite model to take; empty: the first.
  std::string signature = {};
  // True: what is wrong with single nodes, values and functions does not end the loading, but is
  // among the obstacles, all of it.
  bool tolerant = false;
  // A folder of the user's own, made if it is not there, where plans of this model are kept: its
  // next load and first run, by any program with the same build of Mote on this machine, take them
  // from there. For model files that stay as they are; one that was replaced is planned anew.
  // Empty: none. Only for load().
  std::filesystem::path plan_cache = {};
};

// Immutable: any number of sessions on any threads may share one.
class Model {
 public:
  // Reads an ONNX file, with its external data beneath the same folder, or one of TensorFlow Lite,
  // whichever its bytes say it is.
  // Errors: kNotFound, kIo; kCorrupt, with the byte position; kInvalidArgument, naming the node;
  // kResourceExhausted; kUnsupported, for another kind of file; kInvalidArgument: a plan cache
  // that others may write to.
  static Result<std::shared_ptr<const Model>> load(const std::filesystem::path& path,
                                                   const ModelOptions& options = {});
  // The same from memory, which is copied; external data is refused.
  static Result<std::shared_ptr<const Model>> parse(std::span<const std::byte> bytes,
                                                    const ModelOptions& options = {});
  ~Model();
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;

  std::span<const TensorInfo> inputs() const;
  std::span<const TensorInfo> outputs() const;
  // -1 if there is none of that name.
  int input_index(std::string_view name) const;
  int output_index(std::string_view name) const;

  // Everything that keeps the model from running; empty if it runs.
  std::span<const Obstacle> obstacles() const;

  // Reads the file, if that was put off because a plan of it is in the cache. What only a whole
  // model tells (impl()) needs it. Errors: as load.
  Status read_whole() const;

  // For the project's own layers. Requires: read_whole().
  struct Impl;
  const Impl& impl() const;
  struct Source;
  const Source& source() const { return *source_; }

 private:
  explicit Model(std::unique_ptr<Source> source);
  std::unique_ptr<Source> source_;
};

}  // namespace mote
