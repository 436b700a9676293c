// Network: builds a convolutional network layer by layer, as exporters write it.
#pragma once
#include <string>
#include <vector>

#include "architectures/architectures.h"
#include "architectures/builder.h"

namespace mote {

// kSwish is x * sigmoid(x), in the two nodes that exporters make of it.
enum class Activate { kNone, kRelu, kRelu6, kHardSwish, kSwish };

// kEven: the same on both sides, as PyTorch pads; kSameUpper: as TensorFlow does.
enum class Padding { kEven, kSameUpper };

struct ConvShape {
  std::int64_t channels;  // of the output
  std::int64_t kernel = 1;
  std::int64_t stride = 1;
  std::int64_t groups = 1;
};

// Weights are uniform with He's variance.
class Network : private Builder {
 public:
  Network(std::string name, const ArchitectureOptions& options, Padding padding = Padding::kEven);

  ValueId image() const { return image_; }
  std::int64_t channels(ValueId x) const;  // of [N, C, ...]

  ValueId conv(ValueId x, const ConvShape& shape);  // with bias
  // Convolution without bias, batch normalization, activation.
  ValueId conv_norm(ValueId x, const ConvShape& shape, Activate activation = Activate::kNone);
  ValueId depthwise_norm(ValueId x, std::int64_t kernel, std::int64_t stride, Activate activation);
  ValueId activate(ValueId x, Activate activation);
  ValueId max_pool(ValueId x, std::int64_t padding);  // 3x3, stride 2; 0: ceil_mode
  ValueId average_pool(ValueId x);                    // 3x3, stride 2, padding 1
  ValueId squeeze_excite(ValueId x, std::int64_t squeezed, Activate inner, std::string_view gate);
  ValueId add(ValueId a, ValueId b);
  ValueId concat(ValueId a, ValueId b);             // of channels
  std::vector<ValueId> split(ValueId x);            // into two halves of the channels
  ValueId shuffle(ValueId x, std::int64_t groups);  // of channels
  ValueId global_pool(ValueId x);                   // [N, C, H, W] to [N, C]
  ValueId dense(ValueId x, std::int64_t size);      // Gemm with bias
  ValueId flatten(ValueId x);

  ModelDef finish(ValueId logits);

 private:
  std::vector<ValueId> conv_inputs(ValueId x, const ConvShape& shape);
  Attributes conv_attributes(const ConvShape& shape) const;
  ValueId normalize(ValueId x);

  Padding padding_;
  ValueId image_;
};

}  // namespace mote
