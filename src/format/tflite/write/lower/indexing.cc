// Elements by index as comparisons, sums of indices and gathers from a row.
#include "format/tflite/write/lower/lowering.h"

namespace mote::tfl::write {
namespace {

// Counted from the begin of an axis of `size`.
ValueId from_begin(Decomposition& d, ValueId index, std::int64_t size) {
  Formula f(d);
  const ValueId low = d.add("Less", {index, d.scalar_like(index, 0)});
  return d.add("Where", {low, f.add(index, static_cast<double>(size)), index});
}

// [0, size) along `axis` of `rank` axes.
ValueId numbers(Decomposition& d, std::int64_t size, std::int64_t axis, int rank) {
  std::vector<std::int64_t> count(static_cast<std::size_t>(size));
  for (std::size_t i = 0; i < count.size(); ++i) count[i] = static_cast<std::int64_t>(i);
  Dims dims;
  for (int i = 0; i < rank; ++i) dims.push_back(i == axis ? size : 1);
  return d.constant(Tensor::of<std::int64_t>(dims, std::span<const std::int64_t>(count)));
}

// Indices beyond the depth give what is off everywhere.
Status one_hot(Decomposition& d) {
  Formula f(d);
  const Tensor* depth = d.constant(d.in(1));
  const int rank = d.rank(d.in(0)) + 1;
  if (depth == nullptr || depth->count() != 1) {
    return Error{Code::kUnsupported, "its depth is computed"};
  }
  const ValueId wide = f.cast(d.constant(*depth), DType::kS64);
  const Tensor* known = d.constant(wide);
  if (known == nullptr) return Error{Code::kUnsupported, "its depth is computed"};
  const std::int64_t size = *static_cast<const std::int64_t*>(known->data());
  if (size < 1) return Error{Code::kUnsupported, "a depth below 1"};
  MOTE_TRY(expect_modest({size}));
  std::int64_t axis = integer_of(d.node(), "axis", -1);
  if (axis < 0) axis += rank;
  const ValueId index = from_begin(d, f.cast(d.in(0), DType::kS64), size);
  const ValueId column = d.add("Unsqueeze", {index, d.integers({axis})});
  const ValueId hot = d.add("Equal", {column, numbers(d, size, axis, rank)});
  d.yield(0, d.add("Where", {hot, f.part(d.in(2), 1, 2, 0), f.part(d.in(2), 0, 1, 0)}));
  return d.status();
}

// One where the first of the greatest is, nothing elsewhere.
Status hardmax(Decomposition& d) {
  const auto dims = d.type(d.in(0)).dims();
  std::int64_t axis = integer_of(d.node(), "axis", -1);
  if (!dims) return Error{Code::kUnsupported, "an input of open size"};
  if (axis < 0) axis += dims->rank();
  const std::int64_t size = (*dims)[static_cast<int>(axis)];
  MOTE_TRY(expect_modest({size}));
  const ValueId best = d.add("ArgMax", {d.in(0)}, {{"axis", axis}, {"keepdims", std::int64_t{1}}});
  const ValueId hot = d.add("Equal", {best, numbers(d, size, axis, dims->rank())});
  d.yield(0, d.add("Where", {hot, d.scalar_like(d.in(0), 1), d.scalar_like(d.in(0), 0)}));
  return d.status();
}

// Where each element lies in a row of all: what its place says but for `axis`, and the index. Fails
// where a size is open.
ValueId places_in_row(Decomposition& d) {
  Formula f(d);
  const auto data = d.type(d.in(0)).dims(), made = d.type(d.in(1)).dims();
  if (!data || !made) {
    d.fail({Code::kUnsupported, "an input of open size"});
    return ValueId::kNone;
  }
  if (Status s = expect_modest(*made); !s) {
    d.fail(std::move(s).error());
    return ValueId::kNone;
  }
  std::int64_t axis = integer_of(d.node(), "axis", 0);
  if (axis < 0) axis += data->rank();
  const int along = static_cast<int>(axis);
  const auto stride = [&](int a) { return data->count(a + 1, data->rank()); };
  std::vector<std::int64_t> base(static_cast<std::size_t>(made->count()));
  for (std::size_t i = 0; i < base.size(); ++i) {
    auto rest = static_cast<std::int64_t>(i);
    for (int a = made->rank(); a-- > 0;) {
      if (a != along) base[i] += rest % (*made)[a] * stride(a);
      rest /= (*made)[a];
    }
  }
  const ValueId index = from_begin(d, f.cast(d.in(1), DType::kS64), (*data)[along]);
  const ValueId offsets =
      d.constant(Tensor::of<std::int64_t>(*made, std::span<const std::int64_t>(base)));
  return f.add(f.mul(index, static_cast<double>(stride(along))), offsets);
}

Status gather_elements(Decomposition& d) {
  const ValueId place = places_in_row(d);
  const ValueId row = Formula(d).reshape(d.in(0), {-1});
  d.yield(0, d.add("Gather", {row, place}, {{"axis", std::int64_t{0}}}));
  return d.status();
}

Status scatter_elements(Decomposition& d) {
  Formula f(d);
  const ValueId place = f.reshape(places_in_row(d), {-1, 1});
  Attributes how{{"reduction", text_of(d.node(), "reduction", "none")}};
  const auto dims = d.type(d.in(0)).dims();
  if (!d.status() || !dims) return d.status();
  const ValueId made = d.add(
      "ScatterND", {f.reshape(d.in(0), {-1}), place, f.reshape(d.in(2), {-1})}, std::move(how));
  d.yield(0, f.reshape(made, {dims->begin(), dims->end()}));
  return d.status();
}

bool is_greatest_of_last(const Graph& graph, const Node& node) {
  const int rank = graph.value(node.inputs[0]).type.tensor.rank();
  const std::int64_t axis = integer_of(node, "axis", -1);
  return integer_of(node, "largest", 1) != 0 && (axis == -1 || axis == rank - 1);
}
bool is_other_top(const Graph& graph, const Node& node) {
  return !is_greatest_of_last(graph, node);
}

// Along the last axis, of what is negated if the least are wanted.
Status top_k(Decomposition& d) {
  Formula f(d);
  const int rank = d.rank(d.in(0));
  if (rank < 1) return Error{Code::kUnsupported, "a number has no axis"};
  std::int64_t axis = integer_of(d.node(), "axis", -1);
  if (axis < 0) axis += rank;
  const bool least = integer_of(d.node(), "largest", 1) == 0;
  std::vector<std::int64_t> swap(static_cast<std::size_t>(rank));
  for (std::size_t i = 0; i < swap.size(); ++i) swap[i] = static_cast<std::int64_t>(i);
  std::swap(swap[static_cast<std::size_t>(axis)], swap.back());
  const auto swapped = [&](ValueId x) { return axis == rank - 1 ? x : f.transpose(x, swap); };
  const DType dtype = d.dtype(d.in(0));
  ValueId x = swapped(d.in(0));
  if (least) x = d.add("Neg", {dtype == DType::kU8 ? f.cast(x, DType::kS32) : x});
  const auto made = d.add_many(2, "TopK", {x, d.in(1)});
  if (!d.status()) return d.status();
  const ValueId values = least ? f.cast(d.add("Neg", {made[0]}), dtype) : made[0];
  if (d.wants(0)) d.yield(0, swapped(values));
  if (d.wants(1)) d.yield(1, swapped(made[1]));
  return d.status();
}

bool takes_last(const Graph&, const Node& node) {
  return integer_of(node, "select_last_index", 0) != 0;
}

// The first from the end.
Status last_of_best(Decomposition& d) {
  Formula f(d);
  const auto dims = d.type(d.in(0)).dims();
  if (!dims) return Error{Code::kUnsupported, "an input of open size"};
  std::int64_t axis = integer_of(d.node(), "axis", 0);
  if (axis < 0) axis += dims->rank();
  const std::int64_t size = (*dims)[static_cast<int>(axis)];
  const std::string op_type = d.node().op_type;
  Attributes attributes = d.node().attributes;
  attributes.erase("select_last_index");
  const ValueId best = d.add(op_type, {f.reverse(d.in(0), size, axis)}, std::move(attributes));
  d.yield(0, f.sub(static_cast<double>(size - 1), best));
  return d.status();
}

bool adds(const Node& node) { return text_of(node, "reduction", "none") == "add"; }

bool is_zeros(const Graph& graph, ValueId value) {
  const Tensor& constant = graph.value(value).constant;
  if (!constant) return false;
  const auto* bytes = static_cast<const std::uint8_t*>(constant.data());
  return std::all_of(bytes, bytes + constant.bytes(), [](std::uint8_t b) { return b == 0; });
}
bool meets_data(const Graph& graph, const Node& node) {
  const bool sums_or_sets = adds(node) || text_of(node, "reduction", "none") == "none";
  return !is_zeros(graph, node.inputs[0]) || !sums_or_sets;
}

// Updates among zeros, and what they leave of the data.
Status scatter_nd(Decomposition& d) {
  const auto dims = d.type(d.in(0)).dims();
  const std::string reduction = text_of(d.node(), "reduction", "none");
  const DType dtype = d.dtype(d.in(0));
  if (!dims || !d.type(d.in(2)).dims()) return Error{Code::kUnsupported, "an input of open size"};
  if (reduction != "none" && reduction != "add") {
    return Error{Code::kUnsupported, "its reduction " + reduction};
  }
  MOTE_TRY(expect_modest(*dims));
  MOTE_TRY(expect_modest(*d.type(d.in(2)).dims()));
  MOTE_ASSIGN(Tensor none, Tensor::zeros(dtype, *dims));
  const ValueId zeros = d.constant(std::move(none));
  const bool sums = adds(d.node());
  Attributes how{{"reduction", std::string(sums ? "add" : "none")}};
  const ValueId among = d.add("ScatterND", {zeros, d.in(1), d.in(2)}, std::move(how));
  if (sums) {
    d.yield(0, d.add("Add", {d.in(0), among}));
    return d.status();
  }
  MOTE_ASSIGN(Tensor no, Tensor::zeros(DType::kS32, *dims));
  MOTE_ASSIGN(Tensor marks, Tensor::zeros(DType::kS32, *d.type(d.in(2)).dims()));
  std::ranges::fill(std::span(static_cast<std::int32_t*>(marks.mut().data),
                              static_cast<std::size_t>(marks.count())),
                    1);
  const ValueId marked =
      d.add("ScatterND", {d.constant(std::move(no)), d.in(1), d.constant(std::move(marks))});
  const ValueId hit = d.add("Greater", {marked, d.scalar_like(marked, 0)});
  d.yield(0, d.add("Where", {hit, among, d.in(0)}));
  return d.status();
}

constexpr Lowering kLowerings[] = {
    {"OneHot", one_hot},
    {"Hardmax", hardmax},
    {"GatherElements", gather_elements},
    {"ScatterElements", scatter_elements},
    {"ArgMax", last_of_best, takes_last},
    {"ArgMin", last_of_best, takes_last},
    {"TopK", top_k, is_other_top},
    {"ScatterND", scatter_nd, meets_data},
};

}  // namespace

extern const Lowerings kLowerIndexing;
constinit const Lowerings kLowerIndexing{kLowerings};

}  // namespace mote::tfl::write
