// How operators that have no form in TensorFlow Lite become others that have.
#pragma once
#include <span>
#include <string_view>

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
float real_of(const Node& node, std::string_view name, float fallback);
std::int64_t integer_of(const Node& node, std::string_view name, std::int64_t fallback);
std::vector<std::int64_t> integers_of(const Node& node, std::string_view name);
std::string text_of(const Node& node, std::string_view name, std::string_view fallback);

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
  ValueId reshape(ValueId x, std::vector<std::int64_t> shape) {
    return d_.add("Reshape", {x, d_.integers(std::move(shape))});
  }

 private:
  Decomposition& d_;
};

}  // namespace mote::tfl::write
