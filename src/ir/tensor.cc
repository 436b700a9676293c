#include "mote/tensor.h"

#include <cstring>
#include <limits>
#include <new>

#include "base/pages.h"
#include "base/result.h"
#include "base/text.h"
#include "ir/dtype.h"

namespace mote {
namespace {

constexpr std::size_t kAlignment = 64;

// Tensors of so many bytes lie in pages of their own, except where a sanitizer watches their ends.
constexpr std::uint64_t kOwnPages = std::uint64_t{1} << 20;
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kWatched = true;
#elif defined(__has_feature)
constexpr bool kWatched = __has_feature(address_sanitizer);
#else
constexpr bool kWatched = false;
#endif

// Zeroed storage for `count` elements in `bytes` bytes; null if there is no memory.
std::shared_ptr<void> allocate(DType dtype, std::uint64_t bytes, std::size_t count) {
  if (dtype == DType::kString) {
    auto* strings = new (std::nothrow) std::string[count];
    if (strings == nullptr) return nullptr;
    return std::shared_ptr<void>(strings, [](void* p) { delete[] static_cast<std::string*>(p); });
  }
  if (!kWatched && bytes >= kOwnPages) {
    void* pages = allocate_pages(bytes);
    if (pages == nullptr) return nullptr;
    return std::shared_ptr<void>(pages, [bytes](void* p) { free_pages(p, bytes); });
  }
  const std::align_val_t alignment{kAlignment};
  void* memory = ::operator new(bytes == 0 ? 1 : bytes, alignment, std::nothrow);
  if (memory == nullptr) return nullptr;
  std::memset(memory, 0, bytes);
  return std::shared_ptr<void>(memory, [](void* p) { ::operator delete(p, alignment); });
}

}  // namespace

std::string to_string(const Dims& dims) { return "[" + join(dims, ",") + "]"; }

Result<std::uint64_t> byte_size(DType dtype, const Dims& dims) {
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const auto bits = static_cast<std::uint64_t>(bit_width(dtype));
  if (bits == 0) return Error{Code::kInvalidArgument, "a tensor without element type has no size"};
  const std::uint64_t limit = kMax / bits;
  // Memory bounds what loops over sizes beside a 0 may take only in tensors that take memory.
  constexpr std::uint64_t kMaxEmpty = std::uint64_t{1} << 30;
  std::uint64_t count = 1;
  // Zero sizes make the product small but hide no overflow: [2^62, 2^62, 0] is refused.
  for (const std::int64_t size : dims) {
    if (size < 0) {
      return Error{Code::kInvalidArgument,
                   cat("size ", size, " in ", to_string(dims), " is negative")};
    }
    const auto s = static_cast<std::uint64_t>(std::max<std::int64_t>(size, 1));
    if (count > limit / s) {
      return Error{Code::kInvalidArgument,
                   cat("shape ", to_string(dims), " has more elements than memory can hold")};
    }
    count *= s;
  }
  if (std::ranges::find(dims, 0) != dims.end()) {
    if (count > kMaxEmpty) {
      return Error{Code::kInvalidArgument,
                   cat("shape ", to_string(dims), " is empty, with other sizes of more than ",
                       kMaxEmpty, " together")};
    }
    count = 0;
  }
  return (count * bits + 7) / 8;
}

Result<Tensor> Tensor::zeros(DType dtype, const Dims& dims) {
  MOTE_ASSIGN(const std::uint64_t bytes, byte_size(dtype, dims));
  const auto count = static_cast<std::size_t>(dims.count());
  std::shared_ptr<void> memory = allocate(dtype, bytes, count);
  if (memory == nullptr) {
    return Error{Code::kResourceExhausted, cat("no memory for a tensor of ", human_bytes(bytes))};
  }
  const void* data = memory.get();
  return view(dtype, dims, data, std::move(memory));
}

Tensor Tensor::view(DType dtype, const Dims& dims, const void* data,
                    std::shared_ptr<const void> owner) {
  Tensor t;
  t.view_ = {dtype, dims, data};
  t.owner_ = std::move(owner);
  return t;
}

Tensor Tensor::allocate_for(DType dtype, const Dims& dims, std::size_t count) {
  Result<Tensor> t = zeros(dtype, dims);
  if (!t || static_cast<std::size_t>(dims.count()) != count) std::abort();
  return *std::move(t);
}

std::uint64_t Tensor::bytes() const {
  if (!*this) return 0;
  return (static_cast<std::uint64_t>(count()) * static_cast<std::uint64_t>(bit_width(dtype())) +
          7) /
         8;
}

MutTensorView Tensor::mut() { return {view_.dtype, view_.dims, const_cast<void*>(view_.data)}; }

Tensor Tensor::reshaped(const Dims& dims) const {
  if (dims.count() != count()) std::abort();
  return view(dtype(), dims, data(), owner_);
}

bool equal(const Tensor& a, const Tensor& b) {
  if (a.dtype() != b.dtype() || a.dims() != b.dims()) return false;
  if (!a) return true;
  if (a.dtype() == DType::kString) {
    return std::ranges::equal(a.values<std::string>(), b.values<std::string>());
  }
  return a.bytes() == 0 || std::memcmp(a.data(), b.data(), a.bytes()) == 0;
}

}  // namespace mote
