// Reductions along axes, and the places of extremes.
#include <algorithm>

#include "format/tflite/read/op_reader.h"

namespace mote::tfl {
namespace {

struct Axes {
  Permutation order;  // in which the input is taken
  ValueId value = ValueId::kNone;
};

// Axes that the order has moved are the others' places now. Without known axes, or where the order
// of the result would be another, the input is taken as it is.
Axes axes_of(OpReader& op, bool keeps) {
  const auto known = op.known_integers_of(1);
  if (!known) return {{}, op.as_s64(1)};
  const int rank = op.rank_of(0);
  std::vector<std::int64_t> axes = *known;
  for (std::int64_t& axis : axes) axis = axis < 0 ? axis + rank : axis;
  std::ranges::sort(axes);
  axes.erase(std::unique(axes.begin(), axes.end()), axes.end());
  const Permutation order = rank == 4 ? channels_first(4) : Permutation();
  const bool over_image = axes == std::vector<std::int64_t>{1, 2};
  if (!order.empty() && op.common_order_of(0) == order && (keeps || over_image)) {
    for (std::int64_t& axis : axes) {
      axis = std::ranges::find(order, axis) - order.begin();
    }
    return {order, op.integers(std::move(axes))};
  }
  return {{}, op.integers(std::move(axes))};
}

template <const char* kOp>
void reduce(OpReader& op) {
  const auto* o = op.options<fb::ReducerOptions>();
  const bool keeps = o != nullptr && o->keep_dims();
  const Axes axes = axes_of(op, keeps);
  // Without axes there is nothing to reduce, where ONNX reduces all.
  const ValueId value =
      op.add(kOp, {op.real(0, axes.order), axes.value},
             {{"keepdims", std::int64_t{keeps}}, {"noop_with_empty_axes", std::int64_t{1}}});
  op.yield(0, value, keeps ? axes.order : Permutation());
}

constexpr char kSum[] = "ReduceSum", kMean[] = "ReduceMean", kProd[] = "ReduceProd",
               kMax[] = "ReduceMax", kMin[] = "ReduceMin", kArgMax[] = "ArgMax",
               kArgMin[] = "ArgMin";

template <const char* kOp, class Options>
void arg(OpReader& op) {
  const std::int64_t axis = op.integer_of(1);
  ValueId x = op.stored(0);
  if (op.dtype(x) == DType::kBool) x = op.cast(x, DType::kU8);
  const ValueId place = op.add(kOp, {x}, {{"axis", axis}, {"keepdims", std::int64_t{0}}});
  op.yield_stored(0, op.cast(place, op.out(0).dtype));
}

void cumsum(OpReader& op) {
  const auto* o = op.options<fb::CumsumOptions>();
  const ValueId axis = op.reshape(op.as_s64(1), {});
  op.yield(0, op.add("CumSum", {op.real(0), axis},
                     {{"exclusive", std::int64_t{o != nullptr && o->exclusive()}},
                      {"reverse", std::int64_t{o != nullptr && o->reverse()}}}));
}

constexpr Mapping kMappings[] = {
    {fb::BuiltinOperator_SUM, reduce<kSum>},
    {fb::BuiltinOperator_MEAN, reduce<kMean>},
    {fb::BuiltinOperator_REDUCE_PROD, reduce<kProd>},
    {fb::BuiltinOperator_REDUCE_MAX, reduce<kMax>},
    {fb::BuiltinOperator_REDUCE_MIN, reduce<kMin>},
    {fb::BuiltinOperator_REDUCE_ANY, reduce<kMax>},
    {fb::BuiltinOperator_REDUCE_ALL, reduce<kMin>},
    {fb::BuiltinOperator_ARG_MAX, arg<kArgMax, fb::ArgMaxOptions>},
    {fb::BuiltinOperator_ARG_MIN, arg<kArgMin, fb::ArgMinOptions>},
    {fb::BuiltinOperator_CUMSUM, cumsum},
};

}  // namespace

extern const Mappings kReductions;
constinit const Mappings kReductions{kMappings};

}  // namespace mote::tfl
