#include <algorithm>

#include "ops/matmul/gemm_grid.h"
#include "ops/recurrent/recurrent_layer.h"

namespace mote {
namespace {

// Floats of inputs' products that are made at once.
constexpr std::int64_t kProjectedFloats = 1 << 18;
// Multiply-accumulates that a thread takes at once: 6 us at the 20 GMAC/s of one row.
constexpr std::int64_t kPieceMacs = 1 << 17;

std::int64_t aligned(std::int64_t floats) { return (floats + 15) / 16 * 16; }

std::int64_t units_at_once(const KernelTable& kernels, const RecurrentShape& s) {
  const std::int64_t panel = kernels.gemm_panel;
  const std::int64_t panels = kPieceMacs / (s.batch * s.gates * s.hidden * panel);
  return std::min(std::max<std::int64_t>(panels, 1) * panel, s.hidden);
}

}  // namespace

RecurrentPlan::RecurrentPlan(const KernelTable& k, const RecurrentParams& params,
                             const RecurrentShape& shape)
    : kernels(k),
      p(params),
      s(shape),
      rows(s.gates * s.hidden),
      chunk(std::clamp<std::int64_t>(kProjectedFloats / (s.batch * rows), 1, s.steps)),
      units(units_at_once(k, s)),
      w_floats_(aligned(k.packed_gemm_size_f32(rows, s.input, 1))),
      gate_floats_(aligned(k.packed_gemm_size_f32(s.hidden, s.hidden, 1))),
      direction_floats_(w_floats_ + s.gates * gate_floats_) {}

// Row pointers, products of inputs, sums, two h, c or what GRU resets.
std::int64_t RecurrentPlan::scratch_floats() const {
  using Row = const float*;
  static_assert(sizeof(Row) % sizeof(float) == 0);
  const auto pointer = static_cast<std::int64_t>(sizeof(Row) / sizeof(float));  // NOLINT
  return aligned(chunk * s.batch * pointer) + aligned(chunk * s.batch * rows) +
         aligned(s.batch * rows) + 3 * aligned(s.batch * s.hidden);
}

void RecurrentPlan::pack(const RecurrentWeights& weights, float* packed, float* bias,
                         Workers& workers) const {
  for (std::int64_t d = 0; d < s.directions; ++d) {
    const RecurrentWeights own = {weights.w + d * rows * s.input, weights.r + d * rows * s.hidden,
                                  weights.b != nullptr ? weights.b + d * 2 * rows : nullptr};
    pack_direction(own, packed + d * direction_floats_, bias, workers);
  }
}

// Biases of R join those of W, but for the one that GRU adds before it resets.
void RecurrentPlan::pack_direction(const RecurrentWeights& own, float* to, float* bias,
                                   Workers& workers) const {
  const std::int64_t apart = p.linear_before_reset ? s.hidden : 0;
  if (own.b != nullptr) {
    std::copy_n(own.b, rows, bias);
    kernels.binary_f32(BinaryF32::kAdd, bias, 1, own.b + rows, 1, bias, rows - apart);
  }
  pack_weights(kernels, {own.w, rows, s.input, s.input, 1}, own.b != nullptr ? bias : nullptr, to,
               workers);
  for (std::int64_t gate = 0; gate < s.gates; ++gate) {
    const bool biased = own.b != nullptr && apart > 0 && gate == s.gates - 1;
    pack_weights(kernels, {own.r + gate * s.hidden * s.hidden, s.hidden, s.hidden, s.hidden, 1},
                 biased ? own.b + rows + gate * s.hidden : nullptr,
                 to + w_floats_ + gate * gate_floats_, workers);
  }
}

RecurrentLayer::RecurrentLayer(const RecurrentPlan& plan, const RunArgs& args, std::int64_t d,
                               const float* packed, float* scratch, Workers* workers)
    : plan_(plan),
      p_(plan.p),
      s_(plan.s),
      cell_(plan.kernels, plan.p, plan.s.hidden, d),
      args_(args),
      d_(d),
      packed_(packed),
      workers_(workers) {
  projected_ = scratch;
  sums_ = projected_ + aligned(plan.chunk * s_.batch * plan.rows);
  h_ = sums_ + aligned(s_.batch * plan.rows);
  next_h_ = h_ + aligned(s_.batch * s_.hidden);
  c_ = next_h_ + aligned(s_.batch * s_.hidden);
  pointers_ = reinterpret_cast<const float**>(c_ + aligned(s_.batch * s_.hidden));
}

}  // namespace mote
