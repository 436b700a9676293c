// What a Model holds, for the layers above and beside.
#pragma once
#include <memory>
#include <mutex>
#include <vector>

#include "format/tflite/read/metadata.h"
#include "ir/model_def.h"
#include "mote/model.h"
#include "runtime/plan_cache/plan_cache.h"
#include "runtime/plan_store.h"

namespace mote {

struct Model::Impl {
  ModelDef def;      // as read
  Graph source;      // calls of model-local functions expanded
  Graph simplified;  // `source` after the passes that need no sizes
  std::vector<TensorInfo> inputs;
  std::vector<TensorInfo> outputs;
  std::vector<Obstacle> obstacles;
  std::uint64_t file_bytes = 0;
  std::shared_ptr<const TfliteMetadata> tflite;  // null if the file has none

  // Fills inputs and outputs from `source`, whose types are inferred.
  void describe_interface();
  static std::shared_ptr<const Model> finish(std::unique_ptr<const Impl> impl);
};

// Where a model comes from, what is known of it without its graph, and what its sessions share.
struct Model::Source {
  std::vector<TensorInfo> inputs, outputs;
  std::vector<Obstacle> obstacles;
  mutable PlanStore plans;
  std::unique_ptr<PlanCache> cache;  // null: plans are not kept

  // Of a model whose reading is put off.
  std::filesystem::path path;
  ModelOptions options;

  std::once_flag once;
  Status read;
  std::unique_ptr<const Impl> whole;
};

// `source` after the passes that need no sizes.
Result<Graph> simplify(const Graph& source, const ModelOptions& options);

}  // namespace mote
