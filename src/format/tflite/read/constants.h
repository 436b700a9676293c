// Constants of a file and what is made of them, each once for all subgraphs and calls.
#pragma once
#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "format/tflite/read/permutation.h"
#include "format/tflite/read/tensor_def.h"

namespace mote::tfl {

class Constants {
 public:
  // Both outlive this.
  Constants(const File& file, Budget& budget) : file_(file), budget_(budget) {}

  // As read_constant().
  Result<std::optional<Tensor>> load(const TensorDef& def);
  // As permuted() of an order.
  Result<Tensor> in_order(const Tensor& tensor, const Permutation& perm);
  // s32 as s64. Errors: kResourceExhausted.
  Result<Tensor> as_s64(const Tensor& tensor);

 private:
  using Sizes = std::vector<std::int64_t>;
  using Stored = std::tuple<std::uint32_t, DType, Sizes, const fb::SparsityParameters*>;
  using Source = std::tuple<const void*, DType, Sizes, Permutation>;  // by its first element
  struct Made {
    Tensor source;  // so that no other tensor comes to lie there
    Tensor tensor;
  };

  const File& file_;
  Budget& budget_;
  std::map<Stored, Tensor> stored_;
  std::map<Source, Made> ordered_;
  std::map<Source, Made> widened_;
};

}  // namespace mote::tfl
