// Recurrent layers in f32: the products of all steps' inputs with W first, as far as they fit into
// the cache, then step by step those of the state with R, and the cell.
#include <algorithm>

#include "base/result.h"
#include "ops/matmul/gemm_grid.h"
#include "ops/recurrent/recurrent.h"
#include "ops/recurrent/recurrent_cell.h"

namespace mote {
namespace {

// Floats of inputs' products that are made at once.
constexpr std::int64_t kProjectedFloats = 1 << 18;
// Multiply-accumulates of a step below which its two directions, not its rows, are shared out.
constexpr std::int64_t kSmallStepMacs = 1 << 20;

std::int64_t aligned(std::int64_t floats) { return (floats + 15) / 16 * 16; }

// All pieces of an indirect product. No workers: on this thread.
void run_indirect(const KernelTable& kernels, const GemmGrid& grid, const IndirectGemmF32& whole,
                  Workers* workers) {
  const auto run = [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const GemmPiece piece = piece_of(grid, i);
      IndirectGemmF32 part = whole;
      part.m = piece.rows;
      part.n = piece.columns;
      part.rows += piece.i * whole.taps;
      part.packed += kernels.packed_gemm_size_f32(piece.j, whole.k, whole.taps);
      part.y += piece.i * whole.ldy + piece.j;
      kernels.indirect_gemm_f32(part);
    }
  };
  workers != nullptr ? workers->for_each_range(grid.pieces(), grid.grain, run)
                     : run(0, grid.pieces());
}

// Where one direction's packed weights lie.
struct PackedLayer {
  std::int64_t w, r, r_hidden;  // floats from the start
};

class RecurrentStep final : public Step {
 public:
  RecurrentStep(const RecurrentParams& p, const PrepareArgs& args)
      : kernels_(args.kernels),
        p_(p),
        s_(p, args.in_dims(kX), args.in_dims(kR)),
        rows_(s_.gates * s_.hidden),
        // GRU's hidden gate reads what the others made, unless linear_before_reset.
        first_rows_(splits() ? 2 * s_.hidden : rows_),
        chunk_(std::clamp<std::int64_t>(kProjectedFloats / (s_.batch * rows_), 1, s_.steps)),
        grid_(cut_gemm(kernels_, s_.batch, first_rows_, s_.hidden)),
        hidden_grid_(cut_gemm(kernels_, s_.batch, s_.hidden, s_.hidden)) {
    packed_at_.w = 0;
    packed_at_.r = aligned(kernels_.packed_gemm_size_f32(rows_, s_.input, 1));
    packed_at_.r_hidden =
        packed_at_.r + aligned(kernels_.packed_gemm_size_f32(first_rows_, s_.hidden, 1));
    packed_size_ = packed_at_.r_hidden;
    if (splits()) packed_size_ += aligned(kernels_.packed_gemm_size_f32(s_.hidden, s_.hidden, 1));
  }

  // Packs W, R and B, if all are constant.
  Status pack(const PrepareArgs& args) {
    if (!args.constant(kW) || !args.constant(kR) || (args.has(kB) && !args.constant(kB))) return {};
    MOTE_ASSIGN(packed_, args.room_for_packed(s_.directions * packed_size_));
    MOTE_ASSIGN(Tensor bias, Tensor::zeros(DType::kF32, {rows_}));
    Workers alone(1);
    const Weights weights = {args.constant(kW)->values<float>().data(),
                             args.constant(kR)->values<float>().data(),
                             args.has(kB) ? args.constant(kB)->values<float>().data() : nullptr};
    pack_all(weights, static_cast<float*>(packed_.mut().data), static_cast<float*>(bias.mut().data),
             alone);
    return {};
  }

  std::string_view kernel() const override { return "recurrent_f32"; }
  std::size_t packed_bytes() const override { return packed_ ? packed_.bytes() : 0; }
  bool reads(int input) const override {
    return !packed_ || (input != kW && input != kR && input != kB);
  }
  std::size_t scratch_bytes() const override {
    const std::int64_t packing = packed_ ? 0 : s_.directions * packed_size_ + aligned(rows_);
    return static_cast<std::size_t>(packing + s_.directions * direction_floats()) * sizeof(float);
  }

