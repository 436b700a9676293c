// Resize of the two spatial axes of images. Other ways were made index tables or matrices before.
#include "format/tflite/write/op_writer.h"
#include "format/tflite/write/resizing.h"

namespace mote::tfl::write {
namespace {

void resize(OpWriter& op) {
  const auto way = resizing_of(op.graph(), op.node());
  if (!way) return op.unsupported("this way of resizing, or an open size");
  if (way->linear && op.type(op.in(0)).dtype != DType::kF32) {
    return op.unsupported("means of integers, which are rounded otherwise there");
  }
  const std::int32_t size = op.s32(way->sizes);
  const std::int32_t image = op.tensor(0, channels_last(4));
  if (way->linear) {
    fb::ResizeBilinearOptionsT o;
    o.align_corners = way->align_corners;
    o.half_pixel_centers = way->half_pixel;
    return op.emit(fb::BuiltinOperator_RESIZE_BILINEAR, {image, size}, channels_last(4),
                   options(std::move(o)));
  }
  fb::ResizeNearestNeighborOptionsT o;
  o.align_corners = way->align_corners;
  o.half_pixel_centers = way->half_pixel;
  op.emit(fb::BuiltinOperator_RESIZE_NEAREST_NEIGHBOR, {image, size}, channels_last(4),
          options(std::move(o)));
}

constexpr Mapping kMappings[] = {{"Resize", resize, kF32 | kBytes | kS16, Integers::kSame}};

}  // namespace

extern const Mappings kWriteResizing;
constinit const Mappings kWriteResizing{kMappings};

}  // namespace mote::tfl::write
