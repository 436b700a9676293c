// Convolutions: channels-last images by filters [out, sizes..., in], as ONNX's channels-first Conv.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "format/tflite/read/ops/hybrid.h"
#include "format/tflite/read/window.h"

namespace mote::tfl {
namespace {

// Size `axis` of a value. Fails where it is not known.
std::int64_t known_size(OpReader& op, ValueId value, int axis, std::string_view what) {
  const TensorType type = op.type(value);
  if (axis < type.rank() && (*type.shape)[static_cast<std::size_t>(axis)].known()) {
    const std::int64_t size = (*type.shape)[static_cast<std::size_t>(axis)].size();
    return op.are_small(std::span(&size, 1), what) ? size : 1;
  }
  op.unsupported(cat("the size of ", what, " must be known"));
  return 1;
}

std::vector<std::int64_t> spatial_sizes(OpReader& op, ValueId filter) {
  std::vector<std::int64_t> sizes;
  const int rank = op.type(filter).rank();
  for (int axis = 2; axis < rank; ++axis) sizes.push_back(known_size(op, filter, axis, "filters"));
  return sizes;
}

std::vector<std::int64_t> all_but_batch(const Window& window) {
  std::vector<std::int64_t> axes{1};
  for (std::size_t i = 0; i < window.kernel.size(); ++i) {
    axes.push_back(static_cast<std::int64_t>(i) + 2);
  }
  return axes;
}

// Of a pointwise convolution, which is a matrix product, each pixel has a range of its own.
std::vector<std::int64_t> range_axes(const Window& window, bool depthwise) {
  const auto one = [](std::int64_t v) { return v == 1; };
  const bool pointwise = !depthwise && std::ranges::all_of(window.kernel, one) &&
                         std::ranges::all_of(window.strides, one);
  return pointwise ? std::vector<std::int64_t>{1} : all_but_batch(window);
}

// image and filter: channels-first. groups: of a depthwise one; 0: as many as the filter's channels
// tell.
void convolve(OpReader& op, Window window, ValueId filter, std::int64_t groups,
              const Permutation& order, fb::ActivationFunctionType activation) {
  const ValueId image = op.real(0, order);
  if (!op.status()) return;
  window.kernel = spatial_sizes(op, filter);
  const bool depthwise = groups != 0;
  if (!depthwise) {
    const std::int64_t channels = known_size(op, image, 1, "the image's channels");
    const std::int64_t taken = known_size(op, filter, 1, "filters");
    if (taken <= 0 || channels % taken != 0) {
      return op.fail({Code::kInvalidArgument,
                      cat("filters of ", taken, " channels over an image of ", channels)});
    }
    groups = channels / taken;
  }
  Attributes attributes = window_attributes(op, window, image);
  if (groups != 1) attributes.set("group", groups);
  const Product conv{"Conv", std::move(attributes), range_axes(window, depthwise)};
  op.yield(0, add_product(op, conv, image, filter, op.real(2)), order, activation);
}

template <class Options>
Window window_2d(const Options& o) {
  return {o.padding(),
          {},
          {o.stride_h(), o.stride_w()},
          {o.dilation_h_factor(), o.dilation_w_factor()}};
}

void conv_2d(OpReader& op) {
  const auto* o = op.options<fb::Conv2DOptions>();
  if (o == nullptr) return op.fail(no_options());
  convolve(op, window_2d(*o), op.real(1, {0, 3, 1, 2}), 0, channels_first(4),
           o->fused_activation_function());
}

// Filters are [1, height, width, channels * multiplier].
void depthwise_conv_2d(OpReader& op) {
  const auto* o = op.options<fb::DepthwiseConv2DOptions>();
  if (o == nullptr) return op.fail(no_options());
  const Permutation order = channels_first(4);
  const ValueId filter = op.real(1, {3, 0, 1, 2});
  const ValueId image = op.real(0, order);
  if (!op.status()) return;
  const std::int64_t channels = known_size(op, image, 1, "the image's channels");
  convolve(op, window_2d(*o), filter, channels, order, o->fused_activation_function());
}

void conv_3d(OpReader& op) {
  const auto* o = op.options<fb::Conv3DOptions>();
  if (o == nullptr) return op.fail(no_options());
  const Window window{o->padding(),
                      {},
                      {o->stride_d(), o->stride_h(), o->stride_w()},
                      {o->dilation_d_factor(), o->dilation_h_factor(), o->dilation_w_factor()}};
  convolve(op, window, op.real(1, {4, 3, 0, 1, 2}), 0, channels_first(5),
           o->fused_activation_function());
}

// What the output's size leaves to pad, given [batch, sizes..., channels] of the output.
// Element i of the input meets elements i * stride - begin + k of the output, cut to its size.
Attributes transposed_attributes(OpReader& op, const Window& window, ValueId image,
                                 std::span<const std::int64_t> output_shape) {
  const std::size_t axes = window.kernel.size();
  std::vector<std::int64_t> pads(2 * axes), output_padding(axes);
  for (std::size_t i = 0; i < axes; ++i) {
    const std::int64_t size = known_size(op, image, static_cast<int>(i) + 2, "the image");
    const std::int64_t out = output_shape[i + 1];
    const std::int64_t stride = window.strides[i];
    const std::int64_t reach = (window.kernel[i] - 1) * window.dilations[i] + 1;
    const std::int64_t steps = window.padding == fb::Padding_SAME ? (out + stride - 1) / stride
                                                                  : (out - reach + stride) / stride;
    const std::int64_t total = std::max<std::int64_t>((steps - 1) * stride + reach - out, 0);
    pads[i] = total / 2;
    const std::int64_t end = (size - 1) * stride + reach - pads[i] - out;
    pads[axes + i] = std::max<std::int64_t>(end, 0);
    output_padding[i] = std::max<std::int64_t>(-end, 0);
  }
  Attributes attributes{{"kernel_shape", window.kernel},
                        {"strides", window.strides},
                        {"dilations", window.dilations},
                        {"pads", pads}};
  if (std::ranges::any_of(output_padding, [](auto p) { return p != 0; })) {
    attributes.set("output_padding", output_padding);
  }
  return attributes;
}

// Inputs: the output's shape, filters [out, sizes..., in] (or, of three axes, [sizes..., out, in]),
// the image, perhaps a bias.
void transposed(OpReader& op, Window window, const Permutation& filter_order,
                const Permutation& order, fb::ActivationFunctionType activation) {
  const ValueId filter = op.real(1, filter_order);
  const ValueId image = op.real(2, order);
  const auto stated = op.known_integers_of(0);
  const std::optional<Dims> declared = op.out(0).type().dims();
  if (!op.status()) return;
  std::vector<std::int64_t> shape;
  if (stated) {
    shape = *stated;
  } else if (declared) {
    shape.assign(declared->begin(), declared->end());
  }
  if (shape.size() != order.size()) {
    return op.unsupported("the size of its output must be a constant");
  }
  window.kernel = spatial_sizes(op, filter);
  for (std::size_t i = 0; i < window.kernel.size(); ++i) {
    const bool fits = op.are_small(std::array{window.strides[i], window.dilations[i], shape[i + 1]},
                                   "a stride, dilation or size");
    if (fits && window.strides[i] > 0 && window.dilations[i] > 0 && window.kernel[i] > 0) continue;
    return op.fail({Code::kInvalidArgument, "a stride, dilation or filter that is not positive"});
  }
  Attributes attributes = transposed_attributes(op, window, image, shape);
  const Product product{"ConvTranspose", std::move(attributes), all_but_batch(window), 2};
  const ValueId value = add_product(op, product, image, filter, op.real(3));
  op.yield(0, value, order, activation);
}

void transpose_conv(OpReader& op) {
  const auto* o = op.options<fb::TransposeConvOptions>();
  if (o == nullptr) return op.fail(no_options());
  transposed(op, {o->padding(), {}, {o->stride_h(), o->stride_w()}, {1, 1}}, {3, 0, 1, 2},
             channels_first(4), o->fused_activation_function());
}

void conv_3d_transpose(OpReader& op) {
  const auto* o = op.options<fb::Conv3DOptions>();
  if (o == nullptr) return op.fail(no_options());
  transposed(op,
             {o->padding(),
              {},
              {o->stride_d(), o->stride_h(), o->stride_w()},
              {o->dilation_d_factor(), o->dilation_h_factor(), o->dilation_w_factor()}},
             {4, 3, 0, 1, 2}, channels_first(5), o->fused_activation_function());
}

constexpr Mapping kMappings[] = {
    {fb::BuiltinOperator_CONV_2D, conv_2d},
    {fb::BuiltinOperator_DEPTHWISE_CONV_2D, depthwise_conv_2d},
    {fb::BuiltinOperator_CONV_3D, conv_3d},
    {fb::BuiltinOperator_TRANSPOSE_CONV, transpose_conv},
    {fb::BuiltinOperator_CONV_3D_TRANSPOSE, conv_3d_transpose},
};

}  // namespace

extern const Mappings kConvolutions;
constinit const Mappings kConvolutions{kMappings};

}  // namespace mote::tfl
