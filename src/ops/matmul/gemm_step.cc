#include "ops/matmul/gemm_step.h"

#include <cmath>

#include "base/result.h"
#include "ops/matmul/gemm_grid.h"
#include "ops/support/has_kernels.h"
#include "ops/support/strides.h"

namespace mote {
namespace {

// How C joins the sums.
enum class Addend {
  kNone,
  kBias,      // packed with the weights
  kResidual,  // read as it is
  kScaled,    // beta * C, broadcast, is computed into scratch first
};

std::size_t aligned(std::size_t bytes) { return (bytes + 63) / 64 * 64; }

std::size_t float_bytes(std::int64_t count) {
  return static_cast<std::size_t>(count) * sizeof(float);
}

class GemmStep final : public Step {
 public:
  GemmStep(const GemmParams& p, const PrepareArgs& args)
      : kernels_(args.kernels),
        p_(p),
        m_(args.out_dims(0)[0]),
        n_(args.out_dims(0)[1]),
        k_(args.in_dims(0)[p.trans_a ? 0 : 1]),
        packed_size_(kernels_.packed_gemm_size_f32(n_, k_, 1)),
        grid_(cut_gemm(kernels_, m_, n_, k_)) {
    if (args.has(2)) choose_addend(args);
  }

  // Packs constant weights, and a constant C that is one row.
  Status pack(const PrepareArgs& args) {
    const Tensor* b = args.constant(1);
    if (b == nullptr) return {};
    const auto fill = [&](const MutTensorView& packed, Workers& workers) -> Status {
      MOTE_ASSIGN(const Tensor bias, bias_of(args));
      const auto* row = static_cast<const float*>(bias.data());
      const float* matrix = b->values<float>().data();
      Tensor scaled;
      if (p_.alpha != 1.0F) {
        MOTE_ASSIGN(scaled, Tensor::zeros(DType::kF32, b->dims()));
        auto* product = scaled.mut().as<float>();
        kernels_.binary_f32(BinaryF32::kMul, matrix, 1, &p_.alpha, 0, product, b->count());
        matrix = product;
      }
      pack_weights(kernels_, weights(matrix), row, packed.as<float>(), workers);
      return {};
    };
    const bool with_c = addend_ == Addend::kBias;
    MOTE_ASSIGN(packed_, with_c ? args.derive({1, 2}, packed_size_, DType::kF32, fill)
                                : args.derive({1}, packed_size_, DType::kF32, fill));
    return {};
  }

  std::size_t scratch_bytes() const override {
    return packed_scratch() + a_scratch() + aligned(addend_ == Addend::kScaled ? y_bytes() : 0);
  }
  std::size_t packed_bytes() const override { return packed_ ? packed_.bytes() : 0; }
  bool reads(int input) const override {
    const bool packed = input == 1 || (input == 2 && addend_ == Addend::kBias);
    return !packed_ || !packed;
  }
  std::string_view kernel() const override { return "gemm_f32"; }

  Status run(const RunArgs& args) const override {
    GemmF32 g{m_, n_, k_, args.in[0].as<float>(), k_, weights_of(args), args.out[0].as<float>(),
              n_, {}};
    if (p_.trans_a) g.x = transpose_a(args);
    if (addend_ == Addend::kResidual) {
      g.epilogue.residual = args.in[2].as<float>();
      g.epilogue.residual_ld = c_step_[0];
    } else if (addend_ == Addend::kScaled) {
      g.epilogue.residual = scale_c(args);
      g.epilogue.residual_ld = n_;
    }
    run_gemm(kernels_, grid_, g, args.workers);
    return {};
  }

 private:
  void choose_addend(const PrepareArgs& args) {
    c_step_ = broadcast_strides(args.in_dims(2), {m_, n_});
    const bool one_row = c_step_[0] == 0;
    const bool dense = c_step_[1] == 1 || n_ == 1;
    if (args.constant(1) != nullptr && args.constant(2) != nullptr && one_row) {
      addend_ = Addend::kBias;
    } else {
      addend_ = p_.beta == 1.0F && dense ? Addend::kResidual : Addend::kScaled;
    }
  }

  // beta * C as a row; undefined unless C is packed.
  Result<Tensor> bias_of(const PrepareArgs& args) const {
    if (addend_ != Addend::kBias) return Tensor();
    MOTE_ASSIGN(Tensor bias, Tensor::zeros(DType::kF32, {n_}));
    kernels_.binary_f32(BinaryF32::kMul, args.constant(2)->values<float>().data(), c_step_[1],
                        &p_.beta, 0, static_cast<float*>(bias.mut().data), n_);
    return bias;
  }

  GemmWeights weights(const float* b) const {
    return {b, n_, k_, p_.trans_b ? k_ : 1, p_.trans_b ? 1 : n_};
  }

  std::size_t y_bytes() const { return float_bytes(m_ * n_); }
  std::size_t packed_scratch() const { return packed_ ? 0 : aligned(float_bytes(packed_size_)); }
  std::size_t a_scratch() const { return p_.trans_a ? aligned(float_bytes(m_ * k_)) : 0; }

  const float* weights_of(const RunArgs& args) const {
    if (packed_) return static_cast<const float*>(packed_.data());
    auto* packed = reinterpret_cast<float*>(args.scratch);
    pack_weights(kernels_, weights(args.in[1].as<float>()), nullptr, packed, args.workers);
    if (p_.alpha != 1.0F) {
      kernels_.binary_f32(BinaryF32::kMul, packed, 1, &p_.alpha, 0, packed, packed_size_);
    }
    return packed;
  }

  const float* transpose_a(const RunArgs& args) const {
    auto* y = reinterpret_cast<std::uint32_t*>(args.scratch + packed_scratch());
    const auto* x = args.in[0].as<std::uint32_t>();
    args.workers.for_each_range(m_, kStripe, [&](std::int64_t begin, std::int64_t end) {
      kernels_.transpose_32(x + begin, m_, y + begin * k_, k_, k_, end - begin);
    });
    return reinterpret_cast<const float*>(y);
  }

  const float* scale_c(const RunArgs& args) const {
    auto* scaled = reinterpret_cast<float*>(args.scratch + packed_scratch() + a_scratch());
    const auto* c = args.in[2].as<float>();
    args.workers.for_each_range(m_, kStripe, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        kernels_.binary_f32(BinaryF32::kMul, c + i * c_step_[0], c_step_[1], &p_.beta, 0,
                            scaled + i * n_, n_);
      }
    });
    return scaled;
  }

  static constexpr std::int64_t kStripe = 64;  // rows

  const KernelTable& kernels_;
  GemmParams p_;
  std::int64_t m_, n_, k_;
  std::int64_t packed_size_;
  GemmGrid grid_;
  Addend addend_ = Addend::kNone;
  Dims c_step_;
  Tensor packed_;  // undefined: packed at each run
};

}  // namespace

Result<std::unique_ptr<Step>> prepare_gemm(const GemmParams& p, const PrepareArgs& args) {
  // An infinite alpha would turn the zero that stands for no bias into NaN.
  if (args.in_dtype(0) != DType::kF32 || args.in_dims(0).count() == 0 ||
      args.in_dims(1).count() == 0 || !std::isfinite(p.alpha)) {
    return std::unique_ptr<Step>();
  }
  if (!has_kernels<Kernel::pack_gemm_f32, Kernel::gemm_f32, Kernel::binary_f32,
                   Kernel::transpose_32>(args.kernels)) {
    return std::unique_ptr<Step>();
  }
  auto step = std::make_unique<GemmStep>(p, args);
  MOTE_TRY(step->pack(args));
  return step;
}

}  // namespace mote
