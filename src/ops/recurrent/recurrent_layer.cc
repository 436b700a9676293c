// The products of all steps' inputs with W first, as far as they fit into the cache; then step by
// step, shared among the workers by hidden elements, those of the state with R, and the cell.
#include "ops/recurrent/recurrent_layer.h"

#include <algorithm>
#include <utility>

#include "ops/matmul/gemm_grid.h"

namespace mote {

void RecurrentLayer::run() {
  load(kInitialH, h_);
  if (p_.cell == Cell::kLstm) load(kInitialC, c_);
  std::int64_t last = 0;
  for (std::int64_t b = 0; b < s_.batch; ++b) last = std::max(last, length_of(args_, s_, b));
  for (std::int64_t i = 0; i < last; ++i) {
    if (args_.stop.stopped()) return;
    if (i % plan_.chunk == 0) project(i, std::min(plan_.chunk, last - i));
    advance(projected_ + i % plan_.chunk * s_.batch * plan_.rows, i);
  }
  finish();
}

void RecurrentLayer::load(std::size_t input, float* to) const {
  const TensorView from = optional_input(args_, input);
  if (!from) std::fill_n(to, s_.batch * s_.hidden, 0.0F);
  for (std::int64_t b = 0; from && b < s_.batch; ++b) {
    std::copy_n(from.as<float>() + s_.state(d_, b), s_.hidden, to + b * s_.hidden);
  }
}

// The inputs of steps [i, i + n) times W, and biases.
void RecurrentLayer::project(std::int64_t i, std::int64_t n) const {
  const float* x = args_.in[kX].as<float>();
  for (std::int64_t k = 0; k < n; ++k) {
    for (std::int64_t b = 0; b < s_.batch; ++b) {
      // Of a sequence that has ended any row will do.
      const bool inside = active(i + k, b);
      pointers_[k * s_.batch + b] = x + (inside ? s_.x(time(i + k, b), b) : 0);
    }
  }
  const GemmGrid grid = cut_gemm(plan_.kernels, n * s_.batch, plan_.rows, s_.input);
  share(grid.pieces(), grid.grain, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t at = begin; at < end; ++at) {
      const GemmPiece piece = piece_of(grid, at);
      plan_.kernels.indirect_gemm_f32(
          {piece.rows,
           piece.columns,
           s_.input,
           1,
           pointers_ + piece.i,
           plan_.packed_w(packed_, d_) + plan_.kernels.packed_gemm_size_f32(piece.j, s_.input, 1),
           projected_ + piece.i * plan_.rows + piece.j,
           plan_.rows,
           {}});
    }
  });
}

// Step i of all sequences, from the products of their inputs.
void RecurrentLayer::advance(const float* projected, std::int64_t i) {
  // GRU's hidden gate reads what the others made, unless linear_before_reset.
  const bool gru = p_.cell == Cell::kGru;
  const bool splits = gru && !p_.linear_before_reset;
  const auto each_active = [&](const auto& body) {
    for (std::int64_t b = 0; b < s_.batch; ++b) {
      if (active(i, b)) body(b);
    }
  };
  const auto end_step = [&](const Range& units) {
    for (std::int64_t b = 0; b < s_.batch; ++b) {
      if (gru && active(i, b)) {
        cell_.gru(sums_ + b * plan_.rows, units.at, units.count, h_ + b * s_.hidden,
                  next_h_ + b * s_.hidden);
      }
      keep(i, b, units);
    }
  };
  share(s_.hidden, plan_.units, [&](std::int64_t begin, std::int64_t end) {
    const Range units = {begin, end - begin};
    // To and fro: what the last step read last is in the cache still.
    const std::int64_t gates = s_.gates - (splits ? 1 : 0);
    for (std::int64_t k = 0; k < gates; ++k) {
      multiply(i % 2 == 0 ? k : gates - 1 - k, h_, gru && !splits ? nullptr : projected, units);
    }
    each_active([&](std::int64_t b) { first_half(b, projected + b * plan_.rows, units); });
    if (!splits) end_step(units);
  });
  if (splits) {
    share(s_.hidden, plan_.units, [&](std::int64_t begin, std::int64_t end) {
      const Range units = {begin, end - begin};
      multiply(s_.gates - 1, c_, projected, units);
      end_step(units);
    });
  }
  std::swap(h_, next_h_);
}

// Of one gate, all sequences: x times R, plus the addend, if there is one.
void RecurrentLayer::multiply(std::int64_t gate, const float* x, const float* addend,
                              const Range& units) const {
  const std::int64_t at = gate * s_.hidden + units.at;
  GemmF32 g{s_.batch,
            units.count,
            s_.hidden,
            x,
            s_.hidden,
            plan_.packed_r(packed_, d_, gate) +
                plan_.kernels.packed_gemm_size_f32(units.at, s_.hidden, 1),
            sums_ + at,
            plan_.rows,
            {}};
  if (addend != nullptr) {
    g.epilogue.residual = addend + at;
    g.epilogue.residual_ld = plan_.rows;
  }
  plan_.kernels.gemm_f32(g);
}

void RecurrentLayer::first_half(std::int64_t b, const float* projected, const Range& units) const {
  float* sums = sums_ + b * plan_.rows;
  float *next = next_h_ + b * s_.hidden, *c = c_ + b * s_.hidden;
  const TensorView peepholes = optional_input(args_, kPeepholes);
  switch (p_.cell) {
    case Cell::kLstm:
      return cell_.lstm(sums, units.at, units.count,
                        peepholes ? peepholes.as<float>() + d_ * 3 * s_.hidden : nullptr, c, next);
    case Cell::kGru:
      return cell_.gru_gates(sums, units.at, units.count, projected, h_ + b * s_.hidden, c);
    case Cell::kRnn:
      return cell_.rnn(sums, units.at, units.count, next);
  }
}

// The new state, or the old one where the sequence has ended, for the next step and for Y.
void RecurrentLayer::keep(std::int64_t i, std::int64_t b, const Range& units) const {
  const std::int64_t at = b * s_.hidden + units.at;
  if (!active(i, b)) {
    std::copy_n(h_ + at, units.count, next_h_ + at);
  } else if (float* y = wanted<float>(args_, kY); y != nullptr) {
    std::copy_n(next_h_ + at, units.count, y + s_.y(time(i, b), d_, b) + units.at);
  }
}

// The last states, and zeros after the ends of sequences.
void RecurrentLayer::finish() const {
  float* y = wanted<float>(args_, kY);
  for (std::int64_t b = 0; b < s_.batch; ++b) {
    const std::int64_t length = length_of(args_, s_, b);
    store(kYH, h_, b, length > 0);
    store(kYC, c_, b, length > 0);
    for (std::int64_t t = length; y != nullptr && t < s_.steps; ++t) {
      std::fill_n(y + s_.y(t, d_, b), s_.hidden, 0.0F);
    }
  }
}

void RecurrentLayer::store(std::size_t output, const float* from, std::int64_t b, bool any) const {
  float* to = wanted<float>(args_, output);
  if (to == nullptr) return;
  to += s_.state(d_, b);
  any ? std::copy_n(from + b * s_.hidden, s_.hidden, to) : std::fill_n(to, s_.hidden, 0.0F);
}

}  // namespace mote
