#include "lower/lower.h"

#include "passes/pass_list.h"

namespace mote {

extern const Pass kEinsumToMatMul;
extern const Pass kExpandBatchNorm;
extern const Pass kFoldDequantized;
extern const Pass kFuseAttention;
extern const Pass kFuseConv;
extern const Pass kFuseGelu;
extern const Pass kMergeMovement;
extern const Pass kRemoveDeadCode;
extern const Pass kRemoveNoOps;
extern const Pass kShuffleChannels;
extern const Pass kSinkDequantize;
extern const Pass kSinkTransposes;
extern const Pass kToChannelsLastPass;
extern const Pass kToGemm;
extern const Pass kToIntegers;
extern const Pass kWidenSequences;

std::span<const Pass* const> lowering_passes() {
  // Integers first, then what is left of quantized weights becomes floats. Reshapes meet and cancel
  // before transposes come between them.
  static constexpr PassList kPasses({
      {"einsum_to_matmul", &kEinsumToMatMul},
      {"sink_dequantize", &kSinkDequantize},
      {"to_integers", &kToIntegers},
      {"remove_dead_code", &kRemoveDeadCode},
      {"fold_dequantized", &kFoldDequantized},
      {"expand_batch_norm", &kExpandBatchNorm},
      {"fuse_attention", &kFuseAttention},
      {"fuse_gelu", &kFuseGelu},
      {"widen_sequences", &kWidenSequences},
      {"merge_movement", &kMergeMovement},
      {"remove_no_ops", &kRemoveNoOps},
      {"to_channels_last", &kToChannelsLastPass},
      {"sink_transposes", &kSinkTransposes},
      {"shuffle_channels", &kShuffleChannels},
      {"merge_movement", &kMergeMovement},
      {"remove_no_ops", &kRemoveNoOps},
      {"remove_dead_code", &kRemoveDeadCode},
      {"to_gemm", &kToGemm},
      {"fuse_conv", &kFuseConv},
  });
  return kPasses;
}

}  // namespace mote
