// Scatter: what ScatterElements was called before opset 11.
#include "ops/ops.h"

namespace mote {
namespace {

Status to_scatter_elements(const UpgradeArgs& args) {
  args.node().op_type = "ScatterElements";
  return {};
}

constexpr int kVersions[] = {9, 11};
constexpr OnnxUpgrade kUpgrades[] = {{11, to_scatter_elements}};

}  // namespace

extern const OnnxOp kOnnx_Scatter;
constinit const OnnxOp kOnnx_Scatter = {
    .name = "Scatter", .versions = kVersions, .upgrades = kUpgrades};

}  // namespace mote
