// The gradient of Cast between floats: cast back.
#include "ops/gradient/backward.h"

namespace mote {
namespace {

void cast(Backward& b) {
  const auto from = static_cast<std::int64_t>(b.dtype(b.in(0)));
  b.give(0, b.add("Cast", {b.grad()}, {{"to", from}}));
}

constexpr std::string_view kCastSamples[] = {
    "(x: f64[3]) -> (y) { c = Cast(x) {to=11} y = Mul(c, c) }",
};

}  // namespace

extern const OpGrad kGrad_Cast;
constinit const OpGrad kGrad_Cast = {.name = "Cast", .rule = cast, .samples = kCastSamples};

}  // namespace mote
