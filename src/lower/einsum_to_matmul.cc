// An Einsum that is a product of two matrices, or of batches of them, becomes MatMul.
#include <algorithm>
#include <array>
#include <optional>

#include "ops/linalg/equation.h"
#include "ops/support/box.h"
#include "ops/support/strides.h"
#include "passes/pass.h"
#include "passes/rewrite.h"

namespace mote {
namespace {

bool has(const Term& term, Label label) { return std::ranges::find(term, label) != term.end(); }

bool repeats(const Term& term) {
  return std::ranges::any_of(term, [&](Label l) { return std::ranges::count(term, l) > 1; });
}

// Labels in the order of the product's dimensions: of both operands and the output; of A and the
// output; of A and B; of B and the output.
struct ProductTerms {
  Term batch, rows, summed, columns;
};

// Nothing, unless each label has such a place.
std::optional<ProductTerms> product_terms(const Equation& equation) {
  if (equation.inputs.size() != 2) return std::nullopt;
  const Term &a = equation.inputs[0], &b = equation.inputs[1], &out = equation.output;
  if (repeats(a) || repeats(b) || has(a, kEllipsis) || has(b, kEllipsis) || has(out, kEllipsis)) {
    return std::nullopt;
  }
  ProductTerms terms;
  for (const Label label : out) {
    Term& place = has(a, label) ? (has(b, label) ? terms.batch : terms.rows) : terms.columns;
    place.push_back(label);
  }
  for (const Label label : a) {
    if (has(out, label)) continue;
    if (!has(b, label)) return std::nullopt;
    terms.summed.push_back(label);
  }
  const auto placed = [&](Label label) { return has(a, label) || has(out, label); };
  return std::ranges::all_of(b, placed) ? std::optional(terms) : std::nullopt;
}

Term joined(const Term& a, const Term& b, const Term& c) {
  Term term = a;
  term.insert(term.end(), b.begin(), b.end());
  term.insert(term.end(), c.begin(), c.end());
  return term;
}

// The size of each label; -1 where there is none.
using Sizes = std::array<std::int64_t, kMaxLabels>;

// Takes in an operand's. False: its sizes are unknown, none at all, or repeat; or it is not f32.
bool add_sizes(const Graph& graph, ValueId operand, const Term& term, Sizes& sizes) {
  const TensorType& type = graph.value(operand).type.tensor;
  const auto dims = type.dims();
  if (type.dtype != DType::kF32 || !dims || dims->size() != term.size() || dims->count() == 0) {
    return false;
  }
  for (std::size_t i = 0; i < term.size(); ++i) {
    std::int64_t& size = sizes[static_cast<std::size_t>(term[i])];
    const std::int64_t own = (*dims)[static_cast<int>(i)];
    if (size >= 0 && size != own) return false;
    size = own;
  }
  return true;
}

// Transposed once, at planning.
Result<Tensor> in_order(const Tensor& weights, std::span<const std::int64_t> perm) {
  const Dims steps = row_major_strides(weights.dims());
  Dims dims;
  BoxPlace from;
  for (const std::int64_t d : perm) {
    dims.push_back(weights.dims()[static_cast<int>(d)]);
    from.strides.push_back(steps[static_cast<int>(d)]);
  }
  MOTE_ASSIGN(Tensor out, Tensor::zeros(weights.dtype(), dims));
  copy_box(dims, weights.view(), from, out.mut(), placed_whole(dims));
  return out;
}

// Adds the nodes that take an Einsum's place. Constants are brought in order at once.
class ProductAdder {
 public:
  ProductAdder(Graph& graph, NodeId id, const PassContext& context, const ProductTerms& terms,
               const Sizes& sizes)
      : graph_(graph),
        add_(graph, context.ops, id),
        name_(graph.value(graph.node(id).outputs[0]).name),
        terms_(terms),
        sizes_(sizes) {}

