#include "passes/passes.h"

#include "passes/pass_list.h"

namespace mote {

extern const Pass kFoldConstants;
extern const Pass kSelectIfBranch;
extern const Pass kRemoveNoOps;
extern const Pass kMergeMovement;
extern const Pass kFoldBatchNorm;
extern const Pass kRemoveDeadCode;

// Folding first: it makes the conditions, shapes and parameters that the others look at.
std::span<const Pass* const> model_passes() {
  static constexpr PassList kPasses({
      {"fold_constants", &kFoldConstants},
      {"select_if_branch", &kSelectIfBranch},
      {"remove_no_ops", &kRemoveNoOps},
      {"merge_movement", &kMergeMovement},
      {"fold_batch_norm", &kFoldBatchNorm},
      {"remove_dead_code", &kRemoveDeadCode},
  });
  return kPasses;
}

}  // namespace mote
