// ResNet (He et al., 2015), the stride of a bottleneck in its 3x3 convolution; SqueezeNet 1.1
// (Iandola et al., 2016).
#include "architectures/families.h"
#include "architectures/network.h"

namespace mote {
namespace {

constexpr Activate kRelu = Activate::kRelu;

using Block = ValueId (*)(Network& net, ValueId x, std::int64_t width, std::int64_t stride);

ValueId shortcut(Network& net, ValueId x, std::int64_t channels, std::int64_t stride) {
  if (stride == 1 && net.channels(x) == channels) return x;
  return net.conv_norm(x, {channels, 1, stride});
}

ValueId basic_block(Network& net, ValueId x, std::int64_t width, std::int64_t stride) {
  ValueId y = net.conv_norm(x, {width, 3, stride}, kRelu);
  y = net.conv_norm(y, {width, 3});
  return net.activate(net.add(y, shortcut(net, x, width, stride)), kRelu);
}

ValueId bottleneck(Network& net, ValueId x, std::int64_t width, std::int64_t stride) {
  ValueId y = net.conv_norm(x, {width}, kRelu);
  y = net.conv_norm(y, {width, 3, stride}, kRelu);
  y = net.conv_norm(y, {4 * width});
  return net.activate(net.add(y, shortcut(net, x, 4 * width, stride)), kRelu);
}

ModelDef resnet(Network net, Block block, std::span<const int> repeats) {
  ValueId x = net.conv_norm(net.image(), {64, 7, 2}, kRelu);
  x = net.max_pool(x, 1);
  std::int64_t width = 64;
  for (const int count : repeats) {
    for (int i = 0; i < count; ++i) {
      x = block(net, x, width, i == 0 && width > 64 ? 2 : 1);
    }
    width *= 2;
  }
  return net.finish(net.dense(net.global_pool(x), 1000));
}

ValueId fire(Network& net, ValueId x, std::int64_t squeezed, std::int64_t expanded) {
  const ValueId narrow = net.activate(net.conv(x, {squeezed}), kRelu);
  return net.concat(net.activate(net.conv(narrow, {expanded}), kRelu),
                    net.activate(net.conv(narrow, {expanded, 3}), kRelu));
}

}  // namespace

ModelDef resnet18(const ArchitectureOptions& options) {
  constexpr int kRepeats[] = {2, 2, 2, 2};
  return resnet(Network("resnet18", options), basic_block, kRepeats);
}

ModelDef resnet50(const ArchitectureOptions& options) {
  constexpr int kRepeats[] = {3, 4, 6, 3};
  return resnet(Network("resnet50", options), bottleneck, kRepeats);
}

ModelDef squeezenet(const ArchitectureOptions& options) {
  Network net("squeezenet1.1", options);
  ValueId x = net.activate(net.conv(net.image(), {64, 3, 2}), kRelu);
  for (const std::int64_t squeezed : {16, 32}) {
    x = net.max_pool(x, 0);
    for (int i = 0; i < 2; ++i) x = fire(net, x, squeezed, 4 * squeezed);
  }
  x = net.max_pool(x, 0);
  for (const std::int64_t squeezed : {48, 48, 64, 64}) x = fire(net, x, squeezed, 4 * squeezed);
  return net.finish(net.global_pool(net.activate(net.conv(x, {1000}), kRelu)));
}

}  // namespace mote
