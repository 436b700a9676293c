// Reductions along axes.
#include "format/tflite/write/op_writer.h"

namespace mote::tfl::write {
namespace {

// True for each axis that is reduced: those of input 1, all if there are none.
std::vector<bool> reduced_axes(OpWriter& op) {
  const int rank = op.rank(op.in(0));
  const auto stated = op.integers_of(1);
  const bool none = !stated || stated->empty();
  std::vector<bool> reduced(static_cast<std::size_t>(rank),
                            none && op.integer("noop_with_empty_axes", 0) == 0);
  if (none) return reduced;
  for (const std::int64_t a : *stated) {
    reduced[static_cast<std::size_t>(a < 0 ? a + rank : a)] = true;
  }
  return reduced;
}

void reduce(OpWriter& op, fb::BuiltinOperator code, const std::vector<bool>& reduced, bool keeps) {
  const Order order = op.order_of(0);
  std::vector<std::int64_t> places;
  Order rest;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto axis = order[i];
    const auto before = std::count(reduced.begin(), reduced.begin() + axis, true);
    if (reduced[static_cast<std::size_t>(axis)]) {
      places.push_back(static_cast<std::int64_t>(i));
    } else {
      rest.push_back(axis - static_cast<int>(before));
    }
  }
  fb::ReducerOptionsT o;
  o.keep_dims = keeps;
  op.emit(code, {op.tensor(0, order), op.s32(places)}, keeps ? order : rest, options(std::move(o)));
}

template <fb::BuiltinOperator code>
void reduce_axes(OpWriter& op) {
  const auto reduced = reduced_axes(op);
  if (!op.status()) return;
  if (std::ranges::find(reduced, true) == reduced.end()) {
    return op.places().view(op.out(), op.in(0), as_is(op.rank(op.in(0))));
  }
  reduce(op, code, reduced, op.integer("keepdims", 1) != 0);
}

// All but batch and channels.
template <fb::BuiltinOperator code>
void global_pool(OpWriter& op) {
  std::vector<bool> reduced(static_cast<std::size_t>(op.rank(op.in(0))), true);
  if (reduced.size() < 3) return op.unsupported("a pool over no axis");
  reduced[0] = reduced[1] = false;
  reduce(op, code, reduced, true);
}

constexpr Mapping kMappings[] = {
    {"ReduceMean", reduce_axes<fb::BuiltinOperator_MEAN>, kNumbers, Integers::kOwn},
    {"ReduceSum", reduce_axes<fb::BuiltinOperator_SUM>, kNumbers, Integers::kOwn, Fuses::kNothing,
     [](OpWriter& op) { return op.result_dtype() != DType::kS16; }},
    {"ReduceProd", reduce_axes<fb::BuiltinOperator_REDUCE_PROD>, kNumbers},
    {"ReduceMax", reduce_axes<fb::BuiltinOperator_REDUCE_MAX>, kNumbers | kBytes | kS16,
     Integers::kMoves},
    {"ReduceMin", reduce_axes<fb::BuiltinOperator_REDUCE_MIN>, kNumbers | kBytes | kS16,
     Integers::kMoves},
    {"GlobalAveragePool", global_pool<fb::BuiltinOperator_MEAN>, kF32, Integers::kOwn},
    {"GlobalMaxPool", global_pool<fb::BuiltinOperator_REDUCE_MAX>, kF32, Integers::kMoves},
};

}  // namespace

extern const Mappings kWriteReductions;
constinit const Mappings kWriteReductions{kMappings};

}  // namespace mote::tfl::write
