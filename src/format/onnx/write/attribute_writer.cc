#include <variant>

#include "base/text.h"
#include "format/onnx/fields.h"
#include "format/onnx/write/graph_writer.h"

namespace mote::onnx {
namespace {

class ValueWriter {
 public:
  ValueWriter(ProtoWriter& out, WriteContext& context, Names& names, const Node& node)
      : out_(out), context_(context), names_(names), node_(node) {}

  Status operator()(float v) {
    out_.add_float(AttributeProto::kF, v);
    return type(AttributeProto::kFloatType);
  }
  Status operator()(std::int64_t v) {
    out_.add_int64(AttributeProto::kI, v);
    return type(AttributeProto::kIntType);
  }
  Status operator()(const std::string& v) {
    add_text(out_, AttributeProto::kS, v);
    return type(AttributeProto::kStringType);
  }
  Status operator()(const Tensor& v) {
    MOTE_TRY(tensor(AttributeProto::kT, v));
    return type(AttributeProto::kTensorType);
  }
  Status operator()(const GraphPtr& v) {
    MOTE_TRY(graph(AttributeProto::kG, v));
    return type(AttributeProto::kGraphType);
  }
  Status operator()(const Type& v) {
    add_type(out_, AttributeProto::kTp, v);
    return type(AttributeProto::kTypeProtoType);
  }
  Status operator()(const std::vector<float>& list) {
    for (const float v : list) out_.add_float(AttributeProto::kFloats, v);
    return type(AttributeProto::kFloatsType);
  }
  Status operator()(const std::vector<std::int64_t>& list) {
    for (const std::int64_t v : list) out_.add_int64(AttributeProto::kInts, v);
    return type(AttributeProto::kIntsType);
  }
  Status operator()(const std::vector<std::string>& list) {
    for (const std::string& v : list) add_text(out_, AttributeProto::kStrings, v);
    return type(AttributeProto::kStringsType);
  }
  Status operator()(const std::vector<Tensor>& list) {
    for (const Tensor& v : list) MOTE_TRY(tensor(AttributeProto::kTensors, v));
    return type(AttributeProto::kTensorsType);
  }
  Status operator()(const std::vector<GraphPtr>& list) {
    for (const GraphPtr& v : list) MOTE_TRY(graph(AttributeProto::kGraphs, v));
    return type(AttributeProto::kGraphsType);
  }
  Status operator()(const std::vector<Type>& list) {
    for (const Type& v : list) add_type(out_, AttributeProto::kTypeProtos, v);
    return type(AttributeProto::kTypeProtosType);
  }

 private:
  Status type(AttributeProto::Type t) {
    out_.add_int32(AttributeProto::kType, t);
    return {};
  }

  Status tensor(std::uint32_t field, const Tensor& v) {
    ProtoWriter t(out_, field);
    return write_tensor(t, context_, "", v, {});
  }

  Status graph(std::uint32_t field, const GraphPtr& v) {
    if (v == nullptr) return Error{Code::kInvalidArgument, "a graph is missing"};
    ProtoWriter g(out_, field);
    return GraphWriter(*v, context_, &names_, &node_).write(g);
  }

  ProtoWriter& out_;
  WriteContext& context_;
  Names& names_;
  const Node& node_;
};

}  // namespace

Status write_attribute(ProtoWriter& out, WriteContext& context, Names& names, const Node& node,
                       const Attribute& attribute) {
  add_text(out, AttributeProto::kName, attribute.name);
  add_text_if_any(out, AttributeProto::kDoc, attribute.doc);
  Status status = std::visit(ValueWriter(out, context, names, node), attribute.value);
  if (!status) {
    return std::move(status).error().with_context(cat("attribute '", attribute.name, "'"));
  }
  return status;
}

}  // namespace mote::onnx
