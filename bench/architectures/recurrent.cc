// Two layers of LSTM (Hochreiter, Schmidhuber, 1997) of 256 units over 50 steps, as PyTorch
// exports them, and a classifier behind the last step.
#include <cmath>

#include "architectures/builder.h"
#include "architectures/families.h"

namespace mote {
namespace {

constexpr std::int64_t kSteps = 50, kSize = 256, kLayers = 2, kClasses = 40;

// x: [steps, batch, size]
ValueId lstm_layer(Builder& net, ValueId x) {
  const float bound = 1.0F / std::sqrt(static_cast<float>(kSize));
  const ValueId weight = net.uniform("weight", {1, 4 * kSize, kSize}, -bound, bound);
  const ValueId recurrent = net.uniform("recurrent", {1, 4 * kSize, kSize}, -bound, bound);
  const ValueId bias = net.uniform("bias", {1, 8 * kSize}, -bound, bound);
  const ValueId all = net.one("LSTM", {x, weight, recurrent, bias}, {{"hidden_size", kSize}});
  return net.one("Squeeze", {all, net.integers("direction", {1})});
}

}  // namespace

ModelDef lstm(const ArchitectureOptions& options) {
  Builder net("lstm", options.seed);
  ValueId x = net.input("frames", DType::kF32, {kSteps, options.batch, kSize});
  for (std::int64_t i = 0; i < kLayers; ++i) x = lstm_layer(net, x);
  const ValueId last = net.constant("last", Tensor::scalar<std::int64_t>(kSteps - 1));
  x = net.one("Gather", {x, last}, {{"axis", std::int64_t{0}}});
  const float bound = 1.0F / std::sqrt(static_cast<float>(kSize));
  const ValueId weight = net.uniform("weight", {kClasses, kSize}, -bound, bound);
  const ValueId bias = net.uniform("bias", {kClasses}, -bound, bound);
  return net.finish(net.one("Gemm", {x, weight, bias}, {{"transB", std::int64_t{1}}}), "logits");
}

}  // namespace mote
