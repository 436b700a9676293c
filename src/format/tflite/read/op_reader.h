// OpReader: one operator of a .tflite file, and how it becomes nodes of ONNX.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "format/tflite/read/subgraph_reader.h"

namespace mote::tfl {

// As NodeWriter: the first failure stays, and what comes after it is ignored.
class OpReader : public NodeWriter {
 public:
  OpReader(SubgraphReader& subgraph, const fb::Operator& op, std::string name);

  // -- what the file says
  const fb::Operator& op() const { return op_; }
  // What its nodes are called: that of its first output.
  const std::string& name() const { return label_; }
  SubgraphReader& subgraph() { return subgraph_; }
  // Null if the operator has other options or none.
  template <class T>
  const T* options() const;
  std::size_t input_count() const { return size_of(op_.inputs()); }
  std::size_t output_count() const { return size_of(op_.outputs()); }
  bool has(std::size_t i) const { return i < input_count() && op_.inputs()->Get(index(i)) >= 0; }
  // Its tensor. Fails, and gives any, where there is none.
  int input(std::size_t i);
  int output(std::size_t i);
  const TensorDef& in(std::size_t i) { return subgraph_.tensors().def(input(i)); }
  const TensorDef& out(std::size_t i) { return subgraph_.tensors().def(output(i)); }

  // -- inputs as values
  // As numbers, dequantized; kNone if input i is absent.
  ValueId real(std::size_t i, const Permutation& perm = {});
  // As they are stored.
  ValueId stored(std::size_t i, const Permutation& perm = {});
  // In order `perm`, or without order, if it has one element.
  ValueId aligned(std::size_t i, const Permutation& perm);
  // What a variable that is input i becomes. Real numbers.
  void assign(std::size_t i, ValueId value);
  // Elements of a constant of integers. Fails with kUnsupported if it is none, or absent.
  std::vector<std::int64_t> integers_of(std::size_t i);
  // nullopt: it is computed, or absent.
  std::optional<std::vector<std::int64_t>> known_integers_of(std::size_t i);
  // A constant of one integer.
  std::int64_t integer_of(std::size_t i);
  // Integers as s64, as ONNX takes shapes and indices.
  ValueId as_s64(std::size_t i);
  // Its rank; fails with kUnsupported if that is not known.
  int rank_of(std::size_t i) { return rank(stored(i)); }
  // All sizes, if they are known.
  std::optional<Dims> dims_of(std::size_t i) { return type(stored(i)).dims(); }
  bool has_order(std::size_t i, const Permutation& perm);
  // Channels first, if all inputs can be had so without moving elements and not all are constants;
  // otherwise as the file has them.
  Permutation common_order();
  // The same of input i alone.
  Permutation common_order_of(std::size_t i);

  // -- outputs
  // Real numbers, in order `perm`, after the activation; quantized as the output is.
  void yield(std::size_t i, ValueId value, const Permutation& perm = {},
             fb::ActivationFunctionType activation = fb::ActivationFunctionType_NONE);
  // Elements as the output stores them.
  void yield_stored(std::size_t i, ValueId value, const Permutation& perm = {});
  ValueId activated(ValueId value, fb::ActivationFunctionType activation);

  // -- shorthands for nodes
  using NodeWriter::constant;
  ValueId f32(float value) { return constant(Tensor::scalar(value)); }
  ValueId s64(std::int64_t value) { return constant(Tensor::scalar(value)); }
  // A constant of zeros, within the budget.
  ValueId zeros(const Dims& dims);
  ValueId cast(ValueId value, DType to);
  ValueId transpose(ValueId value, const Permutation& perm);
  ValueId reshape(ValueId value, std::vector<std::int64_t> shape);
  ValueId clip(ValueId value, double low, double high);
  // value[begin, end) along one axis.
  ValueId slice(ValueId value, std::int64_t axis, std::int64_t begin, std::int64_t end);

  // Fails where a number is too large to be computed with: beyond 2^30 either way.
  bool are_small(std::span<const std::int64_t> values, std::string_view what);
  void unsupported(std::string why) { fail({Code::kUnsupported, std::move(why)}); }

 private:
  // Nothing failed before; a value that is none fails.
  bool is_there(ValueId value);
  static flatbuffers::uoffset_t index(std::size_t i) {
    return static_cast<flatbuffers::uoffset_t>(i);
  }

  SubgraphReader& subgraph_;
  const fb::Operator& op_;
  std::string label_;
};

template <class T>
const T* OpReader::options() const {
  constexpr auto kFirst = fb::BuiltinOptionsTraits<T>::enum_value;
  if constexpr (kFirst != fb::BuiltinOptions_NONE) {
    if (op_.builtin_options_type() != kFirst) return nullptr;
    return static_cast<const T*>(op_.builtin_options());
  } else {
    constexpr auto kSecond = fb::BuiltinOptions2Traits<T>::enum_value;
    static_assert(kSecond != fb::BuiltinOptions2_NONE);
    if (op_.builtin_options_2_type() != kSecond) return nullptr;
    return static_cast<const T*>(op_.builtin_options_2());
  }
}

// For operators whose options say what nothing else does.
inline Error no_options() { return {Code::kCorrupt, "its options are missing"}; }

// How an operator of the file is read.
struct Mapping {
  fb::BuiltinOperator code = fb::BuiltinOperator_CUSTOM;
  void (*read)(OpReader&) = nullptr;
  std::string_view custom_code = {};  // of CUSTOM
};
using Mappings = std::span<const Mapping>;

// Null if there is none.
const Mapping* find_mapping(const fb::OperatorCode& code);

}  // namespace mote::tfl
