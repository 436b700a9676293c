// How far two tensors of numbers are apart, and how far they may be.
#pragma once
#include <cstdint>
#include <span>

#include "measure/parity/real_numbers.h"

namespace mote {

// Over any number of tensors. NaN agrees with NaN, infinity with the same infinity.
class Difference {
 public:
  // Requires: as for_each_part.
  void add(const RealTensor& a, const RealTensor& b);

  std::int64_t count() const { return count_; }
  // Greatest |a - b|; infinite where only one is a number.
  double greatest() const { return greatest_; }
  // The same by the greatest |a|: 0 of equal numbers, infinite where all a are 0 and some b is not.
  double relative() const;
  // Signal-to-noise ratio, 10 log10(sum a^2 / sum (a - b)^2), in dB; infinite of equal numbers.
  double snr_db() const;

 private:
  void add(double a, double b);

  std::int64_t count_ = 0;
  double greatest_ = 0;
  double peak_ = 0;    // greatest finite |a|
  double signal_ = 0;  // sum a^2
  double noise_ = 0;   // sum (a - b)^2
};

struct ParityBounds {
  double relative = 1e-3;  // of the greatest |a|, for real numbers
  double steps = 1;        // of the scale, where a or b is quantized
};

// What a pair of values is held to.
enum class BoundKind : std::uint8_t {
  kRelative,
  kSteps,
  kEqual,  // integers that are not quantized, booleans
};

struct Bound {
  BoundKind kind = BoundKind::kRelative;
  double step = 0;  // the coarser of the two scales, if kSteps

  static Bound of(const RealTensor& a, const RealTensor& b);
  bool holds(const Difference& difference, const ParityBounds& bounds) const;
};

}  // namespace mote
