// Sums over many inputs and along axes, and products of matrices, as simpler ones.
#include <numeric>

#include "format/tflite/write/lower/lowering.h"

namespace mote::tfl::write {
namespace {

// op(op(a, b), c) and so on; `op_type` of two.
ValueId chain(Decomposition& d, std::string_view op_type) {
  ValueId sum = d.in(0);
  for (std::size_t i = 1; i < d.node().declared_inputs().size(); ++i) {
    sum = d.add(op_type, {sum, d.in(i)});
  }
  if (d.node().declared_inputs().size() == 1) sum = d.add("Identity", {sum});
  return sum;
}

Status sum(Decomposition& d) {
  d.yield(0, chain(d, "Add"));
  return d.status();
}
Status mean(Decomposition& d) {
  const auto count = static_cast<double>(d.node().declared_inputs().size());
  d.yield(0, Formula(d).mul(chain(d, "Add"), 1 / count));
  return d.status();
}
Status greatest(Decomposition& d) {
  d.yield(0, chain(d, "Max"));
  return d.status();
}
Status least(Decomposition& d) {
  d.yield(0, chain(d, "Min"));
  return d.status();
}
bool is_not_of_two(const Graph&, const Node& node) { return node.inputs.size() != 2; }

// The reduction of what `x` became, with the node's own axes.
ValueId reduced(Decomposition& d, std::string_view op_type, ValueId x) {
  Attributes attributes = d.node().attributes;
  return d.add(op_type, {x, d.in(1)}, std::move(attributes));
}
Status reduce_l1(Decomposition& d) {
  d.yield(0, reduced(d, "ReduceSum", d.add("Abs", {d.in(0)})));
  return d.status();
}
Status reduce_sum_square(Decomposition& d) {
  d.yield(0, reduced(d, "ReduceSum", d.add("Mul", {d.in(0), d.in(0)})));
  return d.status();
}
Status reduce_l2(Decomposition& d) {
  if (d.dtype(d.in(0)) != DType::kF32) return Error{Code::kUnsupported, "roots of integers"};
  d.yield(0, d.add("Sqrt", {reduced(d, "ReduceSum", d.add("Mul", {d.in(0), d.in(0)}))}));
  return d.status();
}
Status reduce_log_sum(Decomposition& d) {
  d.yield(0, d.add("Log", {reduced(d, "ReduceSum", d.in(0))}));
  return d.status();
}
// Less the greatest, so that no exponential overflows.
Status reduce_log_sum_exp(Decomposition& d) {
  Formula f(d);
  Attributes keeping = d.node().attributes;
  keeping.set("keepdims", std::int64_t{1});
  const ValueId top = d.add("ReduceMax", {d.in(0), d.in(1)}, std::move(keeping));
  const ValueId sums = reduced(d, "ReduceSum", f.of("Exp", f.sub(d.in(0), top)));
  d.yield(0, f.add(f.of("Log", sums), reduced(d, "ReduceMax", d.in(0))));
  return d.status();
}

// A product by a constant with a constant row, or the parts of which it consists.
bool is_not_plain(const Graph& graph, const Node& node) {
  const auto constant = [&](std::size_t i) {
    return i >= node.inputs.size() || node.inputs[i] == ValueId::kNone ||
           graph.is_constant(node.inputs[i]);
  };
  const auto weights = [&] {
    const ValueId b = node.inputs[1];
    const NodeId from = graph.value(b).producer;
    const bool dequantized =
        from != NodeId::kNone && graph.node(from).op_type == "DequantizeLinear";
    return graph.is_constant(b) || (dequantized && graph.is_constant(graph.node(from).inputs[0]));
  };
  const auto row = [&] {
    if (node.inputs.size() < 3 || node.inputs[2] == ValueId::kNone) return true;
    const auto dims = graph.value(node.inputs[2]).type.tensor.dims();
    if (!dims) return false;
    return dims->rank() == 0 || dims->count() == (*dims)[dims->rank() - 1];
  };
  const auto bias_is_known = [&] {
    if (constant(2)) return true;
    const NodeId from = graph.value(node.inputs[2]).producer;
    return from != NodeId::kNone && graph.node(from).op_type == "DequantizeLinear" &&
           graph.is_constant(graph.node(from).inputs[0]);
  };
  return real_of(node, "alpha", 1) != 1 || real_of(node, "beta", 1) != 1 ||
         integer_of(node, "transA", 0) != 0 || !weights() || !row() || !bias_is_known();
}

Status gemm(Decomposition& d) {
  Formula f(d);
  const ValueId a = integer_of(d.node(), "transA", 0) ? f.transpose(d.in(0), {1, 0}) : d.in(0);
  const ValueId b = integer_of(d.node(), "transB", 0) ? f.transpose(d.in(1), {1, 0}) : d.in(1);
  const double alpha = real_of(d.node(), "alpha", 1), beta = real_of(d.node(), "beta", 1);
  ValueId made = d.add("MatMul", {a, b});
  if (alpha != 1) made = f.mul(made, alpha);
  if (d.has(2) && beta != 0) {
    made = f.add(made, beta == 1 ? d.in(2) : f.mul(d.in(2), beta));
  }
  d.yield(0, made);
  return d.status();
}

bool has_vector(const Graph& graph, const Node& node) {
  return graph.value(node.inputs[0]).type.tensor.rank() == 1 ||
         graph.value(node.inputs[1]).type.tensor.rank() == 1;
}
// A vector is a row before the sign, a column behind it.
Status matmul(Decomposition& d) {
  const bool row = d.rank(d.in(0)) == 1, column = d.rank(d.in(1)) == 1;
  ValueId a = d.in(0), b = d.in(1);
  if (row) a = d.add("Unsqueeze", {a, d.integers({0})});
  if (column) b = d.add("Unsqueeze", {b, d.integers({1})});
  std::vector<std::int64_t> gone;
  if (row) gone.push_back(-2);
  if (column) gone.push_back(-1);
  d.yield(0, d.add("Squeeze", {d.add("MatMul", {a, b}), d.integers(gone)}));
  return d.status();
}

// The elements of which are on one side of a diagonal.
Status trilu(Decomposition& d) {
  const auto dims = d.type(d.in(0)).dims();
  const Tensor* k = d.has(1) ? d.constant(d.in(1)) : nullptr;
  if (!dims || dims->rank() < 2 || (d.has(1) && k == nullptr)) {
    d.fail({Code::kUnsupported, "its sizes and diagonal must be known"});
    return d.status();
  }
  const std::int64_t diagonal = k == nullptr ? 0 : k->values<std::int64_t>()[0];
  const bool upper = integer_of(d.node(), "upper", 1) != 0;
  const std::int64_t rows = (*dims)[dims->rank() - 2], columns = (*dims)[dims->rank() - 1];
  MOTE_TRY(expect_modest({rows, columns}));
  MOTE_ASSIGN(Tensor mask, Tensor::zeros(DType::kBool, {rows, columns}));
  auto* in = static_cast<bool*>(mask.mut().data);
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t c = 0; c < columns; ++c) {
      *in++ = upper ? c - r >= diagonal : c - r <= diagonal;
    }
  }
  d.yield(0, d.add("Where", {d.constant(std::move(mask)), d.in(0), d.scalar_like(d.in(0), 0)}));
  return d.status();
}

constexpr Lowering kLowerings[] = {
    {"Sum", sum},
    {"Mean", mean},
    {"Max", greatest, is_not_of_two},
    {"Min", least, is_not_of_two},
    {"ReduceL1", reduce_l1},
    {"ReduceL2", reduce_l2},
    {"ReduceSumSquare", reduce_sum_square},
    {"ReduceLogSum", reduce_log_sum},
    {"ReduceLogSumExp", reduce_log_sum_exp},
    {"Gemm", gemm, is_not_plain},
    {"MatMul", matmul, has_vector},
    {"Trilu", trilu},
};

}  // namespace

extern const Lowerings kLowerArithmetic;
constinit const Lowerings kLowerArithmetic{kLowerings};

}  // namespace mote::tfl::write