  Status run(const RunArgs& args) const override {
    MOTE_TRY(check_lengths(args, s_));
    auto* scratch = reinterpret_cast<float*>(args.scratch);
    const float* packed = static_cast<const float*>(packed_.data());
    if (!packed_) {
      const TensorView b = optional_input(args, kB);
      const Weights weights = {args.in[kW].as<float>(), args.in[kR].as<float>(),
                               b ? b.as<float>() : nullptr};
      float* bias = scratch + s_.directions * packed_size_;
      pack_all(weights, scratch, bias, args.workers);
      packed = scratch;
      scratch = bias + aligned(rows_);
    }
    run_directions(args, packed, scratch);
    return args.stop.check();
  }

 private:
  struct Weights {
    const float *w, *r, *b;  // b: null if there are no biases
  };
  class Layer;

  void run_directions(const RunArgs& args, const float* packed, float* scratch) const;

  bool splits() const { return p_.cell == Cell::kGru && !p_.linear_before_reset; }

  // Row pointers, products of inputs, sums, h, c or what GRU resets.
  std::int64_t direction_floats() const {
    using Row = const float*;
    static_assert(sizeof(Row) % sizeof(float) == 0);
    const auto pointer = static_cast<std::int64_t>(sizeof(Row) / sizeof(float));  // NOLINT
    return aligned(chunk_ * s_.batch * pointer) + aligned(chunk_ * s_.batch * rows_) +
           aligned(s_.batch * rows_) + 2 * aligned(s_.batch * s_.hidden);
  }

  void pack_all(const Weights& weights, float* packed, float* bias, Workers& workers) const {
    for (std::int64_t d = 0; d < s_.directions; ++d) {
      const Weights own = {weights.w + d * rows_ * s_.input, weights.r + d * rows_ * s_.hidden,
                           weights.b != nullptr ? weights.b + d * 2 * rows_ : nullptr};
      pack_direction(own, packed + d * packed_size_, bias, workers);
    }
  }

  // Biases of R join those of W, but for the one that GRU adds before it resets.
  void pack_direction(const Weights& own, float* to, float* bias, Workers& workers) const {
    const std::int64_t apart = p_.linear_before_reset ? s_.hidden : 0;
    if (own.b != nullptr) {
      std::copy_n(own.b, rows_, bias);
      kernels_.binary_f32(BinaryF32::kAdd, bias, 1, own.b + rows_, 1, bias, rows_ - apart);
    }
    const auto pack = [&](const float* w, std::int64_t n, std::int64_t k, const float* b,
                          float* where) {
      pack_weights(kernels_, {w, n, k, k, 1}, b, where, workers);
    };
    const float* no_bias = nullptr;
    pack(own.w, rows_, s_.input, own.b != nullptr ? bias : no_bias, to + packed_at_.w);
    if (apart > 0 && own.b != nullptr) {
      std::fill_n(bias, rows_ - apart, 0.0F);
      std::copy_n(own.b + 2 * rows_ - apart, apart, bias + rows_ - apart);
      no_bias = bias;
    }
    pack(own.r, first_rows_, s_.hidden, no_bias, to + packed_at_.r);
    if (splits()) {
      pack(own.r + first_rows_ * s_.hidden, s_.hidden, s_.hidden, nullptr,
           to + packed_at_.r_hidden);
    }
  }

