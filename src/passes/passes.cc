#include "passes/passes.h"

namespace mote {

extern const Pass kFoldConstants;
extern const Pass kSelectIfBranch;
extern const Pass kRemoveNoOps;
extern const Pass kMergeMovement;
extern const Pass kFoldBatchNorm;
extern const Pass kRemoveDeadCode;

// Folding first: it makes the conditions, shapes and parameters that the others look at.
std::span<const Pass* const> model_passes() {
  static constexpr const Pass* kPasses[] = {
      &kFoldConstants, &kSelectIfBranch, &kRemoveNoOps,
      &kMergeMovement, &kFoldBatchNorm,  &kRemoveDeadCode,
  };
  return kPasses;
}

}  // namespace mote
