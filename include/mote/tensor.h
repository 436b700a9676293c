// Tensors: an element type, dimensions and bytes, owned or viewed.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mote/result.h"

namespace mote {

// Element types, with the numbers of ONNX's TensorProto.DataType.
enum class DType : std::uint8_t {
  kUndefined = 0,
  kF32 = 1,
  kU8 = 2,
  kS8 = 3,
  kU16 = 4,
  kS16 = 5,
  kS32 = 6,
  kS64 = 7,
  kString = 8,
  kBool = 9,
  kF16 = 10,
  kF64 = 11,
  kU32 = 12,
  kU64 = 13,
  kC64 = 14,
  kC128 = 15,
  kBF16 = 16,
  kF8E4M3FN = 17,
  kF8E4M3FNUZ = 18,
  kF8E5M2 = 19,
  kF8E5M2FNUZ = 20,
  kU4 = 21,
  kS4 = 22,
  kF4E2M1 = 23,
  kF8E8M0 = 24,
  kU2 = 25,
  kS2 = 26,
};

// "f32", "s8", "bool", "string", ...
std::string_view name(DType dtype);
// kUndefined if there is none of that name.
DType dtype_named(std::string_view name);

inline constexpr int kMaxRank = 12;

// The sizes of a tensor: at most kMaxRank of them, kept in place.
class Dims {
 public:
  Dims() = default;
  // Requires: sizes.size() <= kMaxRank.
  Dims(std::initializer_list<std::int64_t> sizes) : Dims(std::span(sizes.begin(), sizes.size())) {}
  explicit Dims(std::span<const std::int64_t> sizes) {
    for (const std::int64_t s : sizes) push_back(s);
  }

  int rank() const { return rank_; }
  bool empty() const { return rank_ == 0; }
  std::size_t size() const { return static_cast<std::size_t>(rank_); }
  std::int64_t operator[](int i) const { return sizes_[i]; }
  std::int64_t& operator[](int i) { return sizes_[i]; }
  const std::int64_t* begin() const { return sizes_; }
  const std::int64_t* end() const { return sizes_ + rank_; }
  std::int64_t* begin() { return sizes_; }
  std::int64_t* end() { return sizes_ + rank_; }
  operator std::span<const std::int64_t>() const { return {sizes_, size()}; }

  // Requires: rank() < kMaxRank.
  void push_back(std::int64_t size) {
    if (rank_ >= kMaxRank) [[unlikely]]
      std::abort();
    sizes_[rank_++] = size;
  }

  // The product; 1 for rank 0. Requires: it does not overflow (true of every Tensor's).
  std::int64_t count() const { return count(0, rank_); }
  // The product of [first, last).
  std::int64_t count(int first, int last) const {
    std::int64_t n = 1;
    for (int i = first; i < last; ++i) n *= sizes_[i];
    return n;
  }

  bool operator==(const Dims& other) const { return std::ranges::equal(*this, other); }

 private:
  int rank_ = 0;
  std::int64_t sizes_[kMaxRank] = {};
};

// "[1,3,224,224]"
std::string to_string(const Dims& dims);

// Bytes of a tensor's elements; types below a byte are packed, 2- and 4-bit ones from the low bits
// up. Strings count sizeof(std::string) each.
// Errors: kInvalidArgument, if a size is negative, the product overflows, or one beside a 0 is over
// 2^30.
Result<std::uint64_t> byte_size(DType dtype, const Dims& dims);

// A tensor in memory that somebody else owns. data is null for an optional input that is absent.
struct TensorView {
  DType dtype = DType::kUndefined;
  Dims dims;
  const void* data = nullptr;

  template <class T>
  const T* as() const {
    return static_cast<const T*>(data);
  }
  explicit operator bool() const { return dtype != DType::kUndefined; }
};

struct MutTensorView {
  DType dtype = DType::kUndefined;
  Dims dims;
  void* data = nullptr;

