// Pools over windows of channels-last images.
#include "format/tflite/read/window.h"

namespace mote::tfl {
namespace {

void pool(OpReader& op, std::string_view op_type, bool of_squares) {
  const auto* o = op.options<fb::Pool2DOptions>();
  if (o == nullptr) return op.fail(no_options());
  const Permutation order = channels_first(4);
  ValueId image = op.real(0, order);
  const Window window{o->padding(),
                      {o->filter_height(), o->filter_width()},
                      {o->stride_h(), o->stride_w()},
                      {1, 1}};
  Attributes attributes = window_attributes(op, window, image);
  if (of_squares) image = op.add("Mul", {image, image});
  ValueId value = op.add(op_type, {image}, std::move(attributes));
  if (of_squares) value = op.add("Sqrt", {value});
  op.yield(0, value, order, o->fused_activation_function());
}

void average_pool_2d(OpReader& op) { pool(op, "AveragePool", false); }
void max_pool_2d(OpReader& op) { pool(op, "MaxPool", false); }
// The root of the mean of squares.
void l2_pool_2d(OpReader& op) { pool(op, "AveragePool", true); }

constexpr Mapping kMappings[] = {
    {fb::BuiltinOperator_AVERAGE_POOL_2D, average_pool_2d},
    {fb::BuiltinOperator_MAX_POOL_2D, max_pool_2d},
    {fb::BuiltinOperator_L2_POOL_2D, l2_pool_2d},
};

}  // namespace

extern const Mappings kPooling;
constinit const Mappings kPooling{kMappings};

}  // namespace mote::tfl
