// Published architectures with random weights, to test and measure with.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "ir/model_def.h"

namespace mote {

struct ArchitectureOptions {
  std::int64_t batch = 1;
  std::int64_t image_size = 224;  // of those of images. Requires: a multiple of 32
  std::uint64_t seed = 1;
};

struct Architecture {
  std::string_view name;
  // What authors and model collections state for 1,000 classes, without the statistics of batch
  // normalization; 0: nobody states it.
  std::int64_t parameters;
  ModelDef (*build)(const ArchitectureOptions& options);
};

// Convolutional ones, input "image" f32[batch, 3, size, size], output "logits" f32[batch, 1000].
// Sorted by name.
std::span<const Architecture> architectures();
// Those over sequences, of fixed length. Sorted by name.
std::span<const Architecture> sequence_architectures();
// Among both. Null if there is none.
const Architecture* find_architecture(std::string_view name);
// It is one of architectures().
bool is_of_images(const Architecture& architecture);

}  // namespace mote
