// The gradient of Expand: the sum over what was repeated.
#include "ops/gradient/backward.h"

namespace mote {
namespace {

void expand(Backward& b) {
  b.give_summed(0, [&] { return b.grad(); });
}

constexpr std::string_view kExpandSamples[] = {
    "(x: f64[3,1]) -> (y) { s: s64[3] = {2, 1, 4} e = Expand(x, s) y = Mul(e, x) }",
};

}  // namespace

extern const OpGrad kGrad_Expand;
constinit const OpGrad kGrad_Expand = {.name = "Expand", .rule = expand, .samples = kExpandSamples};

}  // namespace mote
