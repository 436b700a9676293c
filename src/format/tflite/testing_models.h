// Small .tflite files for tests.
#pragma once
#include <flatbuffers/flatbuffers.h>

#include <memory>
#include <string>
#include <vector>

#include "base/file_system.h"
#include "tflite_generated.h"

namespace mote::tfl {

class ModelBuilder {
 public:
  ModelBuilder() {
    model_.version = 3;
    model_.buffers.push_back(std::make_unique<fb::BufferT>());
    add_subgraph();
  }

  // What is added from here on belongs to it; its index.
  int add_subgraph() {
    model_.subgraphs.push_back(std::make_unique<fb::SubGraphT>());
    return static_cast<int>(model_.subgraphs.size()) - 1;
  }

  // The index of a tensor that something computes, or that is an input.
  int tensor(std::string name, fb::TensorType type, std::vector<int> shape) {
    auto t = std::make_unique<fb::TensorT>();
    t->name = std::move(name);
    t->type = type;
    t->shape = std::move(shape);
    graph().tensors.push_back(std::move(t));
    return static_cast<int>(graph().tensors.size()) - 1;
  }
  int floats(std::string name, std::vector<int> shape) {
    return tensor(std::move(name), fb::TensorType_FLOAT32, std::move(shape));
  }
  int input(int t) {
    graph().inputs.push_back(t);
    return t;
  }
  int output(int t) {
    graph().outputs.push_back(t);
    return t;
  }
  template <class T>
  int constant(std::string name, fb::TensorType type, std::vector<int> shape,
               const std::vector<T>& values) {
    const int t = tensor(std::move(name), type, std::move(shape));
    fill(t, values.data(), values.size() * sizeof(T));
    return t;
  }
  int constant(std::string name, std::vector<int> shape, const std::vector<float>& values) {
    return constant<float>(std::move(name), fb::TensorType_FLOAT32, std::move(shape), values);
  }
  int integers(std::string name, const std::vector<std::int32_t>& values) {
    return constant<std::int32_t>(std::move(name), fb::TensorType_INT32,
                                  {static_cast<int>(values.size())}, values);
  }
  void fill(int t, const void* data, std::size_t bytes) {
    auto buffer = std::make_unique<fb::BufferT>();
    const auto* first = static_cast<const std::uint8_t*>(data);
    buffer->data.assign(first, first + bytes);
    at(t).buffer = static_cast<std::uint32_t>(model_.buffers.size());
    model_.buffers.push_back(std::move(buffer));
  }
  // The same tensor, quantized.
  int quantized(int t, std::vector<float> scales, std::vector<std::int64_t> zero_points = {},
                int axis = 0) {
    auto q = std::make_unique<fb::QuantizationParametersT>();
    q->scale = std::move(scales);
    q->zero_point = std::move(zero_points);
    q->quantized_dimension = axis;
    at(t).quantization = std::move(q);
    return t;
  }

  void op(fb::BuiltinOperator code, std::vector<int> inputs, std::vector<int> outputs) {
    (void)add_op(code, std::move(inputs), std::move(outputs));
  }
  template <class Options>
  void op(fb::BuiltinOperator code, std::vector<int> inputs, std::vector<int> outputs,
          Options options) {
    add_op(code, std::move(inputs), std::move(outputs)).builtin_options.Set(std::move(options));
  }
  fb::OperatorT& add_op(fb::BuiltinOperator code, std::vector<int> inputs,
                        std::vector<int> outputs) {
    auto c = std::make_unique<fb::OperatorCodeT>();
    c->builtin_code = code;
    c->deprecated_builtin_code = static_cast<std::int8_t>(std::min<int>(code, 127));
    auto o = std::make_unique<fb::OperatorT>();
    o->opcode_index = static_cast<std::uint32_t>(model_.operator_codes.size());
    o->inputs = std::move(inputs);
    o->outputs = std::move(outputs);
    model_.operator_codes.push_back(std::move(c));
    graph().operators.push_back(std::move(o));
    return *graph().operators.back();
  }

  fb::ModelT& model() { return model_; }
  fb::SubGraphT& graph() { return *model_.subgraphs.back(); }
  fb::TensorT& at(int t) { return *graph().tensors[static_cast<std::size_t>(t)]; }

  std::shared_ptr<const Bytes> bytes() const {
    flatbuffers::FlatBufferBuilder builder;
    builder.Finish(fb::Model::Pack(builder, &model_), "TFL3");
    const auto* first = reinterpret_cast<const std::byte*>(builder.GetBufferPointer());
    return std::make_shared<const Bytes>(first, first + builder.GetSize());
  }

 private:
  fb::ModelT model_;
};

// x (tensor 0) → add → y (tensor 1), both of four floats.
inline ModelBuilder one_sum() {
  ModelBuilder b;
  const int x = b.input(b.floats("x", {1, 4}));
  const int y = b.output(b.floats("y", {1, 4}));
  b.op(fb::BuiltinOperator_ADD, {x, x}, {y}, fb::AddOptionsT());
  return b;
}

inline fb::Conv2DOptionsT conv_options(fb::Padding padding, int stride,
                                       fb::ActivationFunctionType activation) {
  fb::Conv2DOptionsT o;
  o.padding = padding;
  o.stride_h = o.stride_w = stride;
  o.fused_activation_function = activation;
  return o;
}

}  // namespace mote::tfl
