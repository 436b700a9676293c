// What is known of a value before the model runs.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mote/tensor.h"

namespace mote {

// One size: a number, a named unknown ("batch") that is the same wherever the name stands, or
// unknown.
class Dim {
 public:
  Dim() = default;                         // unknown
  Dim(std::int64_t size) : size_(size) {}  // Requires: size >= 0
  static Dim symbol(std::string name) { return Dim(-1, std::move(name)); }

  bool known() const { return size_ >= 0; }
  std::int64_t size() const { return size_; }            // -1 if not known()
  const std::string& symbol() const { return symbol_; }  // empty if it has none

  // The same size for certain: equal numbers or equal symbols.
  bool same(const Dim& other) const {
    return size_ == other.size_ && symbol_ == other.symbol_ && (known() || !symbol_.empty());
  }
  bool operator==(const Dim&) const = default;

 private:
  Dim(std::int64_t size, std::string symbol) : size_(size), symbol_(std::move(symbol)) {}

  std::int64_t size_ = -1;
  std::string symbol_;
};

using Shape = std::vector<Dim>;

struct TensorType {
  DType dtype = DType::kUndefined;  // kUndefined: unknown
  std::optional<Shape> shape;       // nullopt: unknown rank

  TensorType() = default;
  TensorType(DType d, std::optional<Shape> s) : dtype(d), shape(std::move(s)) {}
  TensorType(DType d, const Dims& dims) : dtype(d), shape(Shape(dims.begin(), dims.end())) {}

  int rank() const { return shape ? static_cast<int>(shape->size()) : -1; }
  // All sizes, if the dtype and every size are known.
  std::optional<Dims> dims() const;
  bool operator==(const TensorType&) const = default;
};

// A value is a tensor; or a sequence, optional or map of `element`s (maps: `key` too).
struct Type {
  enum class Kind : std::uint8_t { kTensor, kSparseTensor, kSequence, kOptional, kMap };
  Kind kind = Kind::kTensor;
  TensorType tensor;  // kTensor and kSparseTensor
  DType key = DType::kUndefined;
  std::shared_ptr<const Type> element;

  Type() = default;
  Type(TensorType t) : tensor(std::move(t)) {}
  static Type of(Kind kind, Type element, DType key = DType::kUndefined);

  // True if nothing is known.
  bool unknown() const {
    return kind == Kind::kTensor && tensor.dtype == DType::kUndefined && !tensor.shape;
  }
  bool operator==(const Type& other) const;
};

// "f32[batch,3,?,224]", "f32[]" (rank 0), "f32[...]" (rank unknown), "seq(f32[...])", "?" (unknown)
std::string to_string(const Dim& dim);
std::string to_string(const TensorType& type);
std::string to_string(const Type& type);

// What both a and b say. Errors: kInvalidArgument, if they contradict each other. Where both name
// different symbols, a's stays.
Result<TensorType> merge(const TensorType& a, const TensorType& b);
Result<Type> merge(const Type& a, const Type& b);

// What holds whichever of the two a value turns out to be. Errors: different kinds or dtypes.
Result<Type> join(const Type& a, const Type& b);

}  // namespace mote
