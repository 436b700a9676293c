#include "ops/linalg/einsum_product.h"

#include <algorithm>

#include "ops/matmul/product.h"

namespace mote {
namespace {

bool has(const Term& term, Label label) { return std::ranges::find(term, label) != term.end(); }

bool repeats(const Term& term) {
  return std::ranges::any_of(term, [&](Label l) { return std::ranges::count(term, l) > 1; });
}

Error no_product() { return {Code::kUnsupported, "is no product of matrices of known sizes"}; }

// Labels in the order of the product's dimensions: batch, rows of A, summed, columns of B.
struct ProductTerms {
  Term batch, rows, summed, columns;
};

// Nothing, unless each label has a place in a product of matrices.
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

// Makes nodes; sizes are known.
class Product {
 public:
  Product(Decomposition& d, const ProductTerms& terms) : d_(d), terms_(terms) {}

  // Takes in an operand's sizes. False: one is unknown, or repeats.
  bool add_sizes(const Term& term, ValueId operand) {
    const TensorType type = d_.type(operand);
    if (!type.shape || type.shape->size() != term.size()) return false;
    for (std::size_t i = 0; i < term.size(); ++i) {
      const Dim& dim = (*type.shape)[i];
      std::int64_t& size = sizes_[static_cast<std::size_t>(term[i])];
      if (!dim.known() || (size >= 0 && size != dim.size())) return false;
      size = dim.size();
    }
    return true;
  }

  ValueId make(const Equation& equation) {
    const auto& [batch, rows, summed, columns] = terms_;
    const ValueId a = matrix(d_.in(0), equation.inputs[0], rows, summed);
    const ValueId b = matrix(d_.in(1), equation.inputs[1], summed, columns);
    const ValueId product = d_.add("MatMul", {a, b});
    const Term order = joined(batch, rows, columns);
    return transposed(reshaped(product, order), order, equation.output);
  }

 private:
  // Of dimensions batch..., all of `rows` as one, all of `columns` as one.
  ValueId matrix(ValueId operand, const Term& term, const Term& rows, const Term& columns) {
    const ValueId in_order = transposed(operand, term, joined(terms_.batch, rows, columns));
    if (rows.size() == 1 && columns.size() == 1) return in_order;
    std::vector<std::int64_t> shape = sizes_of(terms_.batch);
    shape.push_back(count(rows));
    shape.push_back(count(columns));
    return d_.add("Reshape", {in_order, d_.integers(shape)}, {{"allowzero", std::int64_t{1}}});
  }

  // The product, with a dimension for each label.
  ValueId reshaped(ValueId product, const Term& order) {
    if (terms_.rows.size() == 1 && terms_.columns.size() == 1) return product;
    return d_.add("Reshape", {product, d_.integers(sizes_of(order))},
                  {{"allowzero", std::int64_t{1}}});
  }

  ValueId transposed(ValueId value, const Term& from, const Term& to) {
    if (from == to) return value;
    std::vector<std::int64_t> perm;
    for (const Label label : to) perm.push_back(std::ranges::find(from, label) - from.begin());
    return d_.add("Transpose", {value}, {{"perm", perm}});
  }

  std::vector<std::int64_t> sizes_of(const Term& term) const {
    std::vector<std::int64_t> sizes;
    for (const Label label : term) sizes.push_back(sizes_[static_cast<std::size_t>(label)]);
    return sizes;
  }
  std::int64_t count(const Term& term) {
    std::int64_t n = 1;
    for (const std::int64_t size : sizes_of(term)) {
      if (__builtin_mul_overflow(n, size, &n)) d_.fail(no_product());
    }
    return n;
  }

  Decomposition& d_;
  const ProductTerms& terms_;
  std::array<std::int64_t, kMaxLabels> sizes_ = filled();

  static std::array<std::int64_t, kMaxLabels> filled() {
    std::array<std::int64_t, kMaxLabels> sizes;
    sizes.fill(-1);
    return sizes;
  }
};

}  // namespace

Status einsum_as_product(Decomposition& d) {
  const Equation& equation = d.params<EinsumParams>().equation;
  const auto terms = product_terms(equation);
  const bool is_multiplied = static_cast<bool>(
      with_dtype(ProductElements{}, d.dtype(d.in(0)), [](auto) -> Status { return {}; }));
  if (!terms || terms->batch.size() > kMaxRank - 2 || !is_multiplied) return no_product();
  Product product(d, *terms);
  if (!product.add_sizes(equation.inputs[0], d.in(0)) ||
      !product.add_sizes(equation.inputs[1], d.in(1))) {
    return no_product();
  }
  d.yield(0, product.make(equation));
  return d.status();
}

}  // namespace mote
