#include "lower/lower.h"

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
  static constexpr const Pass* kPasses[] = {
      &kEinsumToMatMul,  &kSinkDequantize,  &kToIntegers,    &kRemoveDeadCode,
      &kFoldDequantized, &kExpandBatchNorm, &kFuseAttention, &kFuseGelu,
      &kWidenSequences,  &kMergeMovement,   &kRemoveNoOps,   &kToChannelsLastPass,
      &kSinkTransposes,  &kShuffleChannels, &kMergeMovement, &kRemoveNoOps,
      &kRemoveDeadCode,  &kToGemm,          &kFuseConv,
  };
  return kPasses;
}

}  // namespace mote
