#include "tasks/nearest.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace mote {
namespace {

// Longer ones are no misspelt name.
constexpr std::size_t kMaxLength = 64;

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string_view nearest_name(std::string_view text, std::span<const std::string_view> names) {
  if (text.size() > kMaxLength) return {};
  std::string_view best;
  std::size_t fewest = text.size() / 2 + 1;
  for (const std::string_view candidate : names) {
    const std::size_t d = distance(text, candidate);
    if (d < fewest) {
      fewest = d;
      best = candidate;
    }
  }
  return best;
}

}  // namespace mote
