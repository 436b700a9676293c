// Windows over one axis as windows over two, and padding of its own before them.
#include <limits>

#include "format/tflite/write/lower/lowering.h"
#include "format/tflite/write/window.h"

namespace mote::tfl::write {
namespace {

bool is_convolution(const Node& node) { return node.op_type.starts_with("Conv"); }

// nullopt: its kernel or rank is not known.
std::optional<WindowAttributes> window_at(const Graph& graph, const Node& node) {
  std::vector<std::int64_t> kernel;
  if (is_convolution(node)) {
    const auto filter = graph.value(node.inputs[1]).type.tensor.dims();
    if (!filter || filter->rank() < 3) return std::nullopt;
    kernel.assign(filter->begin() + 2, filter->end());
  }
  const Value& image = graph.value(node.inputs[0]);
  WindowAttributes window = window_of(node.attributes, kernel);
  const bool fits = image.type.tensor.rank() == static_cast<int>(window.kernel.size()) + 2;
  return fits ? std::optional(std::move(window)) : std::nullopt;
}

std::span<const Dim> sizes_at(const Graph& graph, const Node& node) {
  return std::span<const Dim>(*graph.value(node.inputs[0]).type.tensor.shape).subspan(2);
}

bool is_over_one_axis(const Graph& graph, const Node& node) {
  return graph.value(node.inputs[0]).type.tensor.rank() == 3;
}

// Axis 2 of size 1 comes before the one that there is.
Status over_two_axes(Decomposition& d) {
  const auto flat = [&](ValueId x) { return d.add("Unsqueeze", {x, d.integers({2})}); };
  Attributes attributes;
  for (Attribute attribute : d.node().attributes) {
    if (auto* list = std::get_if<std::vector<std::int64_t>>(&attribute.value)) {
      const bool pads = attribute.name == "pads" && list->size() == 2;
      const bool shift = attribute.name == "output_padding";
      if (pads) *list = {0, (*list)[0], 0, (*list)[1]};
      if (!pads) list->insert(list->begin(), shift ? 0 : 1);
    }
    attributes.append(std::move(attribute));
  }
  std::vector<ValueId> inputs{flat(d.in(0))};
  if (is_convolution(d.node())) inputs.push_back(flat(d.in(1)));
  if (d.has(2)) inputs.push_back(d.in(2));
  if (d.wants(1)) d.fail({Code::kUnsupported, "the indices of the greatest"});
  const ValueId made = d.add(d.node().op_type, std::move(inputs), std::move(attributes));
  d.yield(0, d.add("Squeeze", {made, d.integers({2})}));
  return d.status();
}

// Two beginnings and two ends, or more, of the axes behind the channels.
ValueId padded(Decomposition& d, ValueId x, const std::vector<std::int64_t>& pads, double value) {
  const std::size_t axes = pads.size() / 2;
  std::vector<std::int64_t> all(2 * (axes + 2), 0);
  for (std::size_t i = 0; i < axes; ++i) {
    all[i + 2] = pads[i];
    all[axes + 4 + i] = pads[axes + i];
  }
  return d.add("Pad", {x, d.integers(std::move(all)), d.scalar_like(x, value)});
}

Attributes without_padding(const Node& node) {
  Attributes attributes = node.attributes;
  for (const std::string_view name : {"pads", "auto_pad", "ceil_mode", "count_include_pad"}) {
    attributes.erase(name);
  }
  return attributes;
}

bool pads_by_itself(const Graph& graph, const Node& node) {
  const auto window = window_at(graph, node);
  return window && !padding_of(*window, sizes_at(graph, node)) &&
         pads_of(*window, sizes_at(graph, node)).has_value();
}

Status pad_before_conv(Decomposition& d) {
  const auto window = window_at(d.graph(), d.node());
  const auto pads = *pads_of(*window, sizes_at(d.graph(), d.node()));
  d.yield(
      0, d.add("Conv", {padded(d, d.in(0), pads, 0), d.in(1), d.in(2)}, without_padding(d.node())));
  return d.status();
}

// The least that there is: an infinity, or the least of integers.
Status pad_before_max_pool(Decomposition& d) {
  const auto window = window_at(d.graph(), d.node());
  const auto pads = *pads_of(*window, sizes_at(d.graph(), d.node()));
  if (d.wants(1)) d.fail({Code::kUnsupported, "the indices of the greatest"});
  double least = -std::numeric_limits<double>::infinity();
  if (d.dtype(d.in(0)) == DType::kS8) least = -128;
  if (d.dtype(d.in(0)) == DType::kU8) least = 0;
  d.yield(0, d.add("MaxPool", {padded(d, d.in(0), pads, least)}, without_padding(d.node())));
  return d.status();
}

// SAME counts what is inside, and VALID everything.
bool averages_padding(const Graph& graph, const Node& node) {
  const auto window = window_at(graph, node);
  if (!window) return false;
  const auto padding = padding_of(*window, sizes_at(graph, node));
  if (padding == fb::Padding_VALID) return false;
  const bool counts = integer_of(node, "count_include_pad", 0) != 0;
  if (padding == fb::Padding_SAME && !counts) return false;
  return pads_of(*window, sizes_at(graph, node)).has_value();
}

// By how much the mean over a padded window must be multiplied at each place of one axis.
std::vector<double> corrections(const WindowAttributes& window,
                                const std::vector<std::int64_t>& pads, std::size_t i,
                                std::int64_t size, bool counts) {
  const std::size_t axes = window.kernel.size();
  const std::int64_t begin = pads[i];
  // What ceil_mode added is never counted.
  const std::int64_t first = counts ? -window.pads[i] : 0;
  const std::int64_t last = size + (counts ? window.pads[axes + i] : 0);
  const std::int64_t whole = size + pads[i] + pads[axes + i];
  const std::int64_t reach = (window.kernel[i] - 1) * window.dilations[i] + 1;
  std::vector<double> factors;
  for (std::int64_t at = 0; at + reach <= whole; at += window.strides[i]) {
    std::int64_t inside = 0;
    for (std::int64_t k = 0; k < window.kernel[i]; ++k) {
      const std::int64_t place = at - begin + k * window.dilations[i];
      inside += place >= first && place < last ? 1 : 0;
    }
    factors.push_back(static_cast<double>(window.kernel[i]) /
                      static_cast<double>(std::max<std::int64_t>(inside, 1)));
  }
  return factors;
}

Status pad_before_average_pool(Decomposition& d) {
  const auto window = window_at(d.graph(), d.node());
  const auto sizes = sizes_at(d.graph(), d.node());
  const auto pads = *pads_of(*window, sizes);
  const bool counts = integer_of(d.node(), "count_include_pad", 0) != 0;
  const bool same = window->auto_pad.starts_with("SAME");
  WindowAttributes stated = *window;
  if (same) stated.pads = pads;
  ValueId made = d.add("AveragePool", {padded(d, d.in(0), pads, 0)}, without_padding(d.node()));
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    if (!sizes[i].known()) continue;
    const auto factors = corrections(stated, pads, i, sizes[i].size(), counts);
    if (std::ranges::all_of(factors, [](double f) { return f == 1; })) continue;
    const std::vector<float> narrow(factors.begin(), factors.end());
    Dims dims{static_cast<std::int64_t>(narrow.size())};
    for (std::size_t behind = i + 1; behind < sizes.size(); ++behind) dims.push_back(1);
    const ValueId row = d.constant(Tensor::of<float>(dims, std::span<const float>(narrow)));
    made = d.add("Mul", {made, row});
  }
  d.yield(0, made);
  return d.status();
}

// The whole of a transposed convolution, of which a part is wanted.
bool is_cut(const Graph& graph, const Node& node) {
  const auto window = window_at(graph, node);
  const auto in = graph.value(node.inputs[0]).type.tensor.dims();
  const auto out = graph.value(node.outputs[0]).type.tensor.dims();
  return window && in && out &&
         !transposed_padding(*window, std::span<const std::int64_t>(*in).subspan(2),
                             std::span<const std::int64_t>(*out).subspan(2));
}

Status cut_behind(Decomposition& d) {
  const auto window = *window_at(d.graph(), d.node());
  const Dims in = *d.type(d.in(0)).dims();
  const Dims out = *d.graph().value(d.node().outputs[0]).type.tensor.dims();
  const std::size_t axes = window.kernel.size();
  std::vector<std::int64_t> starts, ends, at;
  for (std::size_t i = 0; i < axes; ++i) {
    const int axis = static_cast<int>(i) + 2;
    const std::int64_t whole =
        (in[axis] - 1) * window.strides[i] + (window.kernel[i] - 1) * window.dilations[i] + 1;
    const std::int64_t total = whole - out[axis];
    std::int64_t begin = window.pads[i];
    if (window.auto_pad == "SAME_UPPER") begin = total / 2;
    if (window.auto_pad == "SAME_LOWER") begin = total - total / 2;
    if (begin + out[axis] > whole) {
      d.fail({Code::kUnsupported, "output_padding beyond what the kernel reaches"});
      return d.status();
    }
    starts.push_back(begin);
    ends.push_back(begin + out[axis]);
    at.push_back(axis);
  }
  Attributes attributes = without_padding(d.node());
  attributes.erase("output_padding");
  attributes.erase("output_shape");
  const ValueId whole = d.add("ConvTranspose", {d.in(0), d.in(1), d.in(2)}, std::move(attributes));
  d.yield(0, d.add("Slice", {whole, d.integers(starts), d.integers(ends), d.integers(at)}));
  return d.status();
}

bool is_grouped(const Graph&, const Node& node) { return integer_of(node, "group", 1) > 1; }

constexpr std::int64_t kMostGroups = 128;

// A transposed convolution for each group.
Status each_group(Decomposition& d) {
  const std::int64_t groups = integer_of(d.node(), "group", 1);
  if (groups > kMostGroups) {
    return Error{Code::kUnsupported, "more than 128 groups of a transposed convolution"};
  }
  const auto parts = [&](ValueId x, std::int64_t axis) {
    return d.add_many(static_cast<std::size_t>(groups), "Split", {x},
                      {{"axis", axis}, {"num_outputs", groups}});
  };
  Attributes attributes = d.node().attributes;
  attributes.set("group", std::int64_t{1});
  const auto images = parts(d.in(0), 1), filters = parts(d.in(1), 0);
  const auto biases = d.has(2) ? parts(d.in(2), 0) : std::vector<ValueId>();
  std::vector<ValueId> made;
  for (std::size_t i = 0; d.status() && i < images.size(); ++i) {
    const ValueId bias = d.has(2) ? biases[i] : ValueId::kNone;
    made.push_back(d.add("ConvTranspose", {images[i], filters[i], bias}, attributes));
  }
  if (d.status()) d.yield(0, d.add("Concat", std::move(made), {{"axis", std::int64_t{1}}}));
  return d.status();
}

bool repeats(const Graph&, const Node& node) {
  const std::string mode = text_of(node, "mode", "constant");
  return mode == "edge" || mode == "wrap";
}

// Along each axis the elements that stand there, by index.
Status pad_by_index(Decomposition& d) {
  const auto dims = d.type(d.in(0)).dims();
  const auto made = d.type(d.node().outputs[0]).dims();
  const Tensor* pads = d.constant(d.in(1));
  if (!dims || !made || pads == nullptr || d.has(3)) {
    return Error{Code::kUnsupported, "its sizes and padding must be known, of all axes"};
  }
  const bool wraps = text_of(d.node(), "mode", "constant") == "wrap";
  const auto list = pads->values<std::int64_t>();
  const std::vector<std::int64_t> sizes(list.begin(), list.end());
  const auto rank = static_cast<std::size_t>(dims->rank());
  ValueId x = d.in(0);
  for (std::size_t axis = 0; axis < rank; ++axis) {
    const std::int64_t size = (*dims)[static_cast<int>(axis)];
    const std::int64_t begin = sizes[axis], end = sizes[rank + axis];
    if (begin == 0 && end == 0) continue;
    if (size == 0) return Error{Code::kUnsupported, "padding of nothing"};
    MOTE_TRY(expect_modest({(*made)[static_cast<int>(axis)]}));
    std::vector<std::int64_t> index;
    for (std::int64_t i = -begin; i < size + end; ++i) {
      index.push_back(wraps ? ((i % size) + size) % size
                            : std::clamp<std::int64_t>(i, 0, size - 1));
    }
    x = d.add("Gather", {x, d.integers(std::move(index))},
              {{"axis", static_cast<std::int64_t>(axis)}});
  }
  d.yield(0, x == d.in(0) ? d.add("Identity", {x}) : x);
  return d.status();
}

constexpr Lowering kLowerings[] = {
    {"Pad", pad_by_index, repeats},
    {"Conv", over_two_axes, is_over_one_axis},
    {"ConvTranspose", over_two_axes, is_over_one_axis},
    {"MaxPool", over_two_axes, is_over_one_axis},
    {"AveragePool", over_two_axes, is_over_one_axis},
    {"Conv", pad_before_conv, pads_by_itself},
    {"MaxPool", pad_before_max_pool, pads_by_itself},
    {"AveragePool", pad_before_average_pool, averages_padding},
    {"ConvTranspose", each_group, is_grouped},
    {"ConvTranspose", cut_behind, is_cut},
};

}  // namespace

extern const Lowerings kLowerWindows;
constinit const Lowerings kLowerWindows{kLowerings};

}  // namespace mote::tfl::write
