#include "mote/model.h"

#include <algorithm>

#include "base/check.h"
#include "base/guard.h"
#include "base/result.h"
#include "base/text.h"
#include "format/onnx/onnx.h"
#include "format/onnx/opsets.h"
#include "format/tflite/tflite.h"
#include "ir/inference.h"
#include "ir/problems.h"
#include "lower/lower.h"
#include "ops/gradient/expand_gradient.h"
#include "ops/ops.h"
#include "passes/passes.h"
#include "runtime/interface.h"
#include "runtime/model_impl.h"
#include "runtime/obstacles.h"
#include "runtime/plan_cache/recorded_files.h"

namespace mote {
namespace {

constexpr std::uint64_t kMaxFileBytes = std::uint64_t{2} << 30;  // protobuf's own ceiling

// Types of all nodes; where problems are collected, nodes that cannot be are put down and left.
Status infer_source(Graph& graph, std::span<const OpsetImport> opsets,
                    std::vector<Obstacle>* obstacles) {
  const Problems problems(obstacles);
  TypeInference types(graph);
  for (const NodeId id : graph.node_ids()) {
    const std::int64_t version = onnx::version_of(opsets, graph.node(id).domain);
    MOTE_TRY(problems.excuse(expand_gradient(graph, id, types), graph, id, version));
  }
  return {};
}

Result<ModelDef> read_model(std::shared_ptr<const Bytes> bytes, const OnnxReadOptions& read,
                            const ModelOptions& options) {
  if (is_tflite(*bytes)) {
    return read_tflite(std::move(bytes), {read.max_bytes, options.signature, read.obstacles});
  }
  if (options.signature.empty()) return read_onnx(std::move(bytes), read);
  return Error{Code::kInvalidArgument,
               cat("signature '", options.signature, "': only TensorFlow Lite models have any")};
}

Result<std::unique_ptr<Model::Impl>> build(std::shared_ptr<const Bytes> bytes, OnnxReadOptions read,
                                           const ModelOptions& options) {
  MOTE_TRY(check_pass_names(options.disabled_passes, {model_passes(), lowering_passes()}));
  auto impl = std::make_unique<Model::Impl>();
  impl->file_bytes = bytes->size();
  read.obstacles = options.tolerant ? &impl->obstacles : nullptr;
  MOTE_ASSIGN(impl->def, read_model(bytes, read, options));
  // What it says of itself must not keep it from running.
  if (impl->def.format == ModelFormat::kTflite) {
    if (auto metadata = read_tflite_metadata(bytes)) impl->tflite = *std::move(metadata);
  }
  ModelDef expanded;
  expanded.graph = impl->def.graph;
  expanded.opsets = impl->def.opsets;
  expanded.functions = impl->def.functions;
  MOTE_TRY(expand_functions(expanded, options.memory_budget_bytes, read.obstacles));
  impl->source = std::move(expanded.graph);
  MOTE_TRY(infer_source(impl->source, impl->def.opsets, read.obstacles));
  impl->describe_interface();
  find_obstacles(impl->source, impl->def.opsets, impl->obstacles);
  // What cannot run need not be simplified.
  if (impl->obstacles.empty() || read.obstacles == nullptr) {
    MOTE_ASSIGN(impl->simplified, simplify(impl->source, options));
  }
  return impl;
}

}  // namespace

Result<Graph> simplify(const Graph& source, const ModelOptions& options) {
  Graph graph = source;
  forget_declared_types(graph);
  MOTE_TRY(infer_types(graph));
  const PassContext context{all_ops(), options.memory_budget_bytes};
  MOTE_TRY(run_passes(graph, model_passes(), context, options.disabled_passes));
  return graph;
}

void Model::Impl::describe_interface() {
  inputs.clear();
  for (const ValueId id : source.inputs) {
    inputs.push_back(describe_input(source, id));
  }
  outputs.clear();
  for (const GraphOutput& output : source.outputs) {
    outputs.push_back(describe_output(source, output));
  }
}

std::shared_ptr<const Model> Model::Impl::finish(std::unique_ptr<const Impl> impl) {
  auto source = std::make_unique<Source>();
  source->inputs = impl->inputs;
  source->outputs = impl->outputs;
  source->obstacles = impl->obstacles;
  source->whole = std::move(impl);
  return std::shared_ptr<const Model>(new Model(std::move(source)));
}

std::string to_string(const TensorInfo& info) {
  if (!info.is_tensor()) return info.type;
  TensorType type;
  type.dtype = info.dtype;
  if (info.ranked) {
    type.shape.emplace();
    for (const SizeInfo& s : info.shape) {
      type.shape->push_back(s.size >= 0        ? Dim(s.size)
                            : s.symbol.empty() ? Dim()
                                               : Dim::symbol(s.symbol));
    }
  }
  return to_string(type);
}

Model::Model(std::unique_ptr<Source> source) : source_(std::move(source)) {}
Model::~Model() = default;

const Model::Impl& Model::impl() const {
  MOTE_CHECK(source_->whole != nullptr);
  return *source_->whole;
}

namespace {

Result<std::unique_ptr<Model::Impl>> read_file(const std::filesystem::path& path,
                                               const ModelOptions& options,
                                               const FileSystem& files) {
  MOTE_ASSIGN(Bytes bytes, files.read(path, std::min(kMaxFileBytes, options.memory_budget_bytes)));
  const std::string extension = path.extension().string();
  if ((extension == ".tflite" || extension == ".lite") && !is_tflite(bytes)) {
    return Error{Code::kCorrupt, cat(path.native(),
                                     ": byte 4: 'TFL3', by which a TensorFlow Lite file is known, "
                                     "is not there")};
  }
  OnnxReadOptions read;
  read.max_bytes = options.memory_budget_bytes;
  read.folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  read.files = &files;
  auto impl = build(std::make_shared<const Bytes>(std::move(bytes)), std::move(read), options);
  if (!impl) return std::move(impl).error().with_context(path.native());
  return impl;
}

// The file as the cache knew it, if it has not changed since.
Result<std::unique_ptr<Model::Impl>> read_again(const Model::Source& source) {
  const FileSystem& files = FileSystem::real();
  MOTE_ASSIGN(auto impl, read_file(source.path, source.options, files));
  const ModelFile& known = source.cache->model_file();
  const auto now = files.identify(known.path);
  if (now && *now == known.identity) return impl;
  return Error{Code::kCorrupt, cat(known.path.native(), ": changed after it was loaded")};
}

// What is found of it in its cache; null: nothing.
std::unique_ptr<Model::Source> find_in_cache(std::unique_ptr<PlanCache>& cache,
                                             const std::filesystem::path& path,
                                             const ModelOptions& options) {
  ModelInterface interface;
  if (!cache || !cache->find_interface(interface)) return nullptr;
  auto source = std::make_unique<Model::Source>();
  source->inputs = std::move(interface.inputs);
  source->outputs = std::move(interface.outputs);
  source->cache = std::move(cache);
  source->path = path;
  source->options = options;
  return source;
}

// A cache that cannot be written to is no help, and no harm: the model runs without.
void keep_in_cache(std::unique_ptr<PlanCache> cache, const RecordedFiles& files,
                   Model::Source& source) {
  if (!cache || !source.obstacles.empty()) return;
  ModelInterface interface {
    source.inputs, source.outputs, {}
  };
  for (const auto& path : files.beneath()) interface.beside.push_back({path, {}});
  if (cache->keep_interface(std::move(interface))) source.cache = std::move(cache);
}

}  // namespace

Result<std::shared_ptr<const Model>> Model::load(const std::filesystem::path& path,
                                                 const ModelOptions& options) {
  return guarded([&]() -> Result<std::shared_ptr<const Model>> {
    RecordedFiles files(FileSystem::real());
    std::unique_ptr<PlanCache> cache;
    if (!options.plan_cache.empty() && !options.tolerant) {
      MOTE_ASSIGN(cache, PlanCache::open(path, options, FileSystem::real()));
    }
    if (auto source = find_in_cache(cache, path, options)) {
      return std::shared_ptr<const Model>(new Model(std::move(source)));
    }
    MOTE_ASSIGN(auto impl, read_file(path, options, files));
    auto model = Impl::finish(std::move(impl));
    keep_in_cache(std::move(cache), files, *model->source_);
    return model;
  });
}

Status Model::read_whole() const {
  std::call_once(source_->once, [this] {
    if (source_->whole) return;
    auto impl = guarded([this] { return read_again(*source_); });
    if (impl) {
      source_->whole = *std::move(impl);
    } else {
      source_->read = impl.error();
    }
  });
  return source_->read;
}

Result<std::shared_ptr<const Model>> Model::parse(std::span<const std::byte> bytes,
                                                  const ModelOptions& options) {
  return guarded([&]() -> Result<std::shared_ptr<const Model>> {
    OnnxReadOptions read;
    read.max_bytes = options.memory_budget_bytes;
    auto copy = std::make_shared<const Bytes>(bytes.begin(), bytes.end());
    MOTE_ASSIGN(auto impl, build(std::move(copy), std::move(read), options));
    return Impl::finish(std::move(impl));
  });
}

std::span<const TensorInfo> Model::inputs() const { return source_->inputs; }
std::span<const TensorInfo> Model::outputs() const { return source_->outputs; }
std::span<const Obstacle> Model::obstacles() const { return source_->obstacles; }

namespace {

int index_of(std::span<const TensorInfo> infos, std::string_view name) {
  for (std::size_t i = 0; i < infos.size(); ++i) {
    if (infos[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace

int Model::input_index(std::string_view name) const { return index_of(inputs(), name); }
int Model::output_index(std::string_view name) const { return index_of(outputs(), name); }

}  // namespace mote
