#include "ir/foreign_data.h"

#include <algorithm>
#include <cstdint>

#include "base/text.h"
#include "ir/dtype.h"

namespace mote {

bool is_aligned(const void* data, DType dtype) {
  const auto width = std::min<std::uint64_t>(8, std::max(1, bit_width(dtype) / 8));
  return reinterpret_cast<std::uintptr_t>(data) % width == 0;
}

Status check_bools(const TensorView& view) {
  if (view.dtype != DType::kBool) return {};
  const auto* bytes = view.as<unsigned char>();
  const auto* end = bytes + view.dims.count();
  const auto* bad = std::find_if(bytes, end, [](unsigned char b) { return b > 1; });
  if (bad == end) return {};
  return Error{Code::kCorrupt, cat("element ", bad - bytes, " is ", int{*bad}, ", no bool")};
}

}  // namespace mote
