#include "ops/support/rearranging.h"

#include <algorithm>
#include <string_view>

namespace mote {

bool only_rearranges(const Node& node) {
  constexpr std::string_view kOps[] = {"Flatten", "Identity",  "Reshape",
                                       "Squeeze", "Transpose", "Unsqueeze"};
  return node.domain.empty() && std::ranges::find(kOps, node.op_type) != std::end(kOps);
}

}  // namespace mote
