#include "architectures/architectures.h"

#include <algorithm>

#include "architectures/families.h"

namespace mote {

std::span<const Architecture> architectures() {
  static constexpr Architecture kAll[] = {
      {"efficientnet_b0", 5'288'548, efficientnet_b0},
      {"efficientnet_lite0", 4'652'008, efficientnet_lite0},
      {"mobilenet_v1", 4'231'976, mobilenet_v1},
      {"mobilenet_v2", 3'504'872, mobilenet_v2},
      {"mobilenet_v3_large", 5'483'032, mobilenet_v3_large},
      {"mobilenet_v3_small", 2'542'856, mobilenet_v3_small},
      {"resnet18", 11'689'512, resnet18},
      {"resnet50", 25'557'032, resnet50},
      {"shufflenet_v1", 0, shufflenet_v1},
      {"shufflenet_v2", 2'278'604, shufflenet_v2},
      {"squeezenet1.1", 1'235'496, squeezenet},
  };
  return kAll;
}

std::span<const Architecture> sequence_architectures() {
  static constexpr Architecture kAll[] = {
      {"bert_mini", 0, bert_mini},
      {"lstm", 0, lstm},
  };
  return kAll;
}

const Architecture* find_architecture(std::string_view name) {
  for (const auto all : {architectures(), sequence_architectures()}) {
    const auto found = std::ranges::find(all, name, &Architecture::name);
    if (found != all.end()) return &*found;
  }
  return nullptr;
}

bool is_of_images(const Architecture& architecture) {
  return std::ranges::count(architectures(), architecture.name, &Architecture::name) > 0;
}

}  // namespace mote
