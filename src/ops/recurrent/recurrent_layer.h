// Recurrent layers in f32: what every run of one has in common, and one direction of one run.
// Internal to this folder.
#pragma once
#include "kernels/table.h"
#include "ops/recurrent/recurrent.h"
#include "ops/recurrent/recurrent_cell.h"

namespace mote {

struct RecurrentWeights {
  const float *w, *r, *b;  // b: null if there are no biases
};

// Sizes, and where packed weights lie: of each direction W as one matrix, then R gate by gate, so
// that the same units of all gates can be computed together.
class RecurrentPlan {
 public:
  RecurrentPlan(const KernelTable& kernels, const RecurrentParams& p, const RecurrentShape& s);

  const KernelTable& kernels;
  RecurrentParams p;
  RecurrentShape s;
  std::int64_t rows;   // gates * hidden
  std::int64_t chunk;  // steps whose inputs are multiplied at once
  std::int64_t units;  // hidden elements that a thread computes at once

  std::int64_t packed_floats() const { return s.directions * direction_floats_; }
  std::int64_t bias_floats() const { return rows; }  // room for pack
  std::int64_t scratch_floats() const;               // of a direction of a run

  // bias: room to work in.
  void pack(const RecurrentWeights& weights, float* packed, float* bias, Workers& workers) const;

  const float* packed_w(const float* packed, std::int64_t d) const {
    return packed + d * direction_floats_;
  }
  const float* packed_r(const float* packed, std::int64_t d, std::int64_t gate) const {
    return packed_w(packed, d) + w_floats_ + gate * gate_floats_;
  }

 private:
  void pack_direction(const RecurrentWeights& own, float* to, float* bias, Workers& workers) const;

  std::int64_t w_floats_, gate_floats_, direction_floats_;
};

class RecurrentLayer {
 public:
  // workers: null if another thread has the other direction. scratch: scratch_floats().
  RecurrentLayer(const RecurrentPlan& plan, const RunArgs& args, std::int64_t d,
                 const float* packed, float* scratch, Workers* workers);

  // Ends early if args.stop says so.
  void run();

 private:
  struct Range {
    std::int64_t at, count;  // hidden elements
  };

  bool active(std::int64_t i, std::int64_t b) const { return i < length_of(args_, s_, b); }
  std::int64_t time(std::int64_t i, std::int64_t b) const {
    return p_.reverse(d_) ? length_of(args_, s_, b) - 1 - i : i;
  }
  template <class Body>
  void share(std::int64_t n, std::int64_t grain, const Body& body) const {
    const bool alone = workers_ == nullptr || workers_->threads() == 1;
    alone ? body(0, n) : workers_->for_each_range(n, grain, body);
  }

  void load(std::size_t input, float* to) const;
  void project(std::int64_t i, std::int64_t n) const;
  void advance(const float* projected, std::int64_t i);
  void multiply(std::int64_t gate, const float* x, const float* addend, const Range& units) const;
  void first_half(std::int64_t b, const float* projected, const Range& units) const;
  void keep(std::int64_t i, std::int64_t b, const Range& units) const;
  void finish() const;
  void store(std::size_t output, const float* from, std::int64_t b, bool any) const;

  const RecurrentPlan& plan_;
  const RecurrentParams& p_;
  const RecurrentShape& s_;
  CellF32 cell_;
  const RunArgs& args_;
  std::int64_t d_;
  const float* packed_;
  Workers* workers_;
  // [batch, hidden] each: the state, the next one, LSTM's cell or what GRU resets; sums: of gates.
  float *projected_, *sums_, *h_, *next_h_, *c_;
  const float** pointers_;  // [chunk, batch] rows of X
};

}  // namespace mote
