#include "ops/exec/conv_step.h"

#include "base/result.h"
#include "ops/exec/conv_steps.h"
#include "ops/support/has_kernels.h"

namespace mote {
namespace {

bool has_kernels_of(const KernelTable& kernels, ConvKind kind) {
  switch (kind) {
    case ConvKind::kPointwise:
      return has_kernels<Kernel::pack_gemm_f32, Kernel::gemm_f32>(kernels);
    case ConvKind::kDepthwise:
      return has_kernels<Kernel::pack_depthwise_f32, Kernel::depthwise_f32>(kernels);
    default:
      return has_kernels<Kernel::pack_gemm_f32, Kernel::indirect_gemm_f32>(kernels);
  }
}

Result<std::unique_ptr<Step>> make_step(const ConvGeometry& g, const EpilogueActivation& activation,
                                        const ConvWeights& weights, const PrepareArgs& args) {
  const KernelTable& kernels = args.kernels;
  if (suits_winograd(kernels, g) &&
      has_kernels<Kernel::pack_gemm_f32, Kernel::gemm_f32, Kernel::winograd_input_f32,
                  Kernel::winograd_output_f32>(kernels)) {
    return make_winograd_step(args, g, activation, weights);
  }
  if (!has_kernels_of(kernels, kind_of(kernels, g))) return std::unique_ptr<Step>();
  MOTE_ASSIGN(Tensor packed, pack_conv(args, g, weights));
  switch (kind_of(kernels, g)) {
    case ConvKind::kPointwise:
      return make_pointwise_step(kernels, g, activation, std::move(packed));
    case ConvKind::kStem:
      return make_stem_step(kernels, g, activation, std::move(packed));
    case ConvKind::kDepthwise:
      return make_depthwise_step(kernels, g, activation, std::move(packed));
    default:
      return make_window_step(kernels, g, activation, std::move(packed));
  }
}

}  // namespace

Result<std::unique_ptr<Step>> prepare_conv(const ImageConvParams& p, const PrepareArgs& args) {
  const Tensor* w = args.constant(1);
  const bool has_bias = args.has(2);
  const Tensor* bias = args.constant(2);
  if (w == nullptr || (has_bias && bias == nullptr)) return std::unique_ptr<Step>();
  if (args.in_dims(0).count() == 0 || args.out_dims(0).count() == 0) {
    return std::unique_ptr<Step>();
  }
  const ConvWeights weights{w->values<float>().data(),
                            has_bias ? bias->values<float>().data() : nullptr};
  MOTE_ASSIGN(const ConvGeometry g,
              conv_geometry(p.window, p.group, args.in_dims(0), args.in_dims(1)));
  if (kind_of(args.kernels, g) == ConvKind::kNone) return std::unique_ptr<Step>();
  return make_step(g, p.activation, weights, args);
}

}  // namespace mote
