// Upsample: what Resize was called before opset 10.
#include "base/text.h"
#include "ops/ops.h"

namespace mote {
namespace {

// Attributes `height_scale` and `width_scale` of an image became `scales`.
Status scales_of_all(const UpgradeArgs& args) {
  Attributes& attributes = args.node().attributes;
  AttributeReader r(attributes);
  const float height = r.real("height_scale", 1.0F);
  const float width = r.real("width_scale", 1.0F);
  if (r.text("mode", "nearest") == "bilinear") attributes.set("mode", std::string("linear"));
  attributes.erase("height_scale");
  attributes.erase("width_scale");
  attributes.set("scales", std::vector<float>{1.0F, 1.0F, height, width});
  return {};
}

Status scales_to_input(const UpgradeArgs& args) {
  Attributes& attributes = args.node().attributes;
  AttributeReader r(attributes);
  const std::vector<float> scales = r.reals("scales", {});
  if (scales.empty()) return Error{Code::kInvalidArgument, "attribute 'scales' is missing"};
  attributes.erase("scales");
  args.set_input(1, args.add_constant("scales", Tensor::of<float>({std::ssize(scales)}, scales)));
  return {};
}

// As Resize was in opset 10.
Status to_resize(const UpgradeArgs& args) {
  Node& node = args.node();
  node.op_type = "Resize";
  AttributeReader r(node.attributes);
  if (r.text("mode", "nearest") == "bilinear") node.attributes.set("mode", std::string("linear"));
  return {};
}

constexpr int kVersions[] = {1, 7, 9, 10};
constexpr OnnxUpgrade kUpgrades[] = {{7, scales_of_all}, {9, scales_to_input}, {10, to_resize}};

}  // namespace

extern const OnnxOp kOnnx_Upsample;
constinit const OnnxOp kOnnx_Upsample = {
    .name = "Upsample", .versions = kVersions, .upgrades = kUpgrades};

}  // namespace mote