  Result<ValueId> run(ValueId a, ValueId b, const Equation& equation) {
    const auto& [batch, rows, summed, columns] = terms_;
    // Without a batch, the rows of A may be many dimensions.
    const bool rows_apart = batch.empty() && !rows.empty() && summed.size() == 1;
    MOTE_ASSIGN(const ValueId left,
                rows_apart ? transposed(a, equation.inputs[0], joined(rows, summed, {}))
                           : matrix(a, equation.inputs[0], rows, summed));
    MOTE_ASSIGN(const ValueId right, matrix(b, equation.inputs[1], summed, columns));
    MOTE_ASSIGN(ValueId y, add_.add("MatMul", {left, right}, {}, name_));
    const Term order = joined(batch, rows, columns);
    if ((rows.size() != 1 && !rows_apart) || columns.size() != 1) {
      MOTE_ASSIGN(y, reshaped(y, sizes_of(order)));
    }
    return transposed(y, order, equation.output);
  }

 private:
  // Of dimensions batch..., all of `rows` as one, all of `columns` as one.
  Result<ValueId> matrix(ValueId operand, const Term& term, const Term& rows, const Term& columns) {
    MOTE_ASSIGN(const ValueId value,
                transposed(operand, term, joined(terms_.batch, rows, columns)));
    if (rows.size() == 1 && columns.size() == 1) return value;
    std::vector<std::int64_t> shape = sizes_of(terms_.batch);
    shape.push_back(count(rows));
    shape.push_back(count(columns));
    return reshaped(value, shape);
  }

  Result<ValueId> reshaped(ValueId value, const std::vector<std::int64_t>& shape) {
    if (graph_.is_constant(value)) {
      return graph_.add_constant(name_ + "_weights",
                                 graph_.value(value).constant.reshaped(Dims(shape)));
    }
    const ValueId sizes =
        graph_.add_constant(name_ + "_shape", Tensor::of<std::int64_t>({std::ssize(shape)}, shape));
    return add_.add("Reshape", {value, sizes}, {}, name_);
  }

  Result<ValueId> transposed(ValueId value, const Term& from, const Term& to) {
    if (from == to) return value;
    std::vector<std::int64_t> perm;
    for (const Label label : to) perm.push_back(std::ranges::find(from, label) - from.begin());
    if (graph_.is_constant(value)) {
      MOTE_ASSIGN(Tensor weights, in_order(graph_.value(value).constant, perm));
      return graph_.add_constant(name_ + "_weights", std::move(weights));
    }
    return add_.add("Transpose", {value}, {{"perm", perm}}, name_);
  }

  std::vector<std::int64_t> sizes_of(const Term& term) const {
    std::vector<std::int64_t> sizes;
    for (const Label label : term) sizes.push_back(sizes_[static_cast<std::size_t>(label)]);
    return sizes;
  }
  std::int64_t count(const Term& term) const {
    std::int64_t n = 1;
    for (const std::int64_t size : sizes_of(term)) n *= size;
    return n;
  }

  Graph& graph_;
  NodeAdder add_;
  std::string name_;
  const ProductTerms& terms_;
  const Sizes& sizes_;
};

Result<bool> rewrite(Graph& graph, NodeId id, const PassContext& context) {
  const Node& node = graph.node(id);
  if (!is_op(node, "Einsum") || node.inputs.size() != 2) return false;
  const auto* text = std::get_if<std::string>(node.attributes.find("equation"));
  if (text == nullptr) return false;
  MOTE_ASSIGN(const Equation equation, parse_equation(*text));
  const auto terms = product_terms(equation);
  const ValueId a = node.inputs[0], b = node.inputs[1];
  Sizes sizes;
  sizes.fill(-1);
  if (!terms || !add_sizes(graph, a, equation.inputs[0], sizes) ||
      !add_sizes(graph, b, equation.inputs[1], sizes)) {
    return false;
  }
  ProductAdder adder(graph, id, context, *terms, sizes);
  MOTE_ASSIGN(const ValueId y, adder.run(a, b, equation));
  replace_node(graph, id, y);
  return true;
}

Result<bool> run(Graph& graph, const PassContext& context) {
  bool changed = false;
  for (const NodeId id : graph.node_ids()) {
    MOTE_ASSIGN(const bool rewritten, rewrite(graph, id, context));
    changed |= rewritten;
  }
  return changed;
}

}  // namespace

extern const Pass kEinsumToMatMul;
constinit const Pass kEinsumToMatMul = {
    .name = "einsum_to_matmul",
    .doc = "Makes MatMul of an Einsum that is a product of matrices.",
    .run = run,
};

}  // namespace mote
