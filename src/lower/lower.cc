#include "lower/lower.h"

namespace mote {

extern const Pass kFuseConv;
extern const Pass kMergeMovement;
extern const Pass kRemoveDeadCode;
extern const Pass kRemoveNoOps;
extern const Pass kShuffleChannels;
extern const Pass kSinkTransposes;
extern const Pass kToChannelsLastPass;

std::span<const Pass* const> lowering_passes() {
  static constexpr const Pass* kPasses[] = {
      &kToChannelsLastPass, &kSinkTransposes, &kShuffleChannels, &kMergeMovement,
      &kRemoveNoOps,        &kRemoveDeadCode, &kFuseConv,
  };
  return kPasses;
}

}  // namespace mote
