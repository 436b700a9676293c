// FusedConv, NhwcConv, NhwcFusedConv, NhwcMaxPool: convolution and pooling with what follows them,
// or with channels last.
#include "base/text.h"
#include "ops/microsoft/composite.h"
#include "ops/microsoft/fused_activation.h"

namespace mote {
namespace {

struct FusedConvParams : OpParams {
  Attributes window;  // of the ONNX operator
  FusedActivation activation;
};

Result<std::unique_ptr<const OpParams>> parse_fused(const Attributes& attributes) {
  auto p = std::make_unique<FusedConvParams>();
  FusedAttributes split = split_attributes(attributes);
  AttributeReader r(split.activation);
  const std::string name = r.text("activation", "");
  const std::vector<float> params = r.reals("activation_params", {});
  MOTE_TRY(r.finish());
  MOTE_TRY(all_ops().find("", "Conv")->parse(split.rest));
  MOTE_ASSIGN(p->activation, fused_activation(name, params));
  p->window = std::move(split.rest);
  return p;
}

template <const char* kOpType>
Result<std::unique_ptr<const OpParams>> parse_plain(const Attributes& attributes) {
  auto p = std::make_unique<FusedConvParams>();
  MOTE_TRY(all_ops().find("", kOpType)->parse(attributes));
  p->window = attributes;
  return p;
}

// X, W, B, Z: added before the activation.
Status fused_conv(Decomposition& d) {
  const auto& p = d.params<FusedConvParams>();
  ValueId y = d.add("Conv", {d.in(0), d.in(1), d.in(2)}, p.window);
  if (d.has(3)) y = d.add("Add", {y, d.in(3)});
  d.yield(0, apply(d, p.activation, y));
  return d.status();
}

// The last dimension becomes the second one, or the other way round.
ValueId moved_channels(Decomposition& d, ValueId x, bool to_second) {
  const int rank = d.rank(x);
  if (!d.status()) return x;
  if (rank < 2) {
    d.fail({Code::kInvalidArgument, cat("X has rank ", rank, ", below 2")});
    return x;
  }
  std::vector<std::int64_t> perm{0};
  if (to_second) perm.push_back(rank - 1);
  for (int i = to_second ? 1 : 2; i < (to_second ? rank - 1 : rank); ++i) perm.push_back(i);
  if (!to_second) perm.push_back(1);
  return d.add("Transpose", {x}, {{"perm", std::move(perm)}});
}

Status nhwc_conv(Decomposition& d) {
  const auto& p = d.params<FusedConvParams>();
  const ValueId x = moved_channels(d, d.in(0), true);
  ValueId y = moved_channels(d, d.add("Conv", {x, d.in(1), d.in(2)}, p.window), false);
  if (d.has(3)) y = d.add("Add", {y, d.in(3)});
  d.yield(0, apply(d, p.activation, y));
  return d.status();
}

Status nhwc_max_pool(Decomposition& d) {
  const ValueId x = moved_channels(d, d.in(0), true);
  d.yield(0, moved_channels(d, d.add("MaxPool", {x}, d.params<FusedConvParams>().window), false));
  return d.status();
}

constexpr char kConv[] = "Conv";
constexpr char kMaxPool[] = "MaxPool";

constexpr std::string_view kFusedConv[] = {
    "(x: f32[1,3,5,5], w: f32[4,3,3,3], b: f32[4], z: f32[1,4,5,5]) -> (y) {\n"
    "  y = com.microsoft.FusedConv(x, w, b, z) {activation=\"Relu\", pads=[1, 1, 1, 1]} }",
    "(x: f32[1,3,5,5], w: f32[4,3,3,3]) -> (y) {\n"
    "  y = com.microsoft.FusedConv(x, w) {activation=\"Clip\", activation_params=[-0.5, 1.5]} }",
    "(x: f32[1,3,5], w: f32[4,3,3]) -> (y) {\n"
    "  y = com.microsoft.FusedConv(x, w) {activation=\"LeakyRelu\", activation_params=[0.2]} }",
    "(x: f32[1,3,5], w: f32[4,3,3]) -> (y) {\n"
    "  y = com.microsoft.FusedConv(x, w) {\n"
    "    activation=\"HardSigmoid\", activation_params=[0.3, 0.4]} }",
};
constexpr std::string_view kNhwcConv[] = {
    "(x: f32[1,5,6,4], w: f32[6,2,3,3], b: f32[6]) -> (y) {\n"
    "  y = com.microsoft.NhwcConv(x, w, b) {group=2, strides=[2, 1]} }",
};
constexpr std::string_view kNhwcFusedConv[] = {
    "(x: f32[1,5,6,4], w: f32[6,4,3,3], b: f32[6], z: f32[1,3,4,6]) -> (y) {\n"
    "  y = com.microsoft.NhwcFusedConv(x, w, b, z) {activation=\"Tanh\"} }",
};
constexpr std::string_view kNhwcMaxPool[] = {
    "(x: u8[1,5,6,4]) -> (y) {\n"
    "  y = com.microsoft.NhwcMaxPool(x) {kernel_shape=[2, 3], strides=[2, 2]} }",
};

}  // namespace

MOTE_MICROSOFT_OP(FusedConv, (composite<fused_conv>("FusedConv", {2, 4}, parse_fused)),
                  "`activation`(Conv(`X`, `W`, `B`) + `Z`).", kFusedConv)
MOTE_MICROSOFT_OP(NhwcConv, (composite<nhwc_conv>("NhwcConv", {2, 3}, parse_plain<kConv>)),
                  "Conv of images whose channels come last; `W` as Conv has it.", kNhwcConv)
MOTE_MICROSOFT_OP(NhwcFusedConv, (composite<nhwc_conv>("NhwcFusedConv", {2, 4}, parse_fused)),
                  "FusedConv of images whose channels come last; `W` as Conv has it.",
                  kNhwcFusedConv)
MOTE_MICROSOFT_OP(NhwcMaxPool,
                  (composite<nhwc_max_pool>("NhwcMaxPool", {1, 1}, parse_plain<kMaxPool>)),
                  "MaxPool of images whose channels come last.", kNhwcMaxPool)

}  // namespace mote
