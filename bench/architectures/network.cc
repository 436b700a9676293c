#include "architectures/network.h"

#include <cmath>

#include "base/check.h"

namespace mote {

using Integers = std::vector<std::int64_t>;

Network::Network(std::string name, const ArchitectureOptions& options, Padding padding)
    : Builder(std::move(name), options.seed), padding_(padding) {
  MOTE_CHECK(options.image_size > 0 && options.image_size % 32 == 0 && options.batch > 0);
  image_ = input("image", DType::kF32, {options.batch, 3, options.image_size, options.image_size});
}

std::int64_t Network::channels(ValueId x) const { return dims(x)[1]; }

std::vector<ValueId> Network::conv_inputs(ValueId x, const ConvShape& shape) {
  const std::int64_t depth = channels(x) / shape.groups;
  const std::int64_t fan_in = depth * shape.kernel * shape.kernel;
  const float bound = std::sqrt(6.0F / static_cast<float>(fan_in));
  return {x, uniform("weight", {shape.channels, depth, shape.kernel, shape.kernel}, -bound, bound)};
}

Attributes Network::conv_attributes(const ConvShape& shape) const {
  Attributes a{{"kernel_shape", Integers(2, shape.kernel)},
               {"strides", Integers(2, shape.stride)},
               {"group", shape.groups}};
  if (padding_ == Padding::kSameUpper) {
    a.set("auto_pad", "SAME_UPPER");
  } else {
    a.set("pads", Integers(4, shape.kernel / 2));
  }
  return a;
}

ValueId Network::conv(ValueId x, const ConvShape& shape) {
  std::vector<ValueId> inputs = conv_inputs(x, shape);
  inputs.push_back(uniform("bias", {shape.channels}, -0.1F, 0.1F));
  return one("Conv", std::move(inputs), conv_attributes(shape));
}

ValueId Network::normalize(ValueId x) {
  const Dims size{channels(x)};
  const ValueId scale = uniform("scale", size, 0.5F, 1.5F);
  const ValueId bias = uniform("bias", size, -0.1F, 0.1F);
  const ValueId mean = uniform("mean", size, -0.1F, 0.1F);
  const ValueId variance = uniform("variance", size, 0.5F, 1.5F);
  return one("BatchNormalization", {x, scale, bias, mean, variance}, {{"epsilon", 1e-5F}});
}

ValueId Network::conv_norm(ValueId x, const ConvShape& shape, Activate activation) {
  return activate(normalize(one("Conv", conv_inputs(x, shape), conv_attributes(shape))),
                  activation);
}

ValueId Network::depthwise_norm(ValueId x, std::int64_t kernel, std::int64_t stride,
                                Activate activation) {
  const std::int64_t c = channels(x);
  return conv_norm(x, {c, kernel, stride, c}, activation);
}

ValueId Network::activate(ValueId x, Activate activation) {
  switch (activation) {
    case Activate::kNone:
      return x;
    case Activate::kRelu:
      return one("Relu", {x});
    case Activate::kRelu6: {
      const ValueId low = scalar("low", 0.0F);
      return one("Clip", {x, low, scalar("high", 6.0F)});
    }
    case Activate::kHardSwish:
      return one("HardSwish", {x});
    case Activate::kSwish:
      return one("Mul", {x, one("Sigmoid", {x})});
  }
  return x;
}

ValueId Network::max_pool(ValueId x, std::int64_t padding) {
  Attributes a{{"kernel_shape", Integers(2, 3)},
               {"strides", Integers(2, 2)},
               {"pads", Integers(4, padding)}};
  if (padding == 0) a.set("ceil_mode", std::int64_t{1});
  return one("MaxPool", {x}, std::move(a));
}

ValueId Network::average_pool(ValueId x) {
  return one("AveragePool", {x},
             {{"kernel_shape", Integers(2, 3)},
              {"strides", Integers(2, 2)},
              {"pads", Integers(4, 1)},
              {"count_include_pad", std::int64_t{1}}});
}

ValueId Network::squeeze_excite(ValueId x, std::int64_t squeezed, Activate inner,
                                std::string_view gate) {
  const ValueId mean = one("GlobalAveragePool", {x});
  const ValueId narrow = activate(conv(mean, {squeezed}), inner);
  return one("Mul", {x, one(gate, {conv(narrow, {channels(x)})})});
}

ValueId Network::add(ValueId a, ValueId b) { return one("Add", {a, b}); }

ValueId Network::concat(ValueId a, ValueId b) {
  return one("Concat", {a, b}, {{"axis", std::int64_t{1}}});
}

std::vector<ValueId> Network::split(ValueId x) {
  const ValueId sizes = integers("sizes", Integers(2, channels(x) / 2));
  return node("Split", {x, sizes}, {{"axis", std::int64_t{1}}}, 2);
}

ValueId Network::shuffle(ValueId x, std::int64_t groups) {
  const Dims d = dims(x);
  const ValueId apart = integers("apart", {d[0], groups, d[1] / groups, d[2], d[3]});
  const ValueId together = integers("together", {d[0], -1, d[2], d[3]});
  const ValueId wide = one("Reshape", {x, apart});
  const ValueId swapped = one("Transpose", {wide}, {{"perm", Integers{0, 2, 1, 3, 4}}});
  return one("Reshape", {swapped, together});
}

ValueId Network::global_pool(ValueId x) { return flatten(one("GlobalAveragePool", {x})); }

ValueId Network::flatten(ValueId x) { return one("Flatten", {x}, {{"axis", std::int64_t{1}}}); }

ValueId Network::dense(ValueId x, std::int64_t size) {
  const std::int64_t depth = channels(x);
  const float bound = std::sqrt(6.0F / static_cast<float>(depth));
  const ValueId weight = uniform("weight", {size, depth}, -bound, bound);
  const ValueId bias = uniform("bias", {size}, -0.1F, 0.1F);
  return one("Gemm", {x, weight, bias}, {{"transB", std::int64_t{1}}});
}

ModelDef Network::finish(ValueId logits) { return Builder::finish(logits, "logits"); }

}  // namespace mote