  const KernelTable& kernels_;
  RecurrentParams p_;
  RecurrentShape s_;
  std::int64_t rows_;        // gates * hidden
  std::int64_t first_rows_;  // of R that the state is multiplied with first
  std::int64_t chunk_;       // steps whose inputs are multiplied at once
  GemmGrid grid_, hidden_grid_;
  PackedLayer packed_at_{};
  std::int64_t packed_size_ = 0;  // of a direction
  Tensor packed_;                 // undefined: packed at each run
};

// One direction of one run.
class RecurrentStep::Layer {
 public:
  // workers: null if another thread has the other direction.
  Layer(const RecurrentStep& step, const RunArgs& args, std::int64_t d, const float* packed,
        float* scratch, Workers* workers)
      : step_(step),
        kernels_(step.kernels_),
        p_(step.p_),
        s_(step.s_),
        cell_(step.kernels_, step.p_, step.s_.hidden, d),
        args_(args),
        d_(d),
        packed_(packed),
        workers_(workers) {
    const std::int64_t rows = step.chunk_ * s_.batch;
    projected_ = scratch;
    sums_ = projected_ + aligned(rows * step.rows_);
    h_ = sums_ + aligned(s_.batch * step.rows_);
    c_ = h_ + aligned(s_.batch * s_.hidden);
    pointers_ = reinterpret_cast<const float**>(c_ + aligned(s_.batch * s_.hidden));
  }

  void run() {
    load(kInitialH, h_);
    if (p_.cell == Cell::kLstm) load(kInitialC, c_);
    std::int64_t last = 0;
    for (std::int64_t b = 0; b < s_.batch; ++b) last = std::max(last, length_of(args_, s_, b));
    for (std::int64_t i = 0; i < last; ++i) {
      if (args_.stop.stopped()) return;
      if (i % step_.chunk_ == 0) project(i, std::min(step_.chunk_, last - i));
      advance(projected_ + i % step_.chunk_ * s_.batch * step_.rows_, i);
    }
    finish();
  }

 private:
  bool active(std::int64_t i, std::int64_t b) const { return i < length_of(args_, s_, b); }
  std::int64_t time(std::int64_t i, std::int64_t b) const {
    return p_.reverse(d_) ? length_of(args_, s_, b) - 1 - i : i;
  }

  void load(std::size_t input, float* to) const {
    const TensorView from = optional_input(args_, input);
    if (!from) std::fill_n(to, s_.batch * s_.hidden, 0.0F);
    for (std::int64_t b = 0; from && b < s_.batch; ++b) {
      std::copy_n(from.as<float>() + s_.state(d_, b), s_.hidden, to + b * s_.hidden);
    }
  }

  // The inputs of steps [i, i + n) times W, and biases.
  void project(std::int64_t i, std::int64_t n) {
    const float* x = args_.in[kX].as<float>();
    for (std::int64_t k = 0; k < n; ++k) {
      for (std::int64_t b = 0; b < s_.batch; ++b) {
        // Of a sequence that has ended any row will do.
        const bool inside = active(i + k, b);
        pointers_[k * s_.batch + b] = x + (inside ? s_.x(time(i + k, b), b) : 0);
      }
    }
    const IndirectGemmF32 product{
        n * s_.batch, step_.rows_, s_.input,     1, pointers_, packed_ + step_.packed_at_.w,
        projected_,   step_.rows_, EpilogueF32{}};
    run_indirect(kernels_, cut_gemm(kernels_, product.m, product.n, product.k), product, workers_);
  }

  // y = x times packed weights; `residual`, if any, is added. Row strides are those of all gates.
  void product(const GemmGrid& grid, const float* x, const float* packed, const float* residual,
               float* y) const {
    GemmF32 g{grid.m, grid.n, s_.hidden, x, s_.hidden, packed, y, step_.rows_, {}};
    g.epilogue.residual = residual;
    g.epilogue.residual_ld = step_.rows_;
    workers_ != nullptr ? run_gemm(kernels_, grid, g, *workers_) : kernels_.gemm_f32(g);
  }

