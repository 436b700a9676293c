// Random numbers that are the same on every machine for the same seed, and seeds.
#pragma once
#include <cstdint>

namespace mote {

// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += kStep);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
  }

  // As if next() had been called `n` times.
  void skip(std::uint64_t n) { state_ += n * kStep; }

  // In [0, 1), with 24 random bits.
  float uniform() { return static_cast<float>(next() >> 40) * 0x1p-24F; }
  float uniform(float low, float high) { return low + (high - low) * uniform(); }

  // In [0, n). Requires: n > 0. The bias is below n / 2^64.
  std::uint64_t below(std::uint64_t n) { return next() % n; }

 private:
  static constexpr std::uint64_t kStep = 0x9e3779b97f4a7c15U;

  std::uint64_t state_;
};

// A seed of chance: another at each call and in each process. Thread-safe.
std::uint64_t fresh_seed();

}  // namespace mote
