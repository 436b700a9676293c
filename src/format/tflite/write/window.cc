#include "format/tflite/write/window.h"

#include <algorithm>

#include "ir/stated.h"

namespace mote::tfl::write {
namespace {

std::vector<std::int64_t> list_of(const Attributes& attributes, std::string_view name,
                                  std::size_t size, std::int64_t fallback) {
  const auto* list = stated<std::vector<std::int64_t>>(attributes, name);
  return list != nullptr && list->size() == size ? *list : std::vector(size, fallback);
}

std::int64_t reach(const WindowAttributes& w, std::size_t i) {
  return (w.kernel[i] - 1) * w.dilations[i] + 1;
}

// As SAME has it for an axis of `size`.
std::int64_t same_total(const WindowAttributes& w, std::size_t i, std::int64_t size) {
  const std::int64_t steps = (size + w.strides[i] - 1) / w.strides[i];
  return std::max<std::int64_t>((steps - 1) * w.strides[i] + reach(w, i) - size, 0);
}

}  // namespace

WindowAttributes window_of(const Attributes& attributes, std::span<const std::int64_t> kernel) {
  WindowAttributes w;
  w.kernel = stated_or(attributes, "kernel_shape",
                       std::vector<std::int64_t>(kernel.begin(), kernel.end()));
  const std::size_t axes = w.kernel.size();
  w.strides = list_of(attributes, "strides", axes, 1);
  w.dilations = list_of(attributes, "dilations", axes, 1);
  w.pads = list_of(attributes, "pads", 2 * axes, 0);
  w.auto_pad = stated_or(attributes, "auto_pad", w.auto_pad);
  w.ceil_mode = stated_or(attributes, "ceil_mode", std::int64_t{0}) != 0;
  return w;
}

std::optional<std::vector<std::int64_t>> pads_of(const WindowAttributes& window,
                                                 std::span<const Dim> sizes) {
  std::vector<std::int64_t> pads = window.pads;
  const std::size_t axes = window.kernel.size();
  const bool same = window.auto_pad.starts_with("SAME");
  if (window.auto_pad == "VALID") std::ranges::fill(pads, 0);
  if (!same && !window.ceil_mode) return pads;
  for (std::size_t i = 0; i < axes; ++i) {
    if (!sizes[i].known()) return std::nullopt;
    const std::int64_t size = sizes[i].size();
    if (same) {
      const std::int64_t total = same_total(window, i, size);
      const std::int64_t smaller = total / 2;
      pads[i] = window.auto_pad == "SAME_LOWER" ? total - smaller : smaller;
      pads[axes + i] = total - pads[i];
      continue;
    }
    const std::int64_t stride = window.strides[i];
    const std::int64_t room = size + pads[i] + pads[axes + i] - reach(window, i);
    std::int64_t steps = (std::max<std::int64_t>(room, 0) + stride - 1) / stride;
    // No window begins in the padding at the end.
    if (steps * stride >= size + pads[i]) --steps;
    pads[axes + i] += std::max<std::int64_t>(steps * stride - room, 0);
  }
  return pads;
}

std::optional<fb::Padding> padding_of(const WindowAttributes& window, std::span<const Dim> sizes) {
  if (window.auto_pad == "SAME_UPPER" && !window.ceil_mode) return fb::Padding_SAME;
  const auto pads = pads_of(window, sizes);
  if (!pads) return std::nullopt;
  if (std::ranges::all_of(*pads, [](std::int64_t p) { return p == 0; })) return fb::Padding_VALID;
  const std::size_t axes = window.kernel.size();
  for (std::size_t i = 0; i < axes; ++i) {
    if (!sizes[i].known()) return std::nullopt;
    const std::int64_t total = same_total(window, i, sizes[i].size());
    if ((*pads)[i] != total / 2 || (*pads)[axes + i] != total - total / 2) return std::nullopt;
  }
  return fb::Padding_SAME;
}

std::optional<fb::Padding> transposed_padding(const WindowAttributes& window,
                                              std::span<const std::int64_t> sizes,
                                              std::span<const std::int64_t> made) {
  bool valid = true, same = true;
  for (std::size_t i = 0; i < window.kernel.size(); ++i) {
    const std::int64_t stride = window.strides[i];
    const std::int64_t total = (sizes[i] - 1) * stride + reach(window, i) - made[i];
    std::int64_t begin = window.pads[i];
    if (window.auto_pad == "SAME_UPPER") begin = std::max<std::int64_t>(total, 0) / 2;
    if (window.auto_pad == "SAME_LOWER") begin = total - std::max<std::int64_t>(total, 0) / 2;
    valid = valid && total == 0 && begin == 0;
    same = same && total >= 0 && begin == total / 2 && (made[i] + stride - 1) / stride == sizes[i];
  }
  if (valid) return fb::Padding_VALID;
  return same ? std::optional(fb::Padding_SAME) : std::nullopt;
}

}  // namespace mote::tfl::write
