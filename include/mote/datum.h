// Datum: what an edge of a graph carries: a tensor, a sequence, a map, or nothing.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "mote/tensor.h"

namespace mote {

// Cheap to copy: copies share tensors and elements. What is shared never changes.
class Datum {
 public:
  enum class Kind : std::uint8_t { kNone, kTensor, kSequence, kMap };

  // Nothing: an input that is not given, an optional without an element. An optional that has one
  // is that element.
  Datum() = default;
  // Nothing, if `tensor` is undefined.
  Datum(Tensor tensor);
  // charge: kept as long as the elements are, for who counts memory.
  static Datum sequence(std::vector<Datum> elements, std::shared_ptr<const void> charge = nullptr);
  // keys: s64[n] or string[n]; values: any dtype [n], in the keys' order.
  // Requires: both have rank 1 and as many elements.
  static Datum map(Tensor keys, Tensor values);

  Kind kind() const { return kind_; }
  explicit operator bool() const { return kind_ != Kind::kNone; }
  bool is_tensor() const { return kind_ == Kind::kTensor; }
  bool is_sequence() const { return kind_ == Kind::kSequence; }
  bool is_map() const { return kind_ == Kind::kMap; }

  // Requires: is_tensor().
  const Tensor& tensor() const;
  // Requires: is_sequence().
  std::span<const Datum> elements() const;
  // The elements, moved out where nobody shares them; this becomes nothing.
  // Requires: is_sequence().
  std::vector<Datum> take_elements();
  // Requires: is_map().
  const Tensor& keys() const;
  const Tensor& values() const;

 private:
  struct Elements;

  Kind kind_ = Kind::kNone;
  Tensor tensor_;                       // kTensor
  std::shared_ptr<Elements> elements_;  // kSequence; the keys and the values of kMap
};

// "nothing", "a tensor", "a sequence", "a map"
std::string_view name(Datum::Kind kind);

// Same kinds, and equal() tensors in the same order.
bool equal(const Datum& a, const Datum& b);

}  // namespace mote
