// What a .tflite file is to hold, before it is put into a flatbuffer.
#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "mote/tensor.h"
#include "tflite_generated.h"

namespace mote::tfl::write {

// How integers stand for numbers: real = scale * (q - zero_point); a scale and a zero point for
// each index of `axis`, or one of each for all.
struct Grid {
  std::vector<float> scales;
  std::vector<std::int64_t> zero_points;
  int axis = 0;

  bool per_axis() const { return scales.size() > 1; }
  bool operator==(const Grid& other) const {
    return scales == other.scales && zero_points == other.zero_points &&
           (!per_axis() || axis == other.axis);
  }
};

// nullopt: the format has none.
std::optional<fb::TensorType> tensor_type(DType dtype);

struct TensorSpec {
  std::string name;
  DType dtype = DType::kUndefined;
  std::vector<std::int32_t> shape;  // -1: open
  std::optional<Grid> grid = {};
  Tensor constant = {};  // undefined: something computes it, or it comes from outside
};

inline constexpr std::int32_t kAbsent = -1;  // an optional input that is not there

struct OperatorSpec {
  fb::BuiltinOperator code = fb::BuiltinOperator_CUSTOM;
  std::vector<std::int32_t> inputs, outputs;  // indices of tensors
  fb::BuiltinOptionsUnion options = {};
};

struct SubgraphSpec {
  std::vector<TensorSpec> tensors;
  std::vector<OperatorSpec> operators;
  std::vector<std::int32_t> inputs, outputs;
  std::string name;

  std::int32_t add(TensorSpec tensor) {
    tensors.push_back(std::move(tensor));
    return static_cast<std::int32_t>(tensors.size()) - 1;
  }
  const TensorSpec& tensor(std::int32_t i) const { return tensors[static_cast<std::size_t>(i)]; }
};

// What callers know the model's inputs and outputs by, in their order.
struct SignatureSpec {
  std::vector<std::string> inputs, outputs;
};

// Subgraph 0 is the model; the others are branches that its operators name by number.
struct FileSpec {
  std::deque<SubgraphSpec> subgraphs;  // where they lie stays as others come
  SignatureSpec signature;
  std::string description;
};

// The least version of the operator that a runtime must have for it.
int version_of(const OperatorSpec& op, const SubgraphSpec& subgraph);

// The file's bytes. Constants of the same bytes are stored once. Errors: kUnsupported: beyond 2
// GiB, or an element type that the format has not.
Result<std::string> pack(const FileSpec& file);

}  // namespace mote::tfl::write
