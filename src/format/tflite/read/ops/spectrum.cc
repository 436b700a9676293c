// Fourier transforms of real images, and what is asked of the complex numbers that they give.
#include "format/tflite/read/op_reader.h"

namespace mote::tfl {
namespace {

// Inputs: x[..., height, width], the sizes [height, width] that it is cut or filled up to.
void rfft2d(OpReader& op) {
  const ValueId x = op.add("Unsqueeze", {op.real(0), op.integers({-1})});
  const ValueId sizes = op.as_s64(1);
  const auto size = [&](std::int64_t i) { return op.reshape(op.slice(sizes, 0, i, i + 1), {}); };
  const ValueId rows = op.add("DFT", {x, size(1), op.s64(-2)}, {{"onesided", std::int64_t{1}}});
  const ValueId spectrum = op.add("DFT", {rows, size(0), op.s64(-3)});
  const int tensor = op.output(0);
  if (op.status()) op.subgraph().spectra()[tensor] = spectrum;
}

// f32[..., 2]
ValueId parts(OpReader& op) {
  const auto& spectra = op.subgraph().spectra();
  const auto found = spectra.find(op.input(0));
  if (found != spectra.end()) return found->second;
  op.unsupported("complex numbers that come from no Fourier transform");
  return ValueId::kNone;
}

template <std::int64_t kPart>
void part(OpReader& op) {
  op.yield(0, op.add("Gather", {parts(op), op.s64(kPart)}, {{"axis", std::int64_t{-1}}}));
}

void complex_abs(OpReader& op) {
  op.yield(0, op.add("ReduceL2", {parts(op), op.integers({-1})}, {{"keepdims", std::int64_t{0}}}));
}

constexpr Mapping kMappings[] = {
    {fb::BuiltinOperator_RFFT2D, rfft2d},
    {fb::BuiltinOperator_REAL, part<0>},
    {fb::BuiltinOperator_IMAG, part<1>},
    {fb::BuiltinOperator_COMPLEX_ABS, complex_abs},
};

}  // namespace

extern const Mappings kSpectrum;
constinit const Mappings kSpectrum{kMappings};

}  // namespace mote::tfl
