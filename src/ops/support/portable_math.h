// Elementary functions made of additions, multiplications and divisions alone: unlike the system's,
// they give the same bits on every machine. Errors are a few units in the last place.
#pragma once
#include <cstdint>

namespace mote {

struct CirclePoint {
  double cos, sin;
};

// Of the angle 2π k / n, exact at quarter turns. Requires: k < n < 2^60.
CirclePoint on_circle(std::uint64_t k, std::uint64_t n);

// Requires: x is positive, finite and not subnormal.
double portable_log(double x);

// Requires: x <= 0.
double portable_exp(double x);

}  // namespace mote