  // Step i of all sequences, from the products of their inputs.
  void advance(const float* projected, std::int64_t i) {
    const bool apart = p_.cell == Cell::kGru && p_.linear_before_reset;
    product(step_.grid_, h_, packed_ + step_.packed_at_.r, apart ? nullptr : projected, sums_);
    for (std::int64_t b = 0; b < s_.batch; ++b) {
      if (active(i, b)) first_half(b, projected + b * step_.rows_);
    }
    if (step_.splits()) {
      product(step_.hidden_grid_, c_, packed_ + step_.packed_at_.r_hidden,
              projected + step_.first_rows_, sums_ + step_.first_rows_);
    }
    float* y = wanted<float>(args_, kY);
    for (std::int64_t b = 0; b < s_.batch; ++b) {
      const bool on = active(i, b);
      if (on && p_.cell == Cell::kGru) cell_.gru(sums_ + b * step_.rows_, h_ + b * s_.hidden);
      if (on && y != nullptr) {
        std::copy_n(h_ + b * s_.hidden, s_.hidden, y + s_.y(time(i, b), d_, b));
      }
    }
  }

  void first_half(std::int64_t b, const float* projected) {
    float* sums = sums_ + b * step_.rows_;
    float *h = h_ + b * s_.hidden, *c = c_ + b * s_.hidden;
    const TensorView peepholes = optional_input(args_, kPeepholes);
    switch (p_.cell) {
      case Cell::kLstm:
        return cell_.lstm(sums, peepholes ? peepholes.as<float>() + d_ * 3 * s_.hidden : nullptr, c,
                          h);
      case Cell::kGru:
        return cell_.gru_gates(sums, projected, h, c);
      case Cell::kRnn:
        return cell_.rnn(sums, h);
    }
  }

  // The last states, and zeros after the ends of sequences.
  void finish() const {
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

  void store(std::size_t output, const float* from, std::int64_t b, bool any) const {
    float* to = wanted<float>(args_, output);
    if (to == nullptr) return;
    to += s_.state(d_, b);
    any ? std::copy_n(from + b * s_.hidden, s_.hidden, to) : std::fill_n(to, s_.hidden, 0.0F);
  }

  const RecurrentStep& step_;
  const KernelTable& kernels_;
  const RecurrentParams& p_;
  const RecurrentShape& s_;
  CellF32 cell_;
  const RunArgs& args_;
  std::int64_t d_;
  const float* packed_;
  Workers* workers_;
  float *projected_, *sums_, *h_, *c_;
  const float** pointers_;  // [chunk, batch] rows of X
};

void RecurrentStep::run_directions(const RunArgs& args, const float* packed, float* scratch) const {
  const auto run = [&](std::int64_t d, Workers* workers) {
    Layer(*this, args, d, packed + d * packed_size_, scratch + d * direction_floats(), workers)
        .run();
  };
  if (s_.directions == 2 && s_.batch * rows_ * s_.hidden <= kSmallStepMacs) {
    args.workers.for_each_range(2, 1, [&](std::int64_t d, std::int64_t) { run(d, nullptr); });
  } else {
    for (std::int64_t d = 0; d < s_.directions; ++d) run(d, &args.workers);
  }
}

// The reference, with room for its state.
class ReferenceStep final : public Step {
 public:
  ReferenceStep(const RecurrentParams& p, const PrepareArgs& args)
      : p_(p), s_(p, args.in_dims(kX), args.in_dims(kR)) {}

  std::string_view kernel() const override { return "reference"; }
  std::size_t scratch_bytes() const override {
    return static_cast<std::size_t>(recurrent_scratch(s_)) * sizeof(double);
  }
  Status run(const RunArgs& args) const override {
    return recurrent_reference(p_, args, reinterpret_cast<double*>(args.scratch));
  }

 private:
  RecurrentParams p_;
  RecurrentShape s_;
};

}  // namespace

Result<std::unique_ptr<Step>> prepare_recurrent(const RecurrentParams& p, const PrepareArgs& args) {
  const bool empty = args.in_dims(kX).count() == 0 || args.in_dims(kR).count() == 0;
  if (args.in_dtype(kX) != DType::kF32 || empty) return std::make_unique<ReferenceStep>(p, args);
  auto step = std::make_unique<RecurrentStep>(p, args);
  MOTE_TRY(step->pack(args));
  return step;
}

}  // namespace mote
