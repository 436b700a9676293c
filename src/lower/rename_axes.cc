#include "lower/rename_axes.h"

#include <algorithm>
#include <array>

#include "ops/support/axes.h"
#include "passes/rewrite.h"

namespace mote {
namespace {

using Integers = std::vector<std::int64_t>;

constexpr std::array<std::string_view, 10> kReductions = {
    "ReduceL1",   "ReduceL2",  "ReduceLogSum", "ReduceLogSumExp", "ReduceMax",
    "ReduceMean", "ReduceMin", "ReduceProd",   "ReduceSum",       "ReduceSumSquare"};

// What a rule works on.
struct Renaming {
  Graph& graph;
  const Node& node;
  const Permutation& perm;
  Attributes& attributes;
  std::vector<ValueId>& inputs;

  std::int64_t rank() const { return std::ssize(perm); }
  bool in_range(std::int64_t axis) const { return axis >= -rank() && axis < rank(); }
  // Requires: in_range(axis).
  std::int64_t source(std::int64_t axis) const {
    return perm[static_cast<std::size_t>(axis < 0 ? axis + rank() : axis)];
  }
  bool has_input(std::size_t i) const { return i < inputs.size() && inputs[i] != ValueId::kNone; }
  // Input i as a constant list; nullopt if it is none.
  std::optional<Integers> constant(std::size_t i) const {
    if (!graph.is_constant(inputs[i])) return std::nullopt;
    auto values = read_integers(graph.value(inputs[i]).constant.view());
    return values ? std::optional(*std::move(values)) : std::nullopt;
  }
  void set_constant(std::size_t i, std::string_view name, const Integers& values) const {
    while (inputs.size() <= i) inputs.push_back(ValueId::kNone);
    inputs[i] = graph.add_constant(std::string(name),
                                   Tensor::of<std::int64_t>({std::ssize(values)}, values));
  }
};

using Rule = std::optional<Permutation> (*)(const Renaming&);

template <std::int64_t kFallback>
std::optional<Permutation> axis_attribute(const Renaming& r) {
  const std::int64_t axis = integer_of(r.node, "axis", kFallback);
  if (!r.in_range(axis)) return std::nullopt;
  r.attributes.set("axis", r.source(axis));
  return r.perm;
}

std::optional<Permutation> pad(const Renaming& r) {
  if (r.inputs.size() > 3) return std::nullopt;  // axes
  const auto pads = r.constant(1);
  if (!pads || pads->size() != 2 * r.perm.size()) return std::nullopt;
  Integers moved(pads->size());
  for (std::size_t i = 0; i < r.perm.size(); ++i) {
    const auto to = static_cast<std::size_t>(r.perm[i]);
    moved[to] = (*pads)[i];
    moved[to + r.perm.size()] = (*pads)[i + r.perm.size()];
  }
  r.set_constant(1, "pads", moved);
  return r.perm;
}

// Inputs: data, starts, ends, axes, steps.
std::optional<Permutation> slice(const Renaming& r) {
  Integers axes;
  if (r.has_input(3)) {
    const auto stated = r.constant(3);
    if (!stated) return std::nullopt;
    axes = *stated;
  } else {
    const auto starts = r.constant(1);
    if (!starts) return std::nullopt;
    for (std::int64_t i = 0; i < std::ssize(*starts); ++i) axes.push_back(i);
  }
  for (std::int64_t& axis : axes) {
    if (!r.in_range(axis)) return std::nullopt;
    axis = r.source(axis);
  }
  // starts and axes have one element type; where that is s32 the constants would need it too.
  if (r.graph.value(r.inputs[1]).type.tensor.dtype != DType::kS64) return std::nullopt;
  r.set_constant(3, "axes", axes);
  return r.perm;
}

template <class T>
void permute_list(const Renaming& r, std::size_t input, std::string_view name) {
  const std::span<const T> given = r.graph.value(r.inputs[input]).constant.values<T>();
  std::vector<T> moved(given.size());
  for (std::size_t k = 0; k < moved.size(); ++k) {
    moved[static_cast<std::size_t>(r.perm[k])] = given[k];
  }
  r.inputs[input] =
      r.graph.add_constant(std::string(name), Tensor::of<T>({r.rank()}, std::span<const T>(moved)));
}

// Inputs: X, roi, scales, sizes; the last two have a number for each axis, one of them is empty.
std::optional<Permutation> resize(const Renaming& r) {
  const AttributeValue* mode = r.attributes.find("coordinate_transformation_mode");
  const auto* name = mode != nullptr ? std::get_if<std::string>(mode) : nullptr;
  const bool crops = name != nullptr && *name == "tf_crop_and_resize";
  if (crops || r.attributes.find("axes") != nullptr) return std::nullopt;
  const auto is_list = [&](std::size_t i, DType dtype) {
    if (!r.has_input(i) || !r.graph.is_constant(r.inputs[i])) return false;
    const Tensor& list = r.graph.value(r.inputs[i]).constant;
    return list.dtype() == dtype && list.count() == r.rank();
  };
  if (is_list(3, DType::kS64)) {
    permute_list<std::int64_t>(r, 3, "sizes");
    return r.perm;
  }
  if (!is_list(2, DType::kF32)) return std::nullopt;
  permute_list<float>(r, 2, "scales");
  return r.perm;
}

// The permutation that is left when `reduced` axes of the source are gone.
Permutation without(const Permutation& perm, const Integers& reduced) {
  const auto gone = [&](std::int64_t axis) {
    return std::ranges::find(reduced, axis) != reduced.end();
  };
  Permutation rest;
  for (const std::int64_t axis : perm) {
    if (gone(axis)) continue;
    const auto before = std::ranges::count_if(reduced, [&](std::int64_t a) { return a < axis; });
    rest.push_back(axis - before);
  }
  return rest;
}

// Inputs: data, axes.
std::optional<Permutation> reduce(const Renaming& r) {
  if (!r.has_input(1)) return std::nullopt;
  auto axes = r.constant(1);
  if (!axes || axes->empty()) return std::nullopt;
  for (std::int64_t& axis : *axes) {
    if (!r.in_range(axis)) return std::nullopt;
    axis = r.source(axis);
  }
  r.set_constant(1, "axes", *axes);
  return integer_of(r.node, "keepdims", 1) != 0 ? r.perm : without(r.perm, *axes);
}

std::optional<Permutation> arg(const Renaming& r) {
  const std::int64_t axis = integer_of(r.node, "axis", 0);
  if (!r.in_range(axis)) return std::nullopt;
  r.attributes.set("axis", r.source(axis));
  if (integer_of(r.node, "keepdims", 1) != 0) return r.perm;
  return without(r.perm, {r.source(axis)});
}

Rule rule_of(const Node& node) {
  if (node.op == nullptr || !node.op->domain.empty()) return nullptr;
  const std::string_view op = node.op->name;
  if (op == "Concat" || op == "Softmax" || op == "LogSoftmax") return axis_attribute<-1>;
  if (op == "Split") return axis_attribute<0>;
  if (op == "Pad") return pad;
  if (op == "Slice") return slice;
  if (op == "Resize") return resize;
  if (op == "ArgMax" || op == "ArgMin") return arg;
  return std::ranges::find(kReductions, op) != kReductions.end() ? reduce : nullptr;
}

}  // namespace

bool names_axes(const Node& node) { return rule_of(node) != nullptr; }

std::optional<Permutation> rename_axes(Graph& graph, const Node& node, const Permutation& perm,
                                       Attributes& attributes, std::vector<ValueId>& inputs) {
  const Rule rule = rule_of(node);
  if (rule == nullptr) return std::nullopt;
  return rule({graph, node, perm, attributes, inputs});
}

}  // namespace mote
