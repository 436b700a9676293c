#include <algorithm>

#include "base/text.h"
#include "ops/recurrent/recurrent.h"
#include "ops/support/element.h"

namespace mote {
namespace {

// One sequence after the other, one direction after the other, one step after the other.
template <class T>
class Reference {
 public:
  Reference(const RecurrentParams& p, const RecurrentShape& s, const RunArgs& args, double* scratch)
      : p_(p),
        s_(s),
        args_(args),
        h_(scratch),
        c_(h_ + s.hidden),
        reset_(c_ + s.hidden),
        gates_(reset_ + s.hidden) {}

  Status run() {
    for (d_ = 0; d_ < s_.directions; ++d_) {
      for (std::int64_t b = 0; b < s_.batch; ++b) MOTE_TRY(sequence(b));
    }
    return {};
  }

 private:
  Status sequence(std::int64_t b) {
    load(kInitialH, b, h_);
    load(kInitialC, b, c_);
    const std::int64_t length = length_of(args_, s_, b);
    T* y = wanted<T>(args_, kY);
    for (std::int64_t i = 0; i < s_.steps; ++i) {
      MOTE_TRY(args_.stop.check());
      const bool inside = i < length;
      const std::int64_t t = inside && p_.reverse(d_) ? length - 1 - i : i;
      if (inside) step(args_.in[kX].as<T>() + s_.x(t, b));
      if (y != nullptr) store(h_, inside, y + s_.y(t, d_, b));
    }
    if (T* last = wanted<T>(args_, kYH)) store(h_, length > 0, last + s_.state(d_, b));
    if (T* last = wanted<T>(args_, kYC)) store(c_, length > 0, last + s_.state(d_, b));
    return {};
  }

  void load(std::size_t input, std::int64_t b, double* to) const {
    const TensorView from = optional_input(args_, input);
    for (std::int64_t j = 0; j < s_.hidden; ++j) {
      to[j] = from ? number(from.as<T>()[s_.state(d_, b) + j]) : 0.0;
    }
  }

  // Zeros, where there is nothing.
  void store(const double* from, bool any, T* to) const {
    for (std::int64_t j = 0; j < s_.hidden; ++j) to[j] = any ? rounded<T>(from[j]) : T(0.0F);
  }

  static double number(T v) { return static_cast<double>(static_cast<Compute<T>>(v)); }

  // Row `row` of this direction's W times x, and its bias.
  double input_sum(std::int64_t row, const T* x) const {
    double sum = bias(row);
    const T* w = args_.in[kW].as<T>() + (d_ * s_.gates * s_.hidden + row) * s_.input;
    for (std::int64_t i = 0; i < s_.input; ++i) sum += number(w[i]) * number(x[i]);
    return sum;
  }

  double state_sum(std::int64_t row, const double* h) const {
    double sum = bias(s_.gates * s_.hidden + row);
    const T* r = args_.in[kR].as<T>() + (d_ * s_.gates * s_.hidden + row) * s_.hidden;
    for (std::int64_t i = 0; i < s_.hidden; ++i) sum += number(r[i]) * h[i];
    return sum;
  }

  double bias(std::int64_t row) const {
    const TensorView b = optional_input(args_, kB);
    return b ? number(b.as<T>()[d_ * 2 * s_.gates * s_.hidden + row]) : 0.0;
  }

  // Gate 0, 1 or 2 of P: i, o, f.
  double peephole(std::int64_t gate, std::int64_t j) const {
    const TensorView p = optional_input(args_, kPeepholes);
    return p ? number(p.as<T>()[(d_ * 3 + gate) * s_.hidden + j]) : 0.0;
  }

  double activated(std::size_t function, double sum) const {
    const auto bound = static_cast<double>(p_.clip);
    return p_.activations[static_cast<std::size_t>(d_)][function](std::clamp(sum, -bound, bound));
  }

  void step(const T* x) {
    const std::int64_t now = p_.cell == Cell::kGru ? 2 * s_.hidden : s_.gates * s_.hidden;
    for (std::int64_t row = 0; row < now; ++row) {
      gates_[row] = input_sum(row, x) + state_sum(row, h_);
    }
    switch (p_.cell) {
      case Cell::kLstm:
        return lstm();
      case Cell::kGru:
        return gru(x);
      case Cell::kRnn:
        for (std::int64_t j = 0; j < s_.hidden; ++j) h_[j] = activated(0, gates_[j]);
    }
  }

  // The cell itself is not clipped on its way to the output, nor is it by others.
  void lstm() {
    const std::int64_t n = s_.hidden;
    for (std::int64_t j = 0; j < n; ++j) {
      const double i = activated(0, gates_[j] + peephole(0, j) * c_[j]);
      const double f =
          p_.input_forget ? 1.0 - i : activated(0, gates_[2 * n + j] + peephole(2, j) * c_[j]);
      c_[j] = f * c_[j] + i * activated(1, gates_[3 * n + j]);
      const double o = activated(0, gates_[n + j] + peephole(1, j) * c_[j]);
      h_[j] = o * p_.activations[static_cast<std::size_t>(d_)][2](c_[j]);
    }
  }

  void gru(const T* x) {
    const std::int64_t n = s_.hidden;
    double* z = gates_;
    double* candidate = gates_ + n;  // r, until it is used
    for (std::int64_t j = 0; j < n; ++j) {
      z[j] = activated(0, gates_[j]);
      const double r = activated(0, gates_[n + j]);
      reset_[j] = p_.linear_before_reset ? r * state_sum(2 * n + j, h_) : r * h_[j];
    }
    for (std::int64_t j = 0; j < n; ++j) {
      const double state = p_.linear_before_reset ? reset_[j] : state_sum(2 * n + j, reset_);
      candidate[j] = activated(1, input_sum(2 * n + j, x) + state);
    }
    for (std::int64_t j = 0; j < n; ++j) h_[j] = (1.0 - z[j]) * candidate[j] + z[j] * h_[j];
  }

  const RecurrentParams& p_;
  const RecurrentShape& s_;
  const RunArgs& args_;
  double *h_, *c_, *reset_, *gates_;
  std::int64_t d_ = 0;  // direction
};

}  // namespace

Status check_lengths(const RunArgs& args, const RecurrentShape& s) {
  const TensorView lengths = optional_input(args, kLengths);
  for (std::int64_t b = 0; lengths && b < s.batch; ++b) {
    const std::int64_t length = length_of(args, s, b);
    if (length >= 0 && length <= s.steps) continue;
    return Error{Code::kInvalidArgument,
                 cat("sequence_lens[", b, "] ", length, " is outside [0, ", s.steps, "]")};
  }
  return {};
}

std::int64_t recurrent_scratch(const RecurrentShape& s) { return s.hidden * (3 + s.gates); }

Status recurrent_reference(const RecurrentParams& p, const RunArgs& args, double* scratch) {
  const RecurrentShape s(p, args.in[kX].dims, args.in[kR].dims);
  MOTE_TRY(check_lengths(args, s));
  return with_dtype(FloatElements{}, args.in[kX].dtype, [&](auto element) -> Status {
    return Reference<decltype(element)>(p, s, args, scratch).run();
  });
}

}  // namespace mote
