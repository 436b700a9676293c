#include "format/tflite/read/window.h"

#include <algorithm>

#include "base/text.h"

namespace mote::tfl {
namespace {

bool is_sound(const Window& window) {
  constexpr std::int64_t kMost = 1 << 30;
  const auto positive = [](std::int64_t v) { return v > 0 && v <= kMost; };
  return std::ranges::all_of(window.kernel, positive) &&
         std::ranges::all_of(window.strides, positive) &&
         std::ranges::all_of(window.dilations, positive);
}

// begins, then ends. Empty: a size is not known.
std::vector<std::int64_t> same_pads(const Window& window, const TensorType& image) {
  const std::size_t axes = window.kernel.size();
  std::vector<std::int64_t> pads(2 * axes);
  for (std::size_t i = 0; i < axes; ++i) {
    if (image.rank() != static_cast<int>(axes) + 2 || !(*image.shape)[i + 2].known()) return {};
    const std::int64_t size = (*image.shape)[i + 2].size();
    const std::int64_t stride = window.strides[i];
    const std::int64_t reach = (window.kernel[i] - 1) * window.dilations[i] + 1;
    const std::int64_t outputs = (size + stride - 1) / stride;
    const std::int64_t total = std::max<std::int64_t>((outputs - 1) * stride + reach - size, 0);
    pads[i] = total / 2;
    pads[axes + i] = total - total / 2;
  }
  return pads;
}

}  // namespace

Attributes window_attributes(OpReader& op, const Window& window, ValueId image) {
  Attributes attributes;
  if (!is_sound(window)) {
    op.fail({Code::kInvalidArgument,
             cat("a window of [", join(window.kernel, ","), "], strides [",
                 join(window.strides, ","), "], dilations [", join(window.dilations, ","), "]")});
    return attributes;
  }
  attributes.set("kernel_shape", window.kernel);
  attributes.set("strides", window.strides);
  const bool dilated = std::ranges::any_of(window.dilations, [](auto d) { return d != 1; });
  if (dilated) attributes.set("dilations", window.dilations);
  if (window.padding == fb::Padding_VALID) return attributes;
  std::vector<std::int64_t> pads = same_pads(window, op.type(image));
  if (pads.empty()) {
    attributes.set("auto_pad", std::string("SAME_UPPER"));
  } else if (std::ranges::any_of(pads, [](auto p) { return p != 0; })) {
    attributes.set("pads", std::move(pads));
  }
  return attributes;
}

}  // namespace mote::tfl
