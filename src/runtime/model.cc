#include "mote/model.h"

#include "base/result.h"
#include "base/text.h"
#include "format/onnx/onnx.h"
#include "ir/inference.h"
#include "lower/lower.h"
#include "ops/ops.h"
#include "passes/passes.h"
#include "runtime/model_impl.h"

namespace mote {
namespace {

constexpr std::uint64_t kMaxFileBytes = std::uint64_t{2} << 30;  // protobuf's own ceiling

TensorInfo describe_tensor(std::string name, const Type& type) {
  TensorInfo info;
  info.name = std::move(name);
  if (type.kind != Type::Kind::kTensor) {
    info.type = to_string(type);
    info.ranked = false;
    return info;
  }
  info.dtype = type.tensor.dtype;
  info.ranked = type.tensor.shape.has_value();
  if (!info.ranked) return info;
  for (const Dim& d : *type.tensor.shape) info.shape.push_back({d.size(), d.symbol()});
  return info;
}

void find_obstacles(const Graph& graph, std::vector<Obstacle>& found) {
  for (NodeId id = graph.first_node(); id != NodeId::kNone; id = graph.next_node(id)) {
    const Node& node = graph.node(id);
    for_each_subgraph(node, [&](const GraphPtr& g) { find_obstacles(*g, found); });
    if (node.op != nullptr) continue;
    std::string where = node.name;
    for (const ValueId out : node.outputs) {
      if (where.empty() && out != ValueId::kNone) where = graph.value(out).name;
    }
    const std::string op = node.domain.empty() ? node.op_type : cat(node.domain, ".", node.op_type);
    found.push_back({std::move(where), op, "this build has no such operator"});
  }
  for (const ValueId id : graph.inputs) {
    const Value& input = graph.value(id);
    const bool sparse = input.type.kind == Type::Kind::kSparseTensor;
    const bool tensor = input.type.kind == Type::Kind::kTensor;
    if (!sparse && (!tensor || input.type.tensor.dtype != DType::kUndefined)) continue;
    const std::string what = tensor ? "its element type is not declared"
                                    : cat("type ", to_string(input.type), " cannot be fed");
    found.push_back({input.name, "input", what});
  }
}

Result<std::unique_ptr<Model::Impl>> build(std::shared_ptr<const Bytes> bytes,
                                           const OnnxReadOptions& read,
                                           const ModelOptions& options) {
  MOTE_TRY(check_pass_names(options.disabled_passes, {model_passes(), lowering_passes()}));
  auto impl = std::make_unique<Model::Impl>();
  impl->file_bytes = bytes->size();
  MOTE_ASSIGN(impl->def, read_onnx(std::move(bytes), read));
  ModelDef expanded;
  expanded.graph = impl->def.graph;
  expanded.opsets = impl->def.opsets;
  expanded.functions = impl->def.functions;
  MOTE_TRY(expand_functions(expanded));
  impl->source = std::move(expanded.graph);
  MOTE_TRY(infer_types(impl->source));
  impl->simplified = impl->source;
  forget_declared_types(impl->simplified);
  MOTE_TRY(infer_types(impl->simplified));
  const PassContext context{all_ops(), options.memory_budget_bytes};
  MOTE_TRY(run_passes(impl->simplified, model_passes(), context, options.disabled_passes));
  for (const ValueId id : impl->source.inputs) {
    const Value& v = impl->source.value(id);
    impl->inputs.push_back(describe_tensor(v.name, v.type));
  }
  for (const GraphOutput& output : impl->source.outputs) {
    const Type& inferred = impl->source.value(output.value).type;
    impl->outputs.push_back(describe_tensor(output.name, inferred));
  }
  find_obstacles(impl->source, impl->obstacles);
  return impl;
}

}  // namespace

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

Model::Model(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
Model::~Model() = default;

Result<std::shared_ptr<const Model>> Model::load(const std::filesystem::path& path,
                                                 const ModelOptions& options) {
  const FileSystem& files = FileSystem::real();
  MOTE_ASSIGN(Bytes bytes, files.read(path, std::min(kMaxFileBytes, options.memory_budget_bytes)));
  OnnxReadOptions read;
  read.max_bytes = options.memory_budget_bytes;
  read.folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  read.files = &files;
  auto impl = build(std::make_shared<const Bytes>(std::move(bytes)), read, options);
  if (!impl) return std::move(impl).error().with_context(path.native());
  return std::shared_ptr<const Model>(new Model(*std::move(impl)));
}

Result<std::shared_ptr<const Model>> Model::parse(std::span<const std::byte> bytes,
                                                  const ModelOptions& options) {
  OnnxReadOptions read;
  read.max_bytes = options.memory_budget_bytes;
  auto copy = std::make_shared<const Bytes>(bytes.begin(), bytes.end());
  MOTE_ASSIGN(auto impl, build(std::move(copy), read, options));
  return std::shared_ptr<const Model>(new Model(std::move(impl)));
}

std::span<const TensorInfo> Model::inputs() const { return impl_->inputs; }
std::span<const TensorInfo> Model::outputs() const { return impl_->outputs; }
std::span<const Obstacle> Model::obstacles() const { return impl_->obstacles; }

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
