// Pools over two axes. Padding that is neither SAME nor VALID stands before them.
#include "format/tflite/write/op_writer.h"
#include "format/tflite/write/window.h"

namespace mote::tfl::write {
namespace {

void pool(OpWriter& op, fb::BuiltinOperator code) {
  const Shape image = op.shape(op.in(0));
  if (!op.status()) return;
  if (image.size() != 4) return op.unsupported("a pool over more than two axes");
  const auto nothing = [](const Dim& d) { return d.known() && d.size() == 0; };
  if (std::ranges::any_of(image, nothing)) return op.unsupported("a pool over nothing");
  const WindowAttributes window = window_of(op.node().attributes, {});
  const auto one = [](std::int64_t d) { return d == 1; };
  if (!std::ranges::all_of(window.dilations, one)) return op.unsupported("dilations of a pool");
  const auto padding = padding_of(window, std::span(image).subspan(2));
  if (!padding) return op.unsupported("padding whose size hangs on an open size");
  fb::Pool2DOptionsT o;
  o.padding = *padding;
  o.stride_h = static_cast<int>(window.strides[0]);
  o.stride_w = static_cast<int>(window.strides[1]);
  o.filter_height = static_cast<int>(window.kernel[0]);
  o.filter_width = static_cast<int>(window.kernel[1]);
  o.fused_activation_function = op.ending().activation;
  op.emit(code, {op.tensor(0, channels_last(4))}, channels_last(4), options(std::move(o)));
}

void max_pool(OpWriter& op) {
  if (op.node().outputs.size() > 1 && op.out(1) != ValueId::kNone) {
    return op.unsupported("the indices of the greatest");
  }
  pool(op, fb::BuiltinOperator_MAX_POOL_2D);
}

void average_pool(OpWriter& op) { pool(op, fb::BuiltinOperator_AVERAGE_POOL_2D); }

constexpr Mapping kMappings[] = {
    {"MaxPool", max_pool, kF32 | kBytes, Integers::kMoves},
    {"AveragePool", average_pool, kF32, Integers::kSame, Fuses::kActivation},
};

}  // namespace

extern const Mappings kWritePooling;
constinit const Mappings kWritePooling{kMappings};

}  // namespace mote::tfl::write
