// LSTM, GRU and RNN step by step. TensorFlow Lite's own layers keep their state from run to run,
// which ONNX's do not.
#include "ops/recurrent/recurrent.h"

#include <cmath>

#include "format/tflite/write/lower/lowering.h"

namespace mote::tfl::write {
namespace {

// Of one step in one direction, with what activations consist of.
constexpr std::int64_t kNodesOfStep = 40;

// One direction. Values are [batch, ...].
class Layer {
 public:
  Layer(Decomposition& d, const RecurrentShape& sizes, std::int64_t direction)
      : d_(d),
        f_(d),
        p_(d.params<RecurrentParams>()),
        s_(sizes),
        direction_(direction),
        w_(of_direction(kW)),
        r_(of_direction(kR)) {
    if (d.has(kB)) bias_ = of_direction(kB);
    if (d.has(kPeepholes)) peepholes_ = of_direction(kPeepholes);
    h_ = d.has(kInitialH) ? of_direction(kInitialH) : zeros();
    if (p_.cell == Cell::kLstm) c_ = d.has(kInitialC) ? of_direction(kInitialC) : zeros();
  }

  // x: [steps, batch, input].
  void run(ValueId x) {
    if (p_.reverse(direction_)) x = reversed(x);
    // What the input adds to the gates, of all steps at once.
    const ValueId sums = add_bias(d_.add("MatMul", {x, f_.transpose(w_, {1, 0})}), 0, s_.gates);
    for (std::int64_t t = 0; t < s_.steps && d_.status(); ++t) {
      const ValueId h = h_, c = c_;
      step(f_.element(sums, t, 0));
      if (!d_.has(kLengths)) {
        outputs_.push_back(h_);
        continue;
      }
      const ValueId now =
          d_.add("Unsqueeze", {d_.add("Greater", {d_.in(kLengths), s32(t)}), d_.integers({1})});
      outputs_.push_back(d_.add("Where", {now, h_, d_.scalar_like(h_, 0)}));
      h_ = d_.add("Where", {now, h_, h});
      if (c_ != ValueId::kNone) c_ = d_.add("Where", {now, c_, c});
    }
  }

  // [steps, batch, hidden], in the order of X.
  ValueId outputs() {
    const ValueId all = f_.stack(std::move(outputs_), 0);
    return p_.reverse(direction_) ? reversed(all) : all;
  }
  ValueId hidden() { return of_any(h_); }
  ValueId cell() { return of_any(c_); }

 private:
  ValueId s32(std::int64_t v) { return d_.constant(Tensor::scalar(static_cast<std::int32_t>(v))); }
  ValueId zeros() {
    auto made = Tensor::zeros(DType::kF32, {s_.batch, s_.hidden});
    if (made) return d_.constant(std::move(*made));
    d_.fail(std::move(made).error());
    return ValueId::kNone;
  }
  // Zeros for sequences of nothing.
  ValueId of_any(ValueId state) {
    if (!d_.has(kLengths)) return state;
    const ValueId any = d_.add("Greater", {d_.in(kLengths), s32(0)});
    return d_.add("Where",
                  {d_.add("Unsqueeze", {any, d_.integers({1})}), state, d_.scalar_like(state, 0)});
  }

  ValueId of_direction(std::size_t input) {
    const bool state = input == kInitialH || input == kInitialC;
    return f_.element(d_.in(input), direction_, state && s_.batch_first ? 1 : 0);
  }
  // Gates [first, first + count) of the last axis, or of rows.
  ValueId gates(ValueId x, std::int64_t first, std::int64_t count, std::int64_t axis = -1) {
    if (first == 0 && count == s_.gates && axis != 0) return x;
    return f_.part(x, first * s_.hidden, (first + count) * s_.hidden, axis);
  }
  // Each sequence from its end.
  ValueId reversed(ValueId x) {
    if (d_.has(kLengths)) {
      return d_.add("ReverseSequence", {x, f_.cast(d_.in(kLengths), DType::kS64)});
    }
    return f_.reverse(x, s_.steps, 0);
  }

