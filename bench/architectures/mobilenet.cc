// MobileNetV1 (Howard et al., 2017), V2 (Sandler et al., 2018), V3 (Howard et al., 2019), and
// EfficientNet (Tan, Le, 2019), which is made of V2's blocks.
#include <algorithm>
#include <optional>

#include "architectures/families.h"
#include "architectures/network.h"

namespace mote {
namespace {

struct SqueezeExcite {
  std::int64_t channels;
  Activate inner;
  std::string_view gate;
};

// Expand, depthwise, project; added to its input where the shapes allow.
struct InvertedResidual {
  std::int64_t kernel, stride, expanded, channels;
  Activate activation;
  std::optional<SqueezeExcite> squeeze;
};

ValueId inverted_residual(Network& net, ValueId x, const InvertedResidual& b) {
  ValueId y = x;
  const std::int64_t in = net.channels(x);
  if (b.expanded != in) y = net.conv_norm(y, {b.expanded}, b.activation);
  y = net.depthwise_norm(y, b.kernel, b.stride, b.activation);
  if (b.squeeze) {
    y = net.squeeze_excite(y, b.squeeze->channels, b.squeeze->inner, b.squeeze->gate);
  }
  y = net.conv_norm(y, {b.channels});
  return b.stride == 1 && in == b.channels ? net.add(x, y) : y;
}

// A row of table 2 of MobileNetV2, or of table 1 of EfficientNet.
struct Stage {
  std::int64_t expansion, channels, repeats, stride, kernel;
};

struct Efficient {
  std::span<const Stage> stages;
  Activate activation;
  bool squeeze;  // to a quarter of the block's input channels
};

ValueId stages(Network& net, ValueId x, const Efficient& e) {
  for (const Stage& s : e.stages) {
    for (std::int64_t i = 0; i < s.repeats; ++i) {
      const std::int64_t in = net.channels(x);
      InvertedResidual block{s.kernel,   i == 0 ? s.stride : 1, in * s.expansion,
                             s.channels, e.activation,          std::nullopt};
      if (e.squeeze) block.squeeze = SqueezeExcite{in / 4, e.activation, "Sigmoid"};
      x = inverted_residual(net, x, block);
    }
  }
  return x;
}

ModelDef efficient(Network net, const Efficient& e) {
  ValueId x = net.conv_norm(net.image(), {32, 3, 2}, e.activation);
  x = stages(net, x, e);
  x = net.conv_norm(x, {1280}, e.activation);
  return net.finish(net.dense(net.global_pool(x), 1000));
}

constexpr Stage kMobileNetV2[] = {{1, 16, 1, 1, 3}, {6, 24, 2, 2, 3}, {6, 32, 3, 2, 3},
                                  {6, 64, 4, 2, 3}, {6, 96, 3, 1, 3}, {6, 160, 3, 2, 3},
                                  {6, 320, 1, 1, 3}};
constexpr Stage kEfficientNet[] = {{1, 16, 1, 1, 3}, {6, 24, 2, 2, 3},  {6, 40, 2, 2, 5},
                                   {6, 80, 3, 2, 3}, {6, 112, 3, 1, 5}, {6, 192, 4, 2, 5},
                                   {6, 320, 1, 1, 3}};

// A row of tables 1 and 2 of MobileNetV3.
struct Row {
  std::int64_t kernel, expanded, channels;
  bool squeeze;
  Activate activation;
  std::int64_t stride;
};

constexpr Activate kRe = Activate::kRelu;
constexpr Activate kHs = Activate::kHardSwish;
constexpr Row kLarge[] = {
    {3, 16, 16, false, kRe, 1},  {3, 64, 24, false, kRe, 2},  {3, 72, 24, false, kRe, 1},
    {5, 72, 40, true, kRe, 2},   {5, 120, 40, true, kRe, 1},  {5, 120, 40, true, kRe, 1},
    {3, 240, 80, false, kHs, 2}, {3, 200, 80, false, kHs, 1}, {3, 184, 80, false, kHs, 1},
    {3, 184, 80, false, kHs, 1}, {3, 480, 112, true, kHs, 1}, {3, 672, 112, true, kHs, 1},
    {5, 672, 160, true, kHs, 2}, {5, 960, 160, true, kHs, 1}, {5, 960, 160, true, kHs, 1}};
constexpr Row kSmall[] = {
    {3, 16, 16, true, kRe, 2},  {3, 72, 24, false, kRe, 2}, {3, 88, 24, false, kRe, 1},
    {5, 96, 40, true, kHs, 2},  {5, 240, 40, true, kHs, 1}, {5, 240, 40, true, kHs, 1},
    {5, 120, 48, true, kHs, 1}, {5, 144, 48, true, kHs, 1}, {5, 288, 96, true, kHs, 2},
    {5, 576, 96, true, kHs, 1}, {5, 576, 96, true, kHs, 1}};

// To a multiple of 8, never by more than a tenth down.
std::int64_t round_channels(double channels) {
  const auto rounded = std::max<std::int64_t>(8, static_cast<std::int64_t>(channels + 4) / 8 * 8);
  return static_cast<double>(rounded) < 0.9 * channels ? rounded + 8 : rounded;
}

ModelDef mobilenet_v3(Network net, std::span<const Row> rows, std::int64_t hidden) {
  ValueId x = net.conv_norm(net.image(), {16, 3, 2}, kHs);
  for (const Row& r : rows) {
    InvertedResidual block{r.kernel, r.stride, r.expanded, r.channels, r.activation, std::nullopt};
    if (r.squeeze) {
      const std::int64_t narrow = round_channels(static_cast<double>(r.expanded) / 4);
      block.squeeze = SqueezeExcite{narrow, kRe, "HardSigmoid"};
    }
    x = inverted_residual(net, x, block);
  }
  x = net.conv_norm(x, {net.channels(x) * 6}, kHs);
  x = net.activate(net.dense(net.global_pool(x), hidden), kHs);
  return net.finish(net.dense(x, 1000));
}

}  // namespace

ModelDef mobilenet_v1(const ArchitectureOptions& options) {
  struct Separable {
    std::int64_t channels, stride;
  };
  constexpr Separable kBody[] = {{64, 1},  {128, 2},  {128, 1}, {256, 2}, {256, 1},
                                 {512, 2}, {512, 1},  {512, 1}, {512, 1}, {512, 1},
                                 {512, 1}, {1024, 2}, {1024, 1}};
  Network net("mobilenet_v1", options, Padding::kSameUpper);
  ValueId x = net.conv_norm(net.image(), {32, 3, 2}, Activate::kRelu6);
  for (const Separable& s : kBody) {
    x = net.depthwise_norm(x, 3, s.stride, Activate::kRelu6);
    x = net.conv_norm(x, {s.channels}, Activate::kRelu6);
  }
  return net.finish(net.dense(net.global_pool(x), 1000));
}

ModelDef mobilenet_v2(const ArchitectureOptions& options) {
  return efficient(Network("mobilenet_v2", options), {kMobileNetV2, Activate::kRelu6, false});
}

ModelDef efficientnet_b0(const ArchitectureOptions& options) {
  return efficient(Network("efficientnet_b0", options), {kEfficientNet, Activate::kSwish, true});
}

ModelDef efficientnet_lite0(const ArchitectureOptions& options) {
  return efficient(Network("efficientnet_lite0", options, Padding::kSameUpper),
                   {kEfficientNet, Activate::kRelu6, false});
}

ModelDef mobilenet_v3_large(const ArchitectureOptions& options) {
  return mobilenet_v3(Network("mobilenet_v3_large", options), kLarge, 1280);
}

ModelDef mobilenet_v3_small(const ArchitectureOptions& options) {
  return mobilenet_v3(Network("mobilenet_v3_small", options), kSmall, 1024);
}

}  // namespace mote
