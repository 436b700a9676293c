#include "format/tflite/write/resizing.h"

#include <cmath>

#include "ops/resize/resize_axis.h"

namespace mote::tfl::write {
namespace {

// Where TensorFlow Lite's kernel finds element x of the result, before it is cut to the image.
std::int64_t nearest_index(const Resizing& way, std::int64_t in, std::int64_t out, std::int64_t x) {
  const bool corners = way.align_corners && out > 1;
  const float scale = corners ? static_cast<float>(in - 1) / static_cast<float>(out - 1)
                              : static_cast<float>(in) / static_cast<float>(out);
  const float at = (static_cast<float>(x) + (way.half_pixel ? 0.5F : 0.0F)) * scale;
  const float index = corners ? std::round(at) : std::floor(at);
  return std::clamp<std::int64_t>(static_cast<std::int64_t>(index), 0, in - 1);
}

bool is_nearest(const Resizing& way, const ResizeParams& params, const ResizeAxis& axis) {
  for (std::int64_t x = 0; x < axis.out; ++x) {
    const ResizeTaps taps(params, axis, x);
    if (taps.extrapolated() || taps.first() != taps.last()) return false;
    if (taps.index(taps.first()) != nearest_index(way, axis.in, axis.out, x)) return false;
  }
  return true;
}

// The weights that TensorFlow Lite gives two neighbours must be those of the node.
bool is_linear(const Resizing& way, const ResizeParams& params, const ResizeAxis& axis) {
  const bool corners = way.align_corners && axis.out > 1;
  const double scale = corners
                           ? static_cast<double>(axis.in - 1) / static_cast<double>(axis.out - 1)
                           : static_cast<double>(axis.in) / static_cast<double>(axis.out);
  for (std::int64_t x = 0; x < axis.out; ++x) {
    const auto at = static_cast<double>(x);
    const double position = way.half_pixel ? (at + 0.5) * scale - 0.5 : at * scale;
    const double cut = std::clamp(position, 0.0, static_cast<double>(axis.in - 1));
    const ResizeTaps taps(params, axis, x);
    if (taps.extrapolated()) return false;
    double mean = 0;
    for (std::int64_t i = taps.first(); i <= taps.last(); ++i) {
      mean += taps.weight(i) * static_cast<double>(taps.index(i));
    }
    // Of two neighbours the mean place tells the weights.
    if (taps.last() - taps.first() > 1 || std::abs(mean - cut) > 1e-5) return false;
  }
  return true;
}

const Tensor& constant_at(const Graph& graph, const Node& node, std::size_t i) {
  static const Tensor none;
  const bool there = i < node.inputs.size() && node.inputs[i] != ValueId::kNone;
  return there ? graph.value(node.inputs[i]).constant : none;
}

}  // namespace

std::optional<Resizing> resizing_of(const Graph& graph, const Node& node) {
  const auto in = graph.value(node.inputs[0]).type.tensor.dims();
  const auto out = graph.value(node.outputs[0]).type.tensor.dims();
  const auto* params = static_cast<const ResizeParams*>(node.params.get());
  if (!in || !out || in->rank() != 4 || params == nullptr) return std::nullopt;
  const auto computed = [&](std::size_t i) {
    return i < node.inputs.size() && node.inputs[i] != ValueId::kNone &&
           !graph.is_constant(node.inputs[i]);
  };
  if (computed(1) || computed(2) || computed(3)) return std::nullopt;
  const auto list = [&](std::size_t i) {
    const Tensor& tensor = constant_at(graph, node, i);
    return tensor && tensor.count() > 0 ? tensor.view() : TensorView();
  };
  const auto axes = resize_axes(*params, *in, {list(1), list(2), list(3)});
  if (!axes || !(*axes)[0].same() || !(*axes)[1].same()) return std::nullopt;
  for (const bool align_corners : {false, true}) {
    for (const bool half_pixel : {false, true}) {
      if (align_corners && half_pixel) continue;
      Resizing way{
          params->mode == ResizeMode::kLinear, align_corners, half_pixel, {(*out)[2], (*out)[3]}};
      if (params->mode == ResizeMode::kCubic) return std::nullopt;
      const auto fits = [&](const ResizeAxis& axis) {
        return way.linear ? is_linear(way, *params, axis) : is_nearest(way, *params, axis);
      };
      if (fits((*axes)[2]) && fits((*axes)[3])) return way;
    }
  }
  return std::nullopt;
}

}  // namespace mote::tfl::write