  // The biases of W and R, but for the one that GRU adds before it resets.
  ValueId add_bias(ValueId sums, std::int64_t first, std::int64_t count) {
    if (bias_ == ValueId::kNone) return sums;
    ValueId own = gates(slice_bias(0), first, count);
    const std::int64_t with_state = p_.cell == Cell::kGru && p_.linear_before_reset ? 2 : count;
    const ValueId state = gates(slice_bias(1), 0, with_state);
    if (with_state == count) return f_.add(sums, f_.add(own, state));
    const ValueId joined = f_.add(gates(own, 0, 2), state);
    own = d_.add("Concat", {joined, gates(own, 2, 1)}, {{"axis", std::int64_t{0}}});
    return f_.add(sums, own);
  }
  ValueId slice_bias(std::int64_t which) {
    const std::int64_t size = s_.gates * s_.hidden;
    return f_.part(bias_, which * size, (which + 1) * size, 0);
  }

  // GRU's hidden gate has the rows of its own, the others' come first.
  ValueId by_state(ValueId h, std::int64_t first, std::int64_t count) {
    ValueId& columns = columns_[first == 0 ? 0 : 1];
    if (columns == ValueId::kNone) columns = f_.transpose(gates(r_, first, count, 0), {1, 0});
    return d_.add("MatMul", {h, columns});
  }

  void step(ValueId input) {
    switch (p_.cell) {
      case Cell::kLstm:
        return lstm(f_.add(input, by_state(h_, 0, 4)));
      case Cell::kGru:
        return gru(input);
      case Cell::kRnn:
        h_ = activated(0, f_.add(input, by_state(h_, 0, 1)));
    }
  }

  void lstm(ValueId sums) {
    const ValueId i = activated(0, look(sums, 0, 0));
    const ValueId f = p_.input_forget ? f_.sub(1, i) : activated(0, look(sums, 2, 2));
    const ValueId candidate = activated(1, gates(sums, 3, 1));
    c_ = f_.add(f_.mul(f, c_), f_.mul(i, candidate));
    const ValueId o = activated(0, look(sums, 1, 1));
    h_ = f_.mul(o, applied(2, c_));
  }
  // A gate's sums, with what it sees of the cell.
  ValueId look(ValueId sums, std::int64_t gate, std::int64_t peephole) {
    const ValueId own = gates(sums, gate, 1);
    if (peepholes_ == ValueId::kNone) return own;
    return f_.add(own, f_.mul(c_, gates(peepholes_, peephole, 1)));
  }

  void gru(ValueId input) {
    const ValueId zr = f_.add(gates(input, 0, 2), by_state(h_, 0, 2));
    const ValueId z = activated(0, gates(zr, 0, 1)), r = activated(0, gates(zr, 1, 1));
    ValueId state;
    if (p_.linear_before_reset) {
      state = by_state(h_, 2, 1);
      if (bias_ != ValueId::kNone) state = f_.add(state, gates(slice_bias(1), 2, 1));
      state = f_.mul(r, state);
    } else {
      state = by_state(f_.mul(r, h_), 2, 1);
    }
    const ValueId candidate = activated(1, f_.add(gates(input, 2, 1), state));
    h_ = f_.add(f_.mul(f_.sub(1, z), candidate), f_.mul(z, h_));
  }

  ValueId activated(std::size_t function, ValueId sums) {
    if (std::isfinite(p_.clip)) {
      sums = f_.clip(sums, -static_cast<double>(p_.clip), static_cast<double>(p_.clip));
    }
    return applied(function, sums);
  }
  ValueId applied(std::size_t function, ValueId x);

