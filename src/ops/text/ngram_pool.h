// The n-grams that TfIdfVectorizer looks for.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"

namespace mote {

// A tree of tokens: an n-gram is a path, and its number is kept where that ends.
class NgramPool {
 public:
  static constexpr std::int64_t kNone = -1;
  static constexpr std::int64_t kRoot = 0;

  // The token's number within the pool; kNone if the pool does not have it.
  std::int64_t token(std::int64_t integer) const;
  std::int64_t token(const std::string& text) const;

  // From node to node; kNone if no n-gram goes on with that token.
  std::int64_t next(std::int64_t node, std::int64_t token) const;
  // The number of the n-gram that ends at a node; kNone if none does.
  std::int64_t ngram(std::int64_t node) const { return ngrams_[static_cast<std::size_t>(node)]; }

  // All n-grams, one length after the other: those of n tokens begin at pool[counts[n - 1]]. The
  // tree has those whose length is in [shortest, longest]; of two alike the later. Returns how
  // many there are in all.
  // Errors: kInvalidArgument: counts that do not divide the pool.
  template <class T>
  Result<std::int64_t> fill(std::span<const T> pool, std::span<const std::int64_t> counts,
                            std::int64_t shortest, std::int64_t longest);

 private:
  std::int64_t token_to_add(std::int64_t integer);
  std::int64_t token_to_add(const std::string& text);
  std::int64_t next_to_add(std::int64_t node, std::int64_t token);

  struct Edge {
    std::int64_t node, token;
    bool operator==(const Edge&) const = default;
  };
  struct HashEdge {
    std::size_t operator()(const Edge& e) const {
      return static_cast<std::size_t>(static_cast<std::uint64_t>(e.node) * 0x9E3779B97F4A7C15ULL ^
                                      static_cast<std::uint64_t>(e.token));
    }
  };

  std::unordered_map<std::int64_t, std::int64_t> integers_;
  std::unordered_map<std::string, std::int64_t> texts_;
  std::unordered_map<Edge, std::int64_t, HashEdge> edges_;
  std::vector<std::int64_t> ngrams_ = {kNone};  // by node
};

}  // namespace mote
