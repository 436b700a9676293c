// Images of other sizes, and blocks of pixels as channels.
#include "format/tflite/read/ops/mover.h"

namespace mote::tfl {
namespace {

// Where pixel i of the output lies in the input.
std::string coordinates(bool align_corners, bool half_pixel_centers) {
  if (align_corners) return "align_corners";
  return half_pixel_centers ? "half_pixel" : "asymmetric";
}

// Inputs: an image, [height, width].
ValueId resized(OpReader& op, ValueId image, Attributes attributes) {
  attributes.set("axes", std::vector<std::int64_t>{2, 3});
  return op.add("Resize", {image, ValueId::kNone, ValueId::kNone, op.as_s64(1)},
                std::move(attributes));
}

void resize_bilinear(OpReader& op) {
  const auto* o = op.options<fb::ResizeBilinearOptions>();
  if (o == nullptr) return op.fail(no_options());
  const Permutation order = channels_first(4);
  const std::string how = coordinates(o->align_corners(), o->half_pixel_centers());
  op.yield(0,
           resized(op, op.real(0, order),
                   {{"mode", std::string("linear")}, {"coordinate_transformation_mode", how}}),
           order);
}

void resize_nearest_neighbor(OpReader& op) {
  const auto* o = op.options<fb::ResizeNearestNeighborOptions>();
  if (o == nullptr) return op.fail(no_options());
  const Permutation order = channels_first(4);
  const bool rounds = o->align_corners() || o->half_pixel_centers();
  const Attributes attributes{
      {"mode", std::string("nearest")},
      {"nearest_mode", std::string(rounds ? "round_prefer_ceil" : "floor")},
      {"coordinate_transformation_mode", coordinates(o->align_corners(), o->half_pixel_centers())}};
  Mover m(op);
  m.yield(0, resized(op, m.in(0, order), attributes), order);
}

void blocks(OpReader& op, std::string_view op_type, std::int64_t size) {
  const Permutation order = channels_first(4);
  Mover m(op);
  m.yield(0, op.add(op_type, {m.in(0, order)}, {{"blocksize", size}}), order);
}

void space_to_depth(OpReader& op) {
  const auto* o = op.options<fb::SpaceToDepthOptions>();
  if (o == nullptr) return op.fail(no_options());
  blocks(op, "SpaceToDepth", o->block_size());
}

void depth_to_space(OpReader& op) {
  const auto* o = op.options<fb::DepthToSpaceOptions>();
  if (o == nullptr) return op.fail(no_options());
  blocks(op, "DepthToSpace", o->block_size());
}

constexpr Mapping kMappings[] = {
    {fb::BuiltinOperator_RESIZE_BILINEAR, resize_bilinear},
    {fb::BuiltinOperator_RESIZE_NEAREST_NEIGHBOR, resize_nearest_neighbor},
    {fb::BuiltinOperator_SPACE_TO_DEPTH, space_to_depth},
    {fb::BuiltinOperator_DEPTH_TO_SPACE, depth_to_space},
};

}  // namespace

extern const Mappings kResizing;
constinit const Mappings kResizing{kMappings};

}  // namespace mote::tfl
