#include "tasks/name_list.h"

#include <algorithm>

#include "base/text.h"

namespace mote {

std::string list_names(std::span<const std::string> names) {
  constexpr std::size_t kShown = 10;
  const std::size_t shown = std::min(names.size(), kShown);
  const std::string list = join(names.first(shown), ", ");
  return shown == names.size() ? list : cat(list, " and ", names.size() - shown, " more");
}

}  // namespace mote
