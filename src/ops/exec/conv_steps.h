// The kinds of steps of mote.Conv, and what they share.
#pragma once
#include <memory>

#include "ir/row_step.h"
#include "ops/exec/activation.h"
#include "ops/exec/conv_geometry.h"

namespace mote {

class ConvStep : public Step {
 public:
  ConvStep(const KernelTable& kernels, const ConvGeometry& geometry,
           const EpilogueActivation& activation, Tensor packed)
      : kernels_(kernels), g_(geometry), activation_(activation), packed_(std::move(packed)) {}

  std::size_t packed_bytes() const override { return packed_.bytes(); }
  bool reads(int input) const override { return input == 0 || input == 3; }

 protected:
  const float* packed() const { return static_cast<const float*>(packed_.data()); }

  // For the output from element `at` on. operands: of the node.
  EpilogueF32 epilogue(std::span<const TensorView> operands, std::int64_t at) const {
    EpilogueF32 e{activation_.function, activation_.a, activation_.b};
    if (operands.size() > 3 && operands[3]) {
      e.residual = operands[3].as<float>() + at;
      e.residual_ld = g_.filters;
    }
    return e;
  }

  const KernelTable& kernels_;
  ConvGeometry g_;
  EpilogueActivation activation_;
  Tensor packed_;
};

// One that works row by row.
class RowConvStep : public ConvStep, public RowStep {
 public:
  using ConvStep::ConvStep;

  const RowStep* by_rows() const override { return this; }
  RowGeometry row_geometry() const override { return rows_of(g_, sizeof(float)); }

 protected:
  // The output's elements before row `y` of image `image`.
  std::int64_t elements_before(std::int64_t image, std::int64_t y) const {
    return (image * g_.window.out[0] + y) * g_.window.out[1] * g_.filters;
  }
};

using ConvStepResult = Result<std::unique_ptr<Step>>;

// One tap, one input pixel for each output pixel: a matrix product for each group.
ConvStepResult make_pointwise_step(const KernelTable& kernels, const ConvGeometry& g,
                                   const EpilogueActivation& activation, Tensor packed);
// Few channels: a row of the kernel is one stretch of memory.
ConvStepResult make_stem_step(const KernelTable& kernels, const ConvGeometry& g,
                              const EpilogueActivation& activation, Tensor packed);
// One filter for each channel.
ConvStepResult make_depthwise_step(const KernelTable& kernels, const ConvGeometry& g,
                                   const EpilogueActivation& activation, Tensor packed);
// Any window: pointers to the pixels below it. Errors: kResourceExhausted.
ConvStepResult make_window_step(const KernelTable& kernels, const ConvGeometry& g,
                                const EpilogueActivation& activation, Tensor packed);

// 3x3 with stride 1, many channels and pixels: Winograd's F(4x4, 3x3), unless factors are rounded:
// its transforms would make more of that. Errors: kResourceExhausted.
bool suits_winograd(const KernelTable& kernels, const ConvGeometry& g);
ConvStepResult make_winograd_step(const PrepareArgs& args, const ConvGeometry& g,
                                  const EpilogueActivation& activation, const ConvWeights& weights);

}  // namespace mote
