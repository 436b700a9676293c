// Whether two tensors are one, perhaps with their channels at another place.
#pragma once
#include <optional>
#include <string_view>

#include "base/result.h"
#include "mote/tensor.h"

namespace mote {

// How the second of two tensors becomes the first.
enum class Layout {
  kSame,
  kToChannelsFirst,  // [n,h,w,c] becomes [n,c,h,w]
  kToChannelsLast,   // [n,c,h,w] becomes [n,h,w,c]
};

// Values that readers of channels-last files make channels-first end so.
inline constexpr std::string_view kChannelsFirstSuffix = "/nchw";
// The name without it.
std::string_view base_name(std::string_view name);

// Sizes of rank 4 under `layout`; others stay.
Dims in_layout(const Dims& dims, Layout layout);
// The elements moved. Requires: rank 4, unless kSame. Errors: kResourceExhausted.
Result<Tensor> in_layout(const Tensor& tensor, Layout layout);

// By the sizes, and by the names' suffixes where sizes leave it open. Null: the sizes do not fit.
std::optional<Layout> layout_between(std::string_view a_name, const Dims& a,
                                     std::string_view b_name, const Dims& b);

}  // namespace mote
