#include "lower/lower.h"

namespace mote {

extern const Pass kEinsumToMatMul;
extern const Pass kExpandBatchNorm;
extern const Pass kFuseConv;
extern const Pass kMergeMovement;
extern const Pass kRemoveDeadCode;
extern const Pass kRemoveNoOps;
extern const Pass kShuffleChannels;
extern const Pass kSinkTransposes;
extern const Pass kToChannelsLastPass;
extern const Pass kToGemm;
extern const Pass kWidenSequences;

std::span<const Pass* const> lowering_passes() {
  // Reshapes meet and cancel before transposes come between them.
  static constexpr const Pass* kPasses[] = {
      &kEinsumToMatMul,     &kExpandBatchNorm, &kWidenSequences,  &kMergeMovement, &kRemoveNoOps,
      &kToChannelsLastPass, &kSinkTransposes,  &kShuffleChannels, &kMergeMovement, &kRemoveNoOps,
      &kRemoveDeadCode,     &kToGemm,          &kFuseConv,
  };
  return kPasses;
}

}  // namespace mote
