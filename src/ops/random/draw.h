// What the operators that draw random numbers share.
#pragma once
#include <algorithm>
#include <bit>
#include <optional>

#include "base/random.h"
#include "ir/op_def.h"

namespace mote {

// Where the numbers of a run begin: always the same for a seed; a new place in each run without.
class RandomSource {
 public:
  void read(AttributeReader& r) {
    if (r.has("seed")) seed_ = r.real("seed", 0.0F);
  }

  std::uint64_t seed() const { return seed_ ? std::bit_cast<std::uint32_t>(*seed_) : fresh_seed(); }

 private:
  std::optional<float> seed_;
};

// Calls draw(random, i) for each i in [0, count), on all workers; the generator stands behind i
// numbers there. draw takes one number, or two where i is even and none where it is odd.
template <class Draw>
void for_each_draw(std::int64_t count, std::uint64_t seed, Workers& workers, const Draw& draw) {
  constexpr std::int64_t kGrain = 4096;
  workers.for_each_range(count, kGrain, [&](std::int64_t begin, std::int64_t end) {
    Random random(seed);
    random.skip(static_cast<std::uint64_t>(begin));
    for (std::int64_t i = begin; i < end; ++i) draw(random, i);
  });
}

// A multiple of 2^-bits in [0, 1). Requires: 0 < bits <= 53.
inline double draw_uniform(Random& random, int bits = 53) {
  return static_cast<double>(random.next() >> (64 - bits)) /
         static_cast<double>(std::uint64_t{1} << bits);
}

}  // namespace mote
