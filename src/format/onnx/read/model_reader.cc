#include "base/guard.h"
#include "format/onnx/fields.h"
#include "format/onnx/onnx.h"
#include "format/onnx/opsets.h"
#include "format/onnx/read/data_reader.h"
#include "format/onnx/read/graph_reader.h"
#include "format/onnx/read/opset_import.h"
#include "format/onnx/read/upgrade.h"

namespace mote {
namespace {

using namespace onnx;

// The format's own limit.
constexpr std::uint64_t kMaxFileBytes = (std::uint64_t{1} << 31) - 1;

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Result<FunctionDef> read_function_def(ProtoReader message, std::string_view bytes) {
  FunctionDef f;
  while (message.next()) {
    if (message.field() == FunctionProto::kName) f.name = message.text();
    if (message.field() == FunctionProto::kOverload) f.overload = message.text();
    if (message.field() == FunctionProto::kDomain) f.domain = message.text();
  }
  if (f.domain == "ai.onnx") f.domain.clear();
  if (f.name.empty()) message.fail("a function without name");
  MOTE_TRY(message.finish());
  MOTE_TRY(message.budget().take(sizeof f + bytes.size()));
  f.proto = bytes;
  return f;
}

class ModelReader {
 public:
  ModelReader(std::shared_ptr<const Bytes> bytes, const OnnxReadOptions& options)
      : bytes_(std::move(bytes)), options_(options), budget_(options.max_bytes) {}

  Result<ModelDef> read() {
    const std::string_view text = text_of(*bytes_);
    ProtoReader message(text, text.data(), budget_);
    MOTE_TRY(scan(message));
    MOTE_TRY(check());
    ReadContext context{options_, budget_, bytes_};
    context.opsets = model_.opsets;
    GraphReader graph(context, 0);
    MOTE_ASSIGN(model_.graph, graph.read(message.part(*graph_)));
    const FunctionNames functions(model_.functions);
    MOTE_TRY(upgrade_graph(model_.graph, {model_.opsets, functions, budget_, context.problems()}));
    return std::move(model_);
  }

 private:
  Status scan(ProtoReader& message) {
    while (message.next()) {
      switch (message.field()) {
        case ModelProto::kIrVersion:
          model_.ir_version = message.integer();
          break;
        case ModelProto::kProducerName:
          model_.producer_name = message.text();
          break;
        case ModelProto::kProducerVersion:
          model_.producer_version = message.text();
          break;
        case ModelProto::kDomain:
          model_.domain = message.text();
          break;
        case ModelProto::kModelVersion:
          model_.model_version = message.integer();
          break;
        case ModelProto::kDoc:
          model_.notes.doc = message.text();
          break;
        case ModelProto::kGraph:
          if (graph_) message.fail("a model with two graphs");
          graph_ = message.bytes();
          break;
        case ModelProto::kOpsetImport:
          read_opset_import(message, model_.opsets);
          break;
        case ModelProto::kMetadata:
          read_property(message, model_.notes);
          break;
        case ModelProto::kFunctions:
          MOTE_TRY(add_function(message));
          break;
      }
    }
    return message.finish();
  }

  Status add_function(ProtoReader& message) {
    const std::string_view bytes = message.bytes();
    MOTE_TRY(message.finish());
    MOTE_ASSIGN(FunctionDef f, read_function_def(message.part(bytes), bytes));
    if (!functions_.insert(FunctionNames::key(f.domain, f.name, f.overload)).second) {
      return Error{Code::kInvalidArgument, cat("function '", f.name, "' is defined twice")};
    }
    model_.functions.push_back(std::move(f));
    return {};
  }

  Status check() {
    if (!graph_) return Error{Code::kCorrupt, cat("byte ", bytes_->size(), ": no graph")};
    if (model_.ir_version < 1) return Error{Code::kCorrupt, "no IR version"};
    if (model_.ir_version > kNewestIrVersion) {
      return Error{Code::kUnsupported, cat("IR version ", model_.ir_version,
                                           " is newer than this build's ", kNewestIrVersion)};
    }
    // Before version 3 files did not say: there was one opset.
    if (model_.opsets.empty() && model_.ir_version < 3) model_.opsets.push_back({"", 1});
    return {};
  }

  std::shared_ptr<const Bytes> bytes_;
  const OnnxReadOptions& options_;
  Budget budget_;
  ModelDef model_;
  std::optional<std::string_view> graph_;
  std::unordered_set<std::string> functions_;
};

}  // namespace

Result<ModelDef> read_onnx(std::shared_ptr<const Bytes> bytes, const OnnxReadOptions& options) {
  return guarded([&]() -> Result<ModelDef> { return ModelReader(bytes, options).read(); });
}

Result<ModelDef> read_onnx_file(const std::filesystem::path& path, const FileSystem& files) {
  return guarded([&]() -> Result<ModelDef> {
    MOTE_ASSIGN(Bytes bytes, files.read(path, kMaxFileBytes));
    OnnxReadOptions options;
    options.folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
    options.files = &files;
    auto model = read_onnx(std::make_shared<const Bytes>(std::move(bytes)), options);
    if (!model) return std::move(model).error().with_context(path.native());
    return model;
  });
}

Result<Tensor> read_tensor_proto(std::span<const std::byte> bytes, const OnnxReadOptions& options) {
  return guarded([&]() -> Result<Tensor> {
    Budget budget(options.max_bytes);
    const ReadContext context{options, budget};
    const std::string_view text = text_of(bytes);
    MOTE_ASSIGN(NamedTensor t, read_tensor(ProtoReader(text, text.data(), budget), context));
    return std::move(t.tensor);
  });
}

Result<NamedDatum> read_data_proto(std::span<const std::byte> bytes, Type::Kind kind,
                                   const OnnxReadOptions& options) {
  return guarded([&]() -> Result<NamedDatum> {
    Budget budget(options.max_bytes);
    const ReadContext context{options, budget};
    const std::string_view text = text_of(bytes);
    return read_data(ProtoReader(text, text.data(), budget), kind, context);
  });
}

}  // namespace mote
