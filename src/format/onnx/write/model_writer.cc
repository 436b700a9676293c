#include "base/guard.h"
#include "format/onnx/fields.h"
#include "format/onnx/write/graph_writer.h"
#include "format/onnx/write/requirements.h"

namespace mote {
namespace {

using namespace onnx;

void write_opsets(ProtoWriter& out, std::span<const OpsetImport> opsets) {
  for (const OpsetImport& import : opsets) {
    ProtoWriter o(out, ModelProto::kOpsetImport);
    add_text(o, OperatorSetIdProto::kDomain, import.domain);
    o.add_int64(OperatorSetIdProto::kVersion, import.version);
  }
}

Status write_model(ProtoWriter& out, const ModelDef& model, WriteContext& context) {
  MOTE_ASSIGN(const Requirements needed, requirements_of(model));
  out.add_int64(ModelProto::kIrVersion, needed.ir_version);
  add_text_if_any(out, ModelProto::kProducerName, model.producer_name);
  add_text_if_any(out, ModelProto::kProducerVersion, model.producer_version);
  add_text_if_any(out, ModelProto::kDomain, model.domain);
  if (model.model_version != 0) out.add_int64(ModelProto::kModelVersion, model.model_version);
  add_text_if_any(out, ModelProto::kDoc, model.notes.doc);
  {
    ProtoWriter graph(out, ModelProto::kGraph);
    MOTE_TRY(GraphWriter(model.graph, context, nullptr, nullptr).write(graph));
  }
  write_opsets(out, needed.opsets);
  for (const auto& [key, value] : model.notes.properties) {
    add_entry(out, ModelProto::kMetadata, key, value);
  }
  for (const FunctionDef& f : model.functions) {
    out.add_message(ModelProto::kFunctions, f.proto.data(), f.proto.size());
  }
  return check_size(context.out.size());
}

}  // namespace

Result<OnnxFiles> write_onnx(const ModelDef& model, const OnnxWriteOptions& options) {
  return guarded([&]() -> Result<OnnxFiles> {
    OnnxFiles files;
    WriteContext context{options, files.model, {}};
    ProtoWriter out(files.model);
    MOTE_TRY(write_model(out, model, context));
    files.external = std::move(context.external);
    return files;
  });
}

}  // namespace mote