  Decomposition& d_;
  Formula f_;
  const RecurrentParams& p_;
  const RecurrentShape& s_;
  std::int64_t direction_;
  ValueId w_, r_;
  ValueId bias_ = ValueId::kNone, peepholes_ = ValueId::kNone;
  std::array<ValueId, 2> columns_ = {ValueId::kNone, ValueId::kNone};  // of R, transposed
  ValueId h_ = ValueId::kNone, c_ = ValueId::kNone;                    // the state
  std::vector<ValueId> outputs_;
};

ValueId Layer::applied(std::size_t function, ValueId x) {
  const RecurrentActivation& f = p_.activations[static_cast<std::size_t>(direction_)][function];
  const double a = static_cast<double>(f.alpha), b = static_cast<double>(f.beta);
  using Kind = RecurrentActivation::Kind;
  switch (f.kind) {
    case Kind::kRelu:
      return f_.of("Relu", x);
    case Kind::kTanh:
      return f_.of("Tanh", x);
    case Kind::kSigmoid:
      return f_.of("Sigmoid", x);
    case Kind::kAffine:
      return f_.add(f_.mul(x, a), b);
    case Kind::kLeakyRelu:
      return d_.add("LeakyRelu", {x}, {{"alpha", f.alpha}});
    case Kind::kThresholdedRelu:  // unlike the operator of that name, x = alpha passes
      return d_.add("Where",
                    {d_.add("GreaterOrEqual", {x, d_.scalar_like(x, a)}), x, d_.scalar_like(x, 0)});
    case Kind::kScaledTanh:
      return f_.mul(f_.of("Tanh", f_.mul(x, b)), a);
    case Kind::kHardSigmoid:
      return d_.add("HardSigmoid", {x}, {{"alpha", f.alpha}, {"beta", f.beta}});
    case Kind::kElu:
      return d_.add("Elu", {x}, {{"alpha", f.alpha}});
    case Kind::kSoftsign:
      return f_.of("Softsign", x);
    case Kind::kSoftplus:
      return f_.of("Softplus", x);
  }
  return x;
}

Status recurrent(Decomposition& d) {
  Formula f(d);
  const auto& p = d.params<RecurrentParams>();
  const auto x_dims = d.type(d.in(kX)).dims(), r_dims = d.type(d.in(kR)).dims();
  if (!x_dims || !r_dims) {
    return Error{Code::kUnsupported, "its sequences are of open size: give the inputs fixed sizes"};
  }
  const RecurrentShape sizes(p, *x_dims, *r_dims);
  if (d.dtype(d.in(kX)) != DType::kF32) return Error{Code::kUnsupported, "only f32 has kernels"};
  MOTE_TRY(expect_few(d.graph(), sizes.steps, p.directions * kNodesOfStep));
  MOTE_TRY(expect_modest({sizes.batch, sizes.hidden}));
  ValueId x = d.in(kX);
  if (p.batch_first) x = f.transpose(x, {1, 0, 2});
  std::vector<ValueId> y, h, c;
  for (std::int64_t direction = 0; direction < p.directions; ++direction) {
    Layer layer(d, sizes, direction);
    layer.run(x);
    if (d.wants(kY)) y.push_back(layer.outputs());
    if (d.wants(kYH)) h.push_back(layer.hidden());
    if (d.wants(kYC)) c.push_back(layer.cell());
  }
  const std::int64_t state_axis = p.batch_first ? 1 : 0;
  if (d.wants(kYH)) d.yield(kYH, f.stack(std::move(h), state_axis));
  if (d.wants(kYC)) d.yield(kYC, f.stack(std::move(c), state_axis));
  if (d.wants(kY)) {
    ValueId all = f.stack(std::move(y), 1);
    if (p.batch_first) all = f.transpose(all, {2, 0, 1, 3});
    d.yield(kY, all);
  }
  return d.status();
}

constexpr Lowering kLowerings[] = {{"LSTM", recurrent}, {"GRU", recurrent}, {"RNN", recurrent}};

}  // namespace

extern const Lowerings kLowerRecurrent;
constinit const Lowerings kLowerRecurrent{kLowerings};

}  // namespace mote::tfl::write
