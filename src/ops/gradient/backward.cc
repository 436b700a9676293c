#include "ops/gradient/backward.h"

namespace mote {

ValueId Backward::in(std::size_t i) const {
  const auto inputs = node().declared_inputs();
  return i < inputs.size() ? inputs[i] : ValueId::kNone;
}

std::int64_t Backward::integer_of(std::string_view name, std::int64_t fallback) const {
  const AttributeValue* value = node().attributes.find(name);
  const auto* integer = value == nullptr ? nullptr : std::get_if<std::int64_t>(value);
  return integer == nullptr ? fallback : *integer;
}

double Backward::real_of(std::string_view name, double fallback) const {
  const AttributeValue* value = node().attributes.find(name);
  const auto* real = value == nullptr ? nullptr : std::get_if<float>(value);
  return real == nullptr ? fallback : double{*real};
}

std::vector<std::int64_t> Backward::integers_of(std::string_view name) const {
  const AttributeValue* value = node().attributes.find(name);
  const auto* list = value == nullptr ? nullptr : std::get_if<std::vector<std::int64_t>>(value);
  return list == nullptr ? std::vector<std::int64_t>() : *list;
}

void Backward::give(std::size_t i, ValueId gradient) {
  if (wants(i)) given_[i] = gradient;
}

void Backward::give_summed(std::size_t i, const std::function<ValueId()>& make) {
  if (wants(i)) given_[i] = sum_to(make(), in(i));
}

namespace {

// The axes of `from` that were broadcast, those that `to` lacks first; nothing if types leave open
// which. Summing over an axis of size 1 changes nothing, so that one of `to` says enough.
struct BroadcastAxes {
  std::vector<std::int64_t> leading;
  std::vector<std::int64_t> ones;  // among those that both have
};
std::optional<BroadcastAxes> broadcast_axes(const TensorType& from, const TensorType& to) {
  if (!from.shape || !to.shape || from.rank() < to.rank()) return std::nullopt;
  BroadcastAxes axes;
  const auto missing = static_cast<std::size_t>(from.rank() - to.rank());
  for (std::size_t i = 0; i < missing; ++i) axes.leading.push_back(static_cast<std::int64_t>(i));
  for (std::size_t i = 0; i < to.shape->size(); ++i) {
    const Dim& mine = (*to.shape)[i];
    const Dim& broadcast = (*from.shape)[missing + i];
    if (mine.same(broadcast)) continue;
    if (!mine.known()) return std::nullopt;
    if (mine.size() == 1) axes.ones.push_back(static_cast<std::int64_t>(i));
  }
  return axes;
}

}  // namespace

ValueId Backward::sum_to(ValueId gradient, ValueId like) {
  const auto axes = broadcast_axes(type(gradient), type(like));
  if (!axes) return sum_to_unknown(gradient, like);
  if (!axes->leading.empty()) {
    gradient =
        add("ReduceSum", {gradient, integers(axes->leading)}, {{"keepdims", std::int64_t{0}}});
  }
  if (!axes->ones.empty()) gradient = add("ReduceSum", {gradient, integers(axes->ones)});
  return gradient;
}

// Compares the shapes as the graph runs, or as it is planned.
ValueId Backward::sum_to_unknown(ValueId gradient, ValueId like) {
  const ValueId from = shape_of(gradient);
  const ValueId to = shape_of(like);
  const ValueId missing = sub(shape_of(from), shape_of(to));
  const ValueId padded =
      add("Concat", {add("Expand", {integers({1}), missing}), to}, {{"axis", std::int64_t{0}}});
  const ValueId differs = add("Not", {add("Equal", {padded, from})});
  const ValueId axes = add("Squeeze", {add("NonZero", {differs}), integers({0})});
  const ValueId summed =
      add("ReduceSum", {gradient, axes}, {{"noop_with_empty_axes", std::int64_t{1}}});
  return add("Reshape", {summed, to}, {{"allowzero", std::int64_t{1}}});
}

}  // namespace mote