  template <class T>
  T* as() const {
    return static_cast<T*>(data);
  }
  explicit operator bool() const { return dtype != DType::kUndefined; }
  operator TensorView() const { return {dtype, dims, data}; }
};

// C++ type of an element ⇄ DType.
template <class T>
inline constexpr DType kDTypeOf = DType::kUndefined;
template <>
inline constexpr DType kDTypeOf<float> = DType::kF32;
template <>
inline constexpr DType kDTypeOf<double> = DType::kF64;
template <>
inline constexpr DType kDTypeOf<std::int8_t> = DType::kS8;
template <>
inline constexpr DType kDTypeOf<std::uint8_t> = DType::kU8;
template <>
inline constexpr DType kDTypeOf<std::int16_t> = DType::kS16;
template <>
inline constexpr DType kDTypeOf<std::uint16_t> = DType::kU16;
template <>
inline constexpr DType kDTypeOf<std::int32_t> = DType::kS32;
template <>
inline constexpr DType kDTypeOf<std::uint32_t> = DType::kU32;
template <>
inline constexpr DType kDTypeOf<std::int64_t> = DType::kS64;
template <>
inline constexpr DType kDTypeOf<std::uint64_t> = DType::kU64;
template <>
inline constexpr DType kDTypeOf<bool> = DType::kBool;
template <>
inline constexpr DType kDTypeOf<std::string> = DType::kString;

// A tensor that shares its bytes with its copies. Bytes are written through mut() only, before the
// tensor is handed on; after that it is immutable and safe to read from any thread.
class Tensor {
 public:
  Tensor() = default;

  // Zeros (empty strings), aligned to 64 bytes.
  // Errors: kInvalidArgument (negative size, overflow); kResourceExhausted.
  static Result<Tensor> zeros(DType dtype, const Dims& dims);

  // The elements of `values`, row-major. Requires: as many as dims says; T is not bool.
  template <class T>
  static Tensor of(const Dims& dims, std::span<const T> values) {
    Tensor t = allocate_for(kDTypeOf<T>, dims, values.size());
    std::copy(values.begin(), values.end(), static_cast<T*>(t.mut().data));
    return t;
  }
  template <class T>
  static Tensor of(const Dims& dims, std::initializer_list<T> values) {
    return of<T>(dims, std::span<const T>(values.begin(), values.size()));
  }
  template <class T>
  static Tensor scalar(T value) {
    return of<T>({}, std::span<const T>(&value, 1));
  }

  // Views `data`, which lives as long as `owner`. Requires: aligned for dtype; whole elements.
  static Tensor view(DType dtype, const Dims& dims, const void* data,
                     std::shared_ptr<const void> owner);

  DType dtype() const { return view_.dtype; }
  const Dims& dims() const { return view_.dims; }
  std::int64_t count() const { return view_.dims.count(); }
  std::uint64_t bytes() const;
  const void* data() const { return view_.data; }
  TensorView view() const { return view_; }
  MutTensorView mut();

  // The elements. Requires: kDTypeOf<T> == dtype().
  template <class T>
  std::span<const T> values() const {
    if (kDTypeOf<T> != dtype()) [[unlikely]]
      std::abort();
    return {static_cast<const T*>(data()), static_cast<std::size_t>(count())};
  }

  // It owns its bytes and no other tensor shares them.
  bool unique() const { return owner_.use_count() == 1; }

  // The same bytes under other sizes. Requires: the same number of elements.
  Tensor reshaped(const Dims& dims) const;

  explicit operator bool() const { return dtype() != DType::kUndefined; }

 private:
  static Tensor allocate_for(DType dtype, const Dims& dims, std::size_t count);

  TensorView view_;
  std::shared_ptr<const void> owner_;
};

// Same dtype, dims and bytes (strings: same texts).
bool equal(const Tensor& a, const Tensor& b);

}  // namespace mote
