// Rfft and Irfft: the Fourier transform of real signals and its inverse.
#include "base/text.h"
#include "ops/microsoft/composite.h"

namespace mote {
namespace {

struct FourierParams : OpParams {
  std::int64_t dimensions = 1;  // of a signal: the last ones
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<FourierParams>();
  AttributeReader r(attributes);
  p->dimensions = r.integer("signal_ndim", 1);
  const bool onesided = r.integer("onesided", 1) != 0;
  const bool normalized = r.integer("normalized", 0) != 0;
  MOTE_TRY(r.finish());
  if (!onesided || normalized) {
    return Error{Code::kUnsupported, "onesided is not 1, or normalized is not 0"};
  }
  if (p->dimensions >= 1 && p->dimensions <= 3) return p;
  return Error{Code::kInvalidArgument, cat("signal_ndim ", p->dimensions, " is outside [1, 3]")};
}

// Along dimension `axis`, counted from the end, where the last one holds the parts.
ValueId transform(Decomposition& d, ValueId x, std::int64_t axis, bool inverse, bool onesided) {
  const ValueId where = d.constant(Tensor::scalar(axis));
  return d.add("DFT", {x, ValueId::kNone, where},
               {{"inverse", std::int64_t{inverse}}, {"onesided", std::int64_t{onesided}}});
}

// X: [..., n]. Y: [..., n / 2 + 1, 2]
Status rfft(Decomposition& d) {
  ValueId x = transform(d, d.add("Unsqueeze", {d.in(0), d.integers({-1})}), -2, false, true);
  for (std::int64_t i = 1; i < d.params<FourierParams>().dimensions; ++i) {
    x = transform(d, x, -2 - i, false, false);
  }
  d.yield(0, x);
  return d.status();
}

// X: [..., n / 2 + 1, 2]. Y: [..., n]
Status irfft(Decomposition& d) {
  ValueId x = d.in(0);
  for (std::int64_t i = 1; i < d.params<FourierParams>().dimensions; ++i) {
    x = transform(d, x, -2 - i, true, false);
  }
  d.yield(0, d.add("Squeeze", {transform(d, x, -2, true, true), d.integers({-1})}));
  return d.status();
}

constexpr std::string_view kRfft[] = {
    "(x: f32[2,8]) -> (y) { y = com.microsoft.Rfft(x) {signal_ndim=1} }",
    "(x: f32[2,4,6]) -> (y) { y = com.microsoft.Rfft(x) {signal_ndim=2} }",
};
constexpr std::string_view kIrfft[] = {
    "(x: f32[2,5,2]) -> (y) { y = com.microsoft.Irfft(x) {signal_ndim=1} }",
    "(x: f32[2,4,4,2]) -> (y) { y = com.microsoft.Irfft(x) {signal_ndim=2} }",
};

}  // namespace

MOTE_MICROSOFT_OP(Rfft, (composite<rfft>("Rfft", {1, 1}, parse)),
                  "The Fourier transform of a real signal, real and imaginary parts last; half of "
                  "the last dimension, for the rest mirrors it.",
                  kRfft)
MOTE_MICROSOFT_OP(Irfft, (composite<irfft>("Irfft", {1, 1}, parse)), "The inverse of Rfft.", kIrfft)

}  // namespace mote
