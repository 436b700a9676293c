// Attention as products of matrices and a softmax.
#include <limits>

#include "format/tflite/write/lower/lowering.h"
#include "ops/attention/dot_product.h"

namespace mote::tfl::write {
namespace {

constexpr float kMasked = std::numeric_limits<float>::lowest();

// Values are [batch, heads, rows, columns].
class Heads {
 public:
  Heads(Decomposition& d, const AttentionSizes& sizes)
      : d_(d), f_(d), p_(d.params<AttentionParams>()), s_(sizes), flat_(d.rank(d.in(kQ)) == 3) {}

  void run() {
    k_ = behind_past(heads_of(kK, s_.kv_heads, s_.head_size), kPastKey);
    v_ = behind_past(heads_of(kV, s_.kv_heads, s_.v_head_size), kPastValue);
    const ValueId product = products();
    const ValueId capped = cap(product);
    const ValueId scores = masked(capped);
    const ValueId weights = visible(d_.add("Softmax", {scores}, {{"axis", std::int64_t{-1}}}));
    d_.yield(0, answer(weights));
    if (d_.wants(1)) d_.yield(1, k_);
    if (d_.wants(2)) d_.yield(2, v_);
    if (!d_.wants(3)) return;
    const ValueId seen[] = {product, capped, scores, weights};
    d_.yield(3, d_.add("Identity", {seen[static_cast<std::size_t>(p_.qk_output)]}));
  }

 private:
  ValueId heads_of(std::size_t input, std::int64_t heads, std::int64_t size) {
    if (!flat_) return d_.in(input);
    const std::int64_t rows = input == kQ ? s_.queries : s_.keys;
    return f_.transpose(f_.reshape(d_.in(input), {s_.batch, rows, heads, size}), {0, 2, 1, 3});
  }
  ValueId behind_past(ValueId x, std::size_t past) {
    if (!d_.has(past)) return x;
    return d_.add("Concat", {d_.in(past), x}, {{"axis", std::int64_t{2}}});
  }

  // Queries that share keys stand below each other.
  ValueId products() {
    ValueId q = heads_of(kQ, s_.q_heads, s_.head_size);
    q = f_.mul(q, scale_of(p_, s_.head_size));
    if (s_.group() > 1) {
      q = f_.reshape(q, {s_.batch, s_.kv_heads, s_.group() * s_.queries, s_.head_size});
    }
    const ValueId made = d_.add("MatMul", {q, f_.transpose(k_, {0, 1, 3, 2})});
    if (s_.group() == 1) return made;
    return f_.reshape(made, {s_.batch, s_.q_heads, s_.queries, s_.total()});
  }

  ValueId cap(ValueId x) {
    if (!(p_.softcap > 0.0F)) return x;
    const auto cap = static_cast<double>(p_.softcap);
    return f_.mul(f_.of("Tanh", f_.mul(x, 1 / cap)), cap);
  }

  // True where a query sees a key by its place: [queries, keys]. kNone: everywhere.
  ValueId seen_by_place() {
    auto seen = Tensor::zeros(DType::kBool, {s_.queries, s_.total()});
    if (!seen) {
      d_.fail(std::move(seen).error());
      return ValueId::kNone;
    }
    auto* to = static_cast<bool*>(seen->mut().data);
    bool all = true;
    for (std::int64_t i = 0; i < s_.queries; ++i) {
      const KeyRange range = visible_keys(p_, s_, nullptr, i);
      for (std::int64_t j = 0; j < s_.total(); ++j) {
        const bool sees = j >= range.first && j < range.last;
        *to++ = sees;
        all = all && sees;
      }
    }
    return all ? ValueId::kNone : d_.constant(std::move(*seen));
  }

  // Nothing of what a query does not see is left, and of one that sees nothing nothing at all.
  ValueId masked(ValueId x) {
    seen_ = seen_by_place();
    if (d_.has(kMask)) {
      const ValueId mask = d_.in(kMask);
      const bool chooses = d_.dtype(mask) == DType::kBool;
      const double none = -std::numeric_limits<double>::infinity();
      const ValueId open = chooses ? mask : d_.add("Greater", {mask, d_.scalar_like(mask, none)});
      seen_ = seen_ == ValueId::kNone ? open : d_.add("And", {open, seen_});
      if (!chooses) x = f_.add(x, d_.add("Max", {mask, d_.scalar_like(mask, kMasked)}));
    }
    if (seen_ == ValueId::kNone) return x;
    return d_.add("Where", {seen_, x, d_.scalar_like(x, kMasked)});
  }
  ValueId visible(ValueId weights) {
    if (seen_ == ValueId::kNone) return weights;
    return d_.add("Where", {seen_, weights, d_.scalar_like(weights, 0)});
  }

  ValueId answer(ValueId weights) {
    if (s_.group() > 1) {
      weights = f_.reshape(weights, {s_.batch, s_.kv_heads, s_.group() * s_.queries, s_.total()});
    }
    ValueId y = d_.add("MatMul", {weights, v_});
    if (s_.group() > 1) y = f_.reshape(y, {s_.batch, s_.q_heads, s_.queries, s_.v_head_size});
    if (!flat_) return y;
    return f_.reshape(f_.transpose(y, {0, 2, 1, 3}),
                      {s_.batch, s_.queries, s_.q_heads * s_.v_head_size});
  }

  Decomposition& d_;
  Formula f_;
  const AttentionParams& p_;
  const AttentionSizes& s_;
  bool flat_;
  ValueId k_ = ValueId::kNone, v_ = ValueId::kNone, seen_ = ValueId::kNone;
};

Status attention(Decomposition& d) {
  const auto& p = d.params<AttentionParams>();
  AttentionDims dims;
  for (std::size_t i = 0; i < kAttentionInputs; ++i) {
    if (!d.has(i)) continue;
    dims[i] = d.type(d.in(i)).dims();
    if (!dims[i]) return Error{Code::kUnsupported, "an input of open size"};
  }
  MOTE_ASSIGN(const AttentionSizes sizes, attention_sizes(p, dims));
  const bool plain = p.softmax_precision == DType::kUndefined || p.softmax_precision == DType::kF32;
  if (!plain || d.dtype(d.in(kQ)) != DType::kF32) {
    return Error{Code::kUnsupported, "only f32 has kernels"};
  }
  if (d.has(kNonpad)) return Error{Code::kUnsupported, "how many keys count is computed"};
  if (d.has(kMask) && sizes.mask_keys != sizes.total()) {
    return Error{Code::kUnsupported, "a mask of some of the keys"};
  }
  const bool real =
      !d.has(kMask) || d.dtype(d.in(kMask)) == DType::kBool || d.dtype(d.in(kMask)) == DType::kF32;
  if (!real) return Error{Code::kUnsupported, "a mask of integers"};
  if (sizes.batch < 1 || sizes.queries < 1 || sizes.total() < 1 || sizes.group() < 1) {
    return Error{Code::kUnsupported, "nothing to attend to"};
  }
  MOTE_TRY(expect_modest({sizes.queries, sizes.total()}));
  Heads(d, sizes).run();
  return d.status();
}

constexpr Lowering kLowerings[] = {{"Attention", attention}};

}  // namespace

extern const Lowerings kLowerAttention;
constinit const Lowerings kLowerAttention{kLowerings};

}  // namespace mote::tfl::write
