// Operators on single elements that differ in types or modes from those that can be written.
#include <limits>

#include "format/tflite/write/lower/lowering.h"

namespace mote::tfl::write {
namespace {

// Outside of training nothing is dropped.
Status dropout(Decomposition& d) {
  if (d.has(2) && d.constant(d.in(2)) == nullptr) {
    return Error{Code::kUnsupported, "whether it trains is computed"};
  }
  if (d.has(2) && is_true(d.constant(d.in(2)))) {
    return Error{Code::kUnsupported, "it drops elements by chance"};
  }
  if (d.wants(0)) d.yield(0, d.add("Identity", {d.in(0)}));
  if (d.wants(1)) {
    MOTE_ASSIGN(Tensor all, Tensor::zeros(DType::kBool, {1}));
    *static_cast<bool*>(all.mut().data) = true;
    d.yield(1, d.add("ConstantOfShape", {d.add("Shape", {d.in(0)})}, {{"value", all}}));
  }
  return d.status();
}

bool differ(const Graph& graph, const Node& node) {
  return graph.value(node.inputs[0]).type.tensor.dtype !=
         graph.value(node.inputs[1]).type.tensor.dtype;
}

// As numbers, if one of the two is.
Status pow(Decomposition& d) {
  Formula f(d);
  const DType made = d.dtype(d.in(0));
  const DType both = d.dtype(d.in(1)) == DType::kF32 ? DType::kF32 : made;
  d.yield(0, f.cast(d.add("Pow", {f.cast(d.in(0), both), f.cast(d.in(1), both)}), made));
  return d.status();
}

Status cast_like(Decomposition& d) {
  d.yield(0, d.add("Cast", {d.in(0)}, {{"to", static_cast<std::int64_t>(d.dtype(d.in(1)))}}));
  return d.status();
}

// Nothing but NaN differs from itself.
Status is_nan(Decomposition& d) {
  d.yield(0, d.add("Not", {d.add("Equal", {d.in(0), d.in(0)})}));
  return d.status();
}

Status is_inf(Decomposition& d) {
  const double infinity = std::numeric_limits<double>::infinity();
  const auto equals = [&](double bound) {
    return d.add("Equal", {d.in(0), d.scalar_like(d.in(0), bound)});
  };
  const bool above = integer_of(d.node(), "detect_positive", 1) != 0;
  const bool below = integer_of(d.node(), "detect_negative", 1) != 0;
  if (!above && !below) return Error{Code::kUnsupported, "it detects nothing"};
  d.yield(0, above && below ? d.add("Or", {equals(infinity), equals(-infinity)})
                            : equals(above ? infinity : -infinity));
  return d.status();
}

constexpr Lowering kLowerings[] = {
    {"Dropout", dropout}, {"Pow", pow, differ}, {"CastLike", cast_like},
    {"IsNaN", is_nan},    {"IsInf", is_inf},
};

}  // namespace

extern const Lowerings kLowerElementwise;
constinit const Lowerings kLowerElementwise{kLowerings};

}  // namespace mote::tfl::write
