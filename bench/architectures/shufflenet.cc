// ShuffleNet with 3 groups (Zhang et al., 2017) and ShuffleNetV2 1x (Ma et al., 2018).
#include "architectures/families.h"
#include "architectures/network.h"

namespace mote {
namespace {

constexpr Activate kRelu = Activate::kRelu;
constexpr int kRepeats[] = {4, 8, 4};

ValueId stem(Network& net) {
  return net.max_pool(net.conv_norm(net.image(), {24, 3, 2}, kRelu), 1);
}

ValueId grouped_unit(Network& net, ValueId x, std::int64_t channels, std::int64_t stride) {
  constexpr std::int64_t kGroups = 3;
  const std::int64_t in = net.channels(x);
  const bool first = in == 24;  // too few channels to group
  ValueId y = net.conv_norm(x, {channels / 4, 1, 1, first ? 1 : kGroups}, kRelu);
  y = net.shuffle(y, kGroups);
  y = net.depthwise_norm(y, 3, stride, Activate::kNone);
  const std::int64_t made = stride == 1 ? channels : channels - in;
  y = net.conv_norm(y, {made, 1, 1, kGroups});
  const ValueId sum = stride == 1 ? net.add(x, y) : net.concat(net.average_pool(x), y);
  return net.activate(sum, kRelu);
}

ValueId right_branch(Network& net, ValueId x, std::int64_t channels, std::int64_t stride) {
  ValueId y = net.conv_norm(x, {channels}, kRelu);
  y = net.depthwise_norm(y, 3, stride, Activate::kNone);
  return net.conv_norm(y, {channels}, kRelu);
}

ValueId split_unit(Network& net, ValueId x, std::int64_t channels, std::int64_t stride) {
  const std::int64_t half = channels / 2;
  if (stride == 1) {
    const std::vector<ValueId> halves = net.split(x);
    return net.shuffle(net.concat(halves[0], right_branch(net, halves[1], half, 1)), 2);
  }
  const ValueId left = net.conv_norm(net.depthwise_norm(x, 3, 2, Activate::kNone), {half}, kRelu);
  return net.shuffle(net.concat(left, right_branch(net, x, half, 2)), 2);
}

using Unit = ValueId (*)(Network& net, ValueId x, std::int64_t channels, std::int64_t stride);

ValueId body(Network& net, Unit unit, std::int64_t channels) {
  ValueId x = stem(net);
  for (const int count : kRepeats) {
    for (int i = 0; i < count; ++i) x = unit(net, x, channels, i == 0 ? 2 : 1);
    channels *= 2;
  }
  return x;
}

}  // namespace

ModelDef shufflenet_v1(const ArchitectureOptions& options) {
  Network net("shufflenet_v1", options);
  return net.finish(net.dense(net.global_pool(body(net, grouped_unit, 240)), 1000));
}

ModelDef shufflenet_v2(const ArchitectureOptions& options) {
  Network net("shufflenet_v2", options);
  const ValueId x = net.conv_norm(body(net, split_unit, 116), {1024}, kRelu);
  return net.finish(net.dense(net.global_pool(x), 1000));
}

}  // namespace mote
