// How operators that have no form in TensorFlow Lite become others that have.
#pragma once
#include <span>
#include <string_view>

#include "ir/stated.h"
#include "ops/decomposition.h"

namespace mote::tfl::write {

struct Lowering {
  std::string_view op_type;
  Status (*decompose)(Decomposition&) = nullptr;
  // Null: always.
  bool (*needed)(const Graph&, const Node&) = nullptr;
};
using Lowerings = std::span<const Lowering>;

// -- attributes of the node
inline float real_of(const Node& node, std::string_view name, float fallback) {
  return stated_or(node.attributes, name, fallback);
}
inline std::int64_t integer_of(const Node& node, std::string_view name, std::int64_t fallback) {
  return stated_or(node.attributes, name, fallback);
}
inline std::vector<std::int64_t> integers_of(const Node& node, std::string_view name) {
  return stated_or(node.attributes, name, std::vector<std::int64_t>());
}
inline std::string text_of(const Node& node, std::string_view name, std::string_view fallback) {
  return stated_or(node.attributes, name, std::string(fallback));
}

// -- bounds: a few bytes of a model may ask for any size
// Of constants that are made. Errors: kUnsupported: more than 2^24 elements.
Status expect_modest(const Dims& dims);
// Of rounds that are written one after the other, of `nodes` each.
// Errors: kUnsupported: more than 1024, or more than 100,000 nodes with those that there are.
Status expect_few(const Graph& graph, std::int64_t rounds, std::int64_t nodes);

// True of a known boolean that is.
bool is_true(const Tensor* constant);

// Adds nodes as arithmetic is written; scalars are of the element type of what they meet.
class Formula {
 public:
  explicit Formula(Decomposition& d) : d_(d) {}
  ValueId add(ValueId a, ValueId b) { return d_.add("Add", {a, b}); }
  ValueId add(ValueId a, double b) { return add(a, d_.scalar_like(a, b)); }
  ValueId sub(ValueId a, ValueId b) { return d_.add("Sub", {a, b}); }
  ValueId sub(double a, ValueId b) { return sub(d_.scalar_like(b, a), b); }
  ValueId mul(ValueId a, ValueId b) { return d_.add("Mul", {a, b}); }
  ValueId mul(ValueId a, double b) { return mul(a, d_.scalar_like(a, b)); }
  ValueId div(ValueId a, ValueId b) { return d_.add("Div", {a, b}); }
  ValueId div(double a, ValueId b) { return div(d_.scalar_like(b, a), b); }
  ValueId clip(ValueId x, double low, double high) {
    return d_.add("Clip", {x, d_.scalar_like(x, low), d_.scalar_like(x, high)});
  }
  ValueId of(std::string_view op_type, ValueId x) { return d_.add(op_type, {x}); }
  ValueId reduce(std::string_view op_type, ValueId x, std::vector<std::int64_t> axes,
                 bool keeps = true) {
    return d_.add(op_type, {x, d_.integers(std::move(axes))},
                  {{"keepdims", std::int64_t{keeps ? 1 : 0}}});
  }
  ValueId cast(ValueId x, DType to) {
    if (d_.dtype(x) == to) return x;
    return d_.add("Cast", {x}, {{"to", static_cast<std::int64_t>(to)}});
  }
  ValueId transpose(ValueId x, std::vector<std::int64_t> perm) {
    return d_.add("Transpose", {x}, {{"perm", std::move(perm)}});
  }
  // [begin, end) of one axis.
  ValueId part(ValueId x, std::int64_t begin, std::int64_t end, std::int64_t axis) {
    return d_.add("Slice", {x, d_.integers({begin}), d_.integers({end}), d_.integers({axis})});
  }
  // From the end to the begin of an axis of `size`.
  ValueId reverse(ValueId x, std::int64_t size, std::int64_t axis) {
    return d_.add("Slice", {x, d_.integers({-1}), d_.integers({-size - 1}), d_.integers({axis}),
                            d_.integers({-1})});
  }
  // One index of an axis, which goes.
  ValueId element(ValueId x, std::int64_t index, std::int64_t axis) {
    return d_.add("Squeeze", {part(x, index, index + 1, axis), d_.integers({axis})});
  }
  // Side by side along an axis that is new.
  ValueId stack(std::vector<ValueId> parts, std::int64_t axis) {
    for (ValueId& x : parts) x = d_.add("Unsqueeze", {x, d_.integers({axis})});
    return parts.size() == 1 ? parts[0] : d_.add("Concat", std::move(parts), {{"axis", axis}});
  }
  ValueId reshape(ValueId x, std::vector<std::int64_t> shape) {
    return d_.add("Reshape", {x, d_.integers(std::move(shape))});
  }

 private:
  Decomposition& d_;
};

}  // namespace mote::tfl::write
