// Windows of convolutions and pools, as ONNX states them and TensorFlow Lite can have them.
#pragma once
#include <optional>
#include <span>
#include <vector>

#include "ir/attributes.h"
#include "ir/type.h"
#include "tflite_generated.h"

namespace mote::tfl::write {

struct WindowAttributes {
  std::vector<std::int64_t> kernel, strides, dilations, pads;  // pads: all beginnings, all ends
  std::string auto_pad;
  bool ceil_mode = false;
};

// kernel: in place of kernel_shape, if that is absent.
WindowAttributes window_of(const Attributes& attributes, std::span<const std::int64_t> kernel);

// pads as auto_pad states them, and so long that ceil_mode changes nothing. nullopt: a size that is
// needed for that is open.
std::optional<std::vector<std::int64_t>> pads_of(const WindowAttributes& window,
                                                 std::span<const Dim> sizes);

// SAME or VALID, if one of them is what the window asks for.
std::optional<fb::Padding> padding_of(const WindowAttributes& window, std::span<const Dim> sizes);

// The same of a transposed convolution that makes `made` of `sizes`.
std::optional<fb::Padding> transposed_padding(const WindowAttributes& window,
                                              std::span<const std::int64_t> sizes,
                                              std::span<const std::int64_t> made);

}  // namespace mote::tfl::write
