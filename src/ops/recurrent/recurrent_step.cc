// Steps of recurrent layers: kernels for f32, the reference for what else there is.
#include "base/result.h"
#include "ops/recurrent/recurrent.h"
#include "ops/recurrent/recurrent_layer.h"
#include "ops/support/has_kernels.h"

namespace mote {
namespace {

// Multiply-accumulates of a step below which its two directions, not its rows, are shared out.
constexpr std::int64_t kSmallStepMacs = 1 << 20;

std::int64_t aligned(std::int64_t floats) { return (floats + 15) / 16 * 16; }

class RecurrentStep final : public Step {
 public:
  RecurrentStep(const RecurrentParams& p, const PrepareArgs& args)
      : plan_(args.kernels, p, RecurrentShape(p, args.in_dims(kX), args.in_dims(kR))) {}

  // Packs W, R and B, if all are constant.
  Status pack(const PrepareArgs& args) {
    if (!args.constant(kW) || !args.constant(kR) || (args.has(kB) && !args.constant(kB))) return {};
    const RecurrentWeights weights = {
        args.constant(kW)->values<float>().data(), args.constant(kR)->values<float>().data(),
        args.has(kB) ? args.constant(kB)->values<float>().data() : nullptr};
    const auto fill = [&](const MutTensorView& packed, Workers& workers) -> Status {
      MOTE_ASSIGN(Tensor bias, Tensor::zeros(DType::kF32, {plan_.bias_floats()}));
      plan_.pack(weights, packed.as<float>(), bias.mut().as<float>(), workers);
      return {};
    };
    MOTE_ASSIGN(packed_, args.derive({kW, kR, kB}, plan_.packed_floats(), DType::kF32, fill));
    return {};
  }

  std::string_view kernel() const override { return "recurrent_f32"; }
  std::size_t packed_bytes() const override { return packed_ ? packed_.bytes() : 0; }
  bool reads(int input) const override {
    return !packed_ || (input != kW && input != kR && input != kB);
  }
  std::size_t scratch_bytes() const override {
    const std::int64_t packing = packed_ ? 0 : plan_.packed_floats() + aligned(plan_.bias_floats());
    return static_cast<std::size_t>(packing + plan_.s.directions * plan_.scratch_floats()) *
           sizeof(float);
  }

  Status run(const RunArgs& args) const override {
    MOTE_TRY(check_lengths(args, plan_.s));
    auto* scratch = reinterpret_cast<float*>(args.scratch);
    const float* packed = static_cast<const float*>(packed_.data());
    if (!packed_) {
      const TensorView b = optional_input(args, kB);
      const RecurrentWeights weights = {args.in[kW].as<float>(), args.in[kR].as<float>(),
                                        b ? b.as<float>() : nullptr};
      float* bias = scratch + plan_.packed_floats();
      plan_.pack(weights, scratch, bias, args.workers);
      packed = scratch;
      scratch = bias + aligned(plan_.bias_floats());
    }
    run_directions(args, packed, scratch);
    return args.stop.check();
  }

 private:
  void run_directions(const RunArgs& args, const float* packed, float* scratch) const {
    const RecurrentShape& s = plan_.s;
    const auto run = [&](std::int64_t d, Workers* workers) {
      RecurrentLayer(plan_, args, d, packed, scratch + d * plan_.scratch_floats(), workers).run();
    };
    if (s.directions == 2 && s.batch * plan_.rows * s.hidden <= kSmallStepMacs) {
      args.workers.for_each_range(2, 1, [&](std::int64_t d, std::int64_t) { run(d, nullptr); });
    } else {
      for (std::int64_t d = 0; d < s.directions; ++d) run(d, &args.workers);
    }
  }

  RecurrentPlan plan_;
  Tensor packed_;  // undefined: packed at each run
};

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
  if (args.in_dtype(kX) != DType::kF32 || empty ||
      !has_kernels<Kernel::pack_gemm_f32, Kernel::indirect_gemm_f32, Kernel::gemm_f32,
                   Kernel::binary_f32, Kernel::unary_f32>(args.kernels)) {
    return std::make_unique<ReferenceStep>(p, args);
  }
  auto step = std::make_unique<RecurrentStep>(p, args);
  MOTE_TRY(step->pack(args));
  return step;
}

}  // namespace mote
