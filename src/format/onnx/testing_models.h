// Messages for tests, built field by field.
#pragma once
#include <functional>
#include <initializer_list>
#include <memory>
#include <protozero/pbf_writer.hpp>
#include <string>
#include <vector>

#include "format/onnx/fields.h"
#include "format/onnx/onnx.h"

namespace mote::onnx {

using Writer = protozero::pbf_writer;

// A message of what `fill` adds.
inline std::string message(const std::function<void(Writer&)>& fill) {
  std::string bytes;
  Writer writer(bytes);
  fill(writer);
  return bytes;
}

inline std::string tensor_message(std::string_view name, DType dtype,
                                  std::initializer_list<std::int64_t> dims,
                                  const std::function<void(Writer&)>& elements) {
  return message([&](Writer& w) {
    for (const std::int64_t d : dims) w.add_int64(TensorProto::kDims, d);
    w.add_int32(TensorProto::kDataType, static_cast<std::int32_t>(dtype));
    w.add_string(TensorProto::kName, name.data(), name.size());
    elements(w);
  });
}

inline std::string tensor_type(DType dtype, std::initializer_list<std::int64_t> dims) {
  const std::string shape = message([&](Writer& w) {
    for (const std::int64_t d : dims) {
      w.add_message(TensorShapeProto::kDim,
                    message([&](Writer& x) { x.add_int64(TensorShapeProto::kDimValue, d); }));
    }
  });
  const std::string tensor = message([&](Writer& w) {
    w.add_int32(TypeProto::kElemType, static_cast<std::int32_t>(dtype));
    w.add_message(TypeProto::kShape, shape);
  });
  return message([&](Writer& w) { w.add_message(TypeProto::kTensor, tensor); });
}

// Without type if `type` is empty.
inline std::string value_info(const std::string& name, const std::string& type) {
  return message([&](Writer& w) {
    w.add_string(ValueInfoProto::kName, name);
    if (!type.empty()) w.add_message(ValueInfoProto::kType, type);
  });
}

inline std::string int_attribute(const std::string& name, std::int64_t value) {
  return message([&](Writer& w) {
    w.add_string(AttributeProto::kName, name);
    w.add_int64(AttributeProto::kI, value);
    w.add_int32(AttributeProto::kType, AttributeProto::kIntType);
  });
}

inline std::string ints_attribute(const std::string& name, std::vector<std::int64_t> values) {
  return message([&](Writer& w) {
    w.add_string(AttributeProto::kName, name);
    for (const std::int64_t v : values) w.add_int64(AttributeProto::kInts, v);
    w.add_int32(AttributeProto::kType, AttributeProto::kIntsType);
  });
}

inline std::string graph_attribute(const std::string& name, const std::string& graph) {
  return message([&](Writer& w) {
    w.add_string(AttributeProto::kName, name);
    w.add_message(AttributeProto::kG, graph);
    w.add_int32(AttributeProto::kType, AttributeProto::kGraphType);
  });
}

inline std::string reference_attribute(const std::string& name, const std::string& parameter,
                                       AttributeProto::Type type) {
  return message([&](Writer& w) {
    w.add_string(AttributeProto::kName, name);
    w.add_int32(AttributeProto::kType, type);
    w.add_string(AttributeProto::kRefAttrName, parameter);
  });
}

struct TestNode {
  std::string op_type;
  std::vector<std::string> inputs, outputs;
  std::vector<std::string> attributes = {};  // AttributeProtos
  std::string domain = {};
  std::string name = {};
};

inline std::string node_message(const TestNode& node) {
  return message([&](Writer& w) {
    for (const std::string& s : node.inputs) w.add_string(NodeProto::kInput, s);
    for (const std::string& s : node.outputs) w.add_string(NodeProto::kOutput, s);
    if (!node.name.empty()) w.add_string(NodeProto::kName, node.name);
    w.add_string(NodeProto::kOpType, node.op_type);
    for (const std::string& a : node.attributes) w.add_message(NodeProto::kAttribute, a);
    if (!node.domain.empty()) w.add_string(NodeProto::kDomain, node.domain);
  });
}

struct TestGraph {
  std::vector<TestNode> nodes;
  std::vector<std::string> inputs, outputs;    // ValueInfoProtos
  std::vector<std::string> initializers = {};  // TensorProtos
  std::vector<std::string> value_infos = {};
  std::string name = "g";
};

inline std::string graph_message(const TestGraph& graph) {
  return message([&](Writer& w) {
    for (const TestNode& n : graph.nodes) w.add_message(GraphProto::kNode, node_message(n));
    w.add_string(GraphProto::kName, graph.name);
    for (const std::string& t : graph.initializers) w.add_message(GraphProto::kInitializer, t);
    for (const std::string& i : graph.inputs) w.add_message(GraphProto::kInput, i);
    for (const std::string& o : graph.outputs) w.add_message(GraphProto::kOutput, o);
    for (const std::string& v : graph.value_infos) w.add_message(GraphProto::kValueInfo, v);
  });
}

inline std::string opset_message(const std::string& domain, std::int64_t version) {
  return message([&](Writer& w) {
    w.add_string(OperatorSetIdProto::kDomain, domain);
    w.add_int64(OperatorSetIdProto::kVersion, version);
  });
}

struct TestModel {
  std::string graph;
  std::int64_t opset = 17;
  std::int64_t ir_version = 8;
  std::vector<std::string> functions = {};  // FunctionProtos
  std::vector<std::string> imports = {};    // OperatorSetIdProtos, beside ai.onnx
};

inline std::string model_message(const TestModel& model) {
  return message([&](Writer& w) {
    w.add_int64(ModelProto::kIrVersion, model.ir_version);
    w.add_message(ModelProto::kGraph, model.graph);
    w.add_message(ModelProto::kOpsetImport, opset_message("", model.opset));
    for (const std::string& i : model.imports) w.add_message(ModelProto::kOpsetImport, i);
    for (const std::string& f : model.functions) w.add_message(ModelProto::kFunctions, f);
  });
}

inline std::shared_ptr<const Bytes> bytes_of(std::string_view text) {
  const auto* data = reinterpret_cast<const std::byte*>(text.data());
  return std::make_shared<const Bytes>(data, data + text.size());
}

inline Result<ModelDef> read_model(std::string_view bytes, const OnnxReadOptions& options = {}) {
  return read_onnx(bytes_of(bytes), options);
}

inline Result<Tensor> read_test_tensor(std::string_view bytes,
                                       const OnnxReadOptions& options = {}) {
  return read_tensor_proto({reinterpret_cast<const std::byte*>(bytes.data()), bytes.size()},
                           options);
}

}  // namespace mote::onnx
