#include "ops/support/copy.h"

#include <algorithm>
#include <cstring>

#include "base/result.h"
#include "base/text.h"
#include "ir/dtype.h"
#include "ir/half.h"

namespace mote {
namespace {

bool is_packed(DType dtype) { return bit_width(dtype) < 8; }

// Whole bytes where both ranges begin with one. Elements of the last byte come one by one, as
// others may share it.
void copy_packed(const TensorView& from, std::int64_t from_index, const MutTensorView& to,
                 std::int64_t to_index, std::int64_t count) {
  const std::int64_t per_byte = 8 / bit_width(from.dtype);
  std::int64_t done = 0;
  if (from_index % per_byte == 0 && to_index % per_byte == 0) {
    const std::int64_t bytes = count / per_byte;
    std::memmove(to.as<std::byte>() + to_index / per_byte,
                 from.as<std::byte>() + from_index / per_byte, static_cast<std::size_t>(bytes));
    done = bytes * per_byte;
  }
  for (; done < count; ++done) {
    store_packed(to.dtype, to.data, to_index + done,
                 load_packed(from.dtype, from.data, from_index + done));
  }
}

}  // namespace

Status copy_elements(const TensorView& from, const MutTensorView& to) {
  const std::int64_t count = from.dims.count();
  if (from.dtype != to.dtype || count != to.dims.count()) {
    return Error{Code::kInvalidArgument, cat("cannot copy ", name(from.dtype), to_string(from.dims),
                                             " to ", name(to.dtype), to_string(to.dims))};
  }
  if (count > 0 && from.data != to.data) copy_range(from, 0, to, 0, count);
  return {};
}

void copy_range(const TensorView& from, std::int64_t from_index, const MutTensorView& to,
                std::int64_t to_index, std::int64_t count) {
  if (from.dtype == DType::kString) {
    const auto* source = from.as<std::string>() + from_index;
    std::copy(source, source + count, to.as<std::string>() + to_index);
    return;
  }
  if (count == 0) return;
  if (is_packed(from.dtype)) return copy_packed(from, from_index, to, to_index, count);
  const std::int64_t width = byte_width(from.dtype);
  std::memmove(to.as<std::byte>() + to_index * width, from.as<std::byte>() + from_index * width,
               static_cast<std::size_t>(count * width));
}

void fill_range(const TensorView& from, std::int64_t from_index, const MutTensorView& to,
                std::int64_t to_index, std::int64_t count) {
  if (count <= 0) return;
  copy_range(from, from_index, to, to_index, 1);
  for (std::int64_t done = 1; done < count;) {
    const std::int64_t next = std::min(done, count - done);
    copy_range(to, to_index, to, to_index + done, next);
    done += next;
  }
}

void fill_zero(const MutTensorView& to) {
  const std::int64_t count = to.dims.count();
  if (to.dtype == DType::kString) {
    for (std::int64_t i = 0; i < count; ++i) to.as<std::string>()[i].clear();
  } else if (count > 0) {
    const auto bits = static_cast<std::size_t>(count * bit_width(to.dtype));
    std::memset(to.data, 0, (bits + 7) / 8);
  }
}

}  // namespace mote
