// The gradient of Where goes to the side that was chosen.
#include "ops/gradient/backward.h"

namespace mote {
namespace {

void where(Backward& b) {
  const auto chosen = [&](bool first) {
    const ValueId zero = b.scalar_like(b.grad(), 0);
    return first ? b.add("Where", {b.in(0), b.grad(), zero})
                 : b.add("Where", {b.in(0), zero, b.grad()});
  };
  b.give_summed(1, [&] { return chosen(true); });
  b.give_summed(2, [&] { return chosen(false); });
}

constexpr std::string_view kWhereSamples[] = {
    "(a: f64[3], b: f64[2,1]) -> (y) { c: bool[2,3] = {1, 0, 0, 1, 1, 0} w = Where(c, a, b)\n"
    "  y = Mul(w, w) }",
};

}  // namespace

extern const OpGrad kGrad_Where;
constinit const OpGrad kGrad_Where = {.name = "Where", .rule = where, .samples = kWhereSamples};

}  // namespace mote
