#include "ops/text/ngram_pool.h"

#include "base/text.h"

namespace mote {
namespace {

template <class Map, class Key>
std::int64_t find_or_none(const Map& map, const Key& key) {
  const auto found = map.find(key);
  return found != map.end() ? found->second : NgramPool::kNone;
}

// The pool's elements [begin, end) that are n-grams of `length` tokens.
Status check_section(std::int64_t begin, std::int64_t end, std::int64_t size, std::int64_t length) {
  if (begin < 0 || end < begin || end > size) {
    return Error{Code::kInvalidArgument, cat("ngram_counts puts ", length, "-grams at [", begin,
                                             ", ", end, ") of a pool of ", size)};
  }
  if ((end - begin) % length == 0) return {};
  return Error{Code::kInvalidArgument,
               cat("ngram_counts leaves ", end - begin, " tokens for ", length, "-grams")};
}

}  // namespace

std::int64_t NgramPool::token(std::int64_t integer) const {
  return find_or_none(integers_, integer);
}
std::int64_t NgramPool::token(const std::string& text) const { return find_or_none(texts_, text); }

std::int64_t NgramPool::next(std::int64_t node, std::int64_t token) const {
  return find_or_none(edges_, Edge{node, token});
}

std::int64_t NgramPool::token_to_add(std::int64_t integer) {
  return integers_.try_emplace(integer, std::ssize(integers_)).first->second;
}
std::int64_t NgramPool::token_to_add(const std::string& text) {
  return texts_.try_emplace(text, std::ssize(texts_)).first->second;
}

std::int64_t NgramPool::next_to_add(std::int64_t node, std::int64_t token) {
  const auto [edge, added] = edges_.try_emplace({node, token}, std::ssize(ngrams_));
  if (added) ngrams_.push_back(kNone);
  return edge->second;
}

template <class T>
Result<std::int64_t> NgramPool::fill(std::span<const T> pool, std::span<const std::int64_t> counts,
                                     std::int64_t shortest, std::int64_t longest) {
  const auto size = std::ssize(pool);
  std::int64_t number = 0;
  for (std::int64_t n = 1; n <= std::ssize(counts); ++n) {
    const std::int64_t begin = counts[static_cast<std::size_t>(n - 1)];
    const std::int64_t end =
        n < std::ssize(counts) ? counts[static_cast<std::size_t>(n)] : std::int64_t{size};
    MOTE_TRY(check_section(begin, end, size, n));
    const bool wanted = n >= shortest && n <= longest;
    for (std::int64_t i = begin; i < end; i += n, ++number) {
      std::int64_t node = kRoot;
      for (std::int64_t k = i; wanted && k < i + n; ++k) {
        node = next_to_add(node, token_to_add(pool[static_cast<std::size_t>(k)]));
      }
      if (wanted) ngrams_[static_cast<std::size_t>(node)] = number;
    }
  }
  return number;
}

template Result<std::int64_t> NgramPool::fill(std::span<const std::int64_t>,
                                              std::span<const std::int64_t>, std::int64_t,
                                              std::int64_t);
template Result<std::int64_t> NgramPool::fill(std::span<const std::string>,
                                              std::span<const std::int64_t>, std::int64_t,
                                              std::int64_t);

}  // namespace mote
