// Convolutions: ONNX's channels-first Conv as TensorFlow Lite's channels-last.
#include "format/tflite/write/ops/products.h"
#include "format/tflite/write/window.h"

namespace mote::tfl::write {
namespace {

struct Convolution {
  WindowAttributes window;
  fb::Padding padding = fb::Padding_VALID;
  std::int64_t group = 1, channels = 1, outputs = 1;
};

// Fails where a size that it takes is open, or padding is neither SAME nor VALID.
Convolution read(OpWriter& op) {
  Convolution c;
  const Dims filter = op.dims(op.in(1));
  const Shape image = op.shape(op.in(0));
  if (!op.status()) return c;
  c.window = window_of(op.node().attributes, std::span<const std::int64_t>(filter).subspan(2));
  const auto padding = padding_of(c.window, std::span(image).subspan(2));
  if (!padding) op.unsupported("padding whose size hangs on an open size");
  c.padding = padding.value_or(fb::Padding_VALID);
  c.group = op.integer("group", 1);
  c.channels = filter[1] * c.group;
  c.outputs = filter[0];
  return c;
}

template <class Options>
Options window_options(OpWriter& op, const Convolution& c) {
  Options o;
  o.padding = c.padding;
  o.fused_activation_function = op.ending().activation;
  const std::size_t last = c.window.strides.size() - 1;
  o.stride_h = static_cast<int>(c.window.strides[last - 1]);
  o.stride_w = static_cast<int>(c.window.strides[last]);
  if constexpr (requires { o.dilation_h_factor; }) {
    o.dilation_h_factor = static_cast<int>(c.window.dilations[last - 1]);
    o.dilation_w_factor = static_cast<int>(c.window.dilations[last]);
  }
  return o;
}

void depthwise(OpWriter& op, const Convolution& c) {
  auto o = window_options<fb::DepthwiseConv2DOptionsT>(op, c);
  o.depth_multiplier = static_cast<int>(c.outputs / c.channels);
  op.emit(fb::BuiltinOperator_DEPTHWISE_CONV_2D,
          {op.tensor(0, channels_last(4)), op.tensor(1, {1, 2, 3, 0}),
           bias_tensor(op, op.in(2), c.outputs)},
          channels_last(4), options(std::move(o)));
}

void conv_3d(OpWriter& op, const Convolution& c) {
  if (c.group != 1) return op.unsupported("groups of a convolution over three axes");
  auto o = window_options<fb::Conv3DOptionsT>(op, c);
  o.stride_d = static_cast<int>(c.window.strides[0]);
  o.dilation_d_factor = static_cast<int>(c.window.dilations[0]);
  op.emit(fb::BuiltinOperator_CONV_3D,
          {op.tensor(0, channels_last(5)), op.tensor(1, {2, 3, 4, 1, 0}),
           bias_tensor(op, op.in(2), c.outputs)},
          channels_last(5), options(std::move(o)));
}

void conv(OpWriter& op) {
  const Convolution c = read(op);
  if (!op.status()) return;
  if (op.has(2) && !op.places().is_constant(op.in(2))) {
    return op.unsupported("a bias that is computed");
  }
  const int rank = op.rank(op.in(0));
  if (rank == 5) return conv_3d(op, c);
  if (rank != 4) return op.unsupported("a convolution over more than three axes");
  if (c.group > 1 && c.group == c.channels) return depthwise(op, c);
  op.emit(fb::BuiltinOperator_CONV_2D,
          {op.tensor(0, channels_last(4)), op.tensor(1, channels_last(4)),
           bias_tensor(op, op.in(2), c.outputs)},
          channels_last(4), options(window_options<fb::Conv2DOptionsT>(op, c)));
}

bool suits_conv(OpWriter& op) { return op.rank(op.in(0)) == 4 && suits_product(op, 0, op.in(2)); }

void conv_transpose(OpWriter& op) {
  const Dims filter = op.dims(op.in(1));
  const Dims image = op.dims(op.in(0));
  const Dims made = op.dims(op.out());
  if (!op.status()) return;
  if (made.rank() != 4) return op.unsupported("a transposed convolution over other than two axes");
  if (op.integer("group", 1) != 1) return op.unsupported("groups of a transposed convolution");
  Convolution c;
  c.window = window_of(op.node().attributes, std::span<const std::int64_t>(filter).subspan(2));
  const auto one = [](std::int64_t d) { return d == 1; };
  if (!std::ranges::all_of(c.window.dilations, one)) {
    return op.unsupported("dilations of a transposed convolution");
  }
  if (op.has(2) && !op.places().is_constant(op.in(2))) {
    return op.unsupported("a bias that is computed");
  }
  const auto padding = transposed_padding(c.window, std::span<const std::int64_t>(image).subspan(2),
                                          std::span<const std::int64_t>(made).subspan(2));
  if (!padding) return op.unsupported("its padding together with output_padding");
  c.padding = *padding;
  const Order order = channels_last(4);
  const Dims sizes = in_order(made, order);
  op.emit(fb::BuiltinOperator_TRANSPOSE_CONV,
          {op.s32(std::span<const std::int64_t>(sizes)), op.tensor(1, {1, 2, 3, 0}),
           op.tensor(0, order), bias_tensor(op, op.in(2), filter[1])},
          order, options(window_options<fb::TransposeConvOptionsT>(op, c)));
}

constexpr Mapping kMappings[] = {
    {"Conv", conv, kF32, Integers::kOwn, Fuses::kActivation, suits_conv},
    {"ConvTranspose", conv_transpose, kF32, Integers::kOwn, Fuses::kActivation,
     [](OpWriter& op) { return suits_product(op, 1, op.in(2)); }},
};

}  // namespace

extern const Mappings kWriteConvolutions;
constinit const Mappings kWriteConvolutions{kMappings};

}  // namespace mote::tfl::write
