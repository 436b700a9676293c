// MelWeightMatrix: triangles, at equal distances on the mel scale, over the bins of a spectrum.
#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/signal/scalars.h"
#include "ops/support/convert.h"
#include "ops/support/copy.h"
#include "ops/support/expect_elements.h"
#include "ops/support/indices.h"
#include "ops/support/real.h"

namespace mote {
namespace {

struct MelParams : OpParams {
  DType dtype = DType::kF32;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<MelParams>();
  AttributeReader r(attributes);
  MOTE_ASSIGN(p->dtype, read_number_dtype(r));
  MOTE_TRY(r.finish());
  return p;
}

Status expect_at_least(std::int64_t least, std::int64_t value, std::string_view what) {
  if (value >= least) return {};
  return Error{Code::kInvalidArgument, cat(what, " ", value, " is less than ", least)};
}

// Integers: num_mel_bins, dft_length, sample_rate; floats: lower_edge_hertz, upper_edge_hertz.
// Output: [dft_length / 2 + 1, num_mel_bins].
Status infer(const InferArgs& args) {
  MOTE_ASSIGN(const auto bins, known_integer(args, 0, "num_mel_bins"));
  MOTE_ASSIGN(const auto length, known_integer(args, 1, "dft_length"));
  MOTE_TRY(known_integer(args, 2, "sample_rate"));
  MOTE_TRY(expect_elements(args, 3, FloatElements{}));
  MOTE_TRY(expect_elements(args, 4, FloatElements{}));
  if (bins) MOTE_TRY(expect_at_least(0, *bins, "num_mel_bins"));
  if (length) MOTE_TRY(expect_at_least(1, *length, "dft_length"));
  Shape shape{length ? Dim(*length / 2 + 1) : Dim(), bins ? Dim(*bins) : Dim()};
  MOTE_TRY(product(shape));
  args.set(0, {args.params<MelParams>().dtype, std::move(shape)});
  return {};
}

// The only element of a tensor of floats, a frequency.
Result<double> load_hertz(const TensorView& tensor, std::string_view what) {
  if (tensor.dims.count() != 1) {
    return Error{Code::kInvalidArgument,
                 cat(what, " has ", tensor.dims.count(), " elements, not one")};
  }
  const double hertz = load_real(tensor, 0);
  if (std::isfinite(hertz) && hertz >= 0) return hertz;
  return Error{Code::kInvalidArgument, cat(what, " ", hertz, " is no frequency")};
}

struct Mel {
  std::int64_t bins = 0;    // of the output
  std::int64_t length = 0;  // of the Fourier transform
  std::int64_t rate = 0;
  double lowest = 0, step = 0;  // in mel

  // The bin of the spectrum below corner i; triangle i has corners i, i + 1 and i + 2.
  std::int64_t corner(std::int64_t i) const {
    const double mel = lowest + static_cast<double>(i) * step;
    const double hertz = 700.0 * std::expm1(mel / 2595.0 * std::log(10.0));
    const double bin =
        std::floor((static_cast<double>(length) + 1) * hertz / static_cast<double>(rate));
    return real_to_integer<std::int64_t>(std::min(bin, 0x1p60));
  }
};

double to_mel(double hertz) { return 2595.0 * std::log1p(hertz / 700.0) / std::log(10.0); }

Result<Mel> read_mel(const RunArgs& args) {
  Mel mel;
  MOTE_ASSIGN(mel.bins, load_scalar_integer(args.in[0], "num_mel_bins"));
  MOTE_ASSIGN(mel.length, load_scalar_integer(args.in[1], "dft_length"));
  MOTE_ASSIGN(mel.rate, load_scalar_integer(args.in[2], "sample_rate"));
  MOTE_TRY(expect_at_least(0, mel.bins, "num_mel_bins"));
  MOTE_TRY(expect_at_least(1, mel.length, "dft_length"));
  MOTE_TRY(expect_at_least(1, mel.rate, "sample_rate"));
  MOTE_ASSIGN(const double lower, load_hertz(args.in[3], "lower_edge_hertz"));
  MOTE_ASSIGN(const double upper, load_hertz(args.in[4], "upper_edge_hertz"));
  if (lower > upper) {
    return Error{Code::kInvalidArgument,
                 cat("lower_edge_hertz ", lower, " is above upper_edge_hertz ", upper)};
  }
  mel.lowest = to_mel(lower);
  mel.step = (to_mel(upper) - mel.lowest) / (static_cast<double>(mel.bins) + 2);
  return mel;
}

// Column i: up from the first corner to the second, down to the third; rows that are not there are
// left out.
void fill_triangle(const Mel& mel, std::int64_t i, const MutTensorView& out) {
  const std::int64_t rows = out.dims[0];
  const auto set = [&](std::int64_t row, double value) {
    convert_range({DType::kF64, {1}, &value}, 0, out, row * mel.bins + i, 1);
  };
  const std::int64_t first = mel.corner(i), peak = mel.corner(i + 1), last = mel.corner(i + 2);
  if (first == peak && peak < rows) set(peak, 1.0);
  for (std::int64_t row = first; row <= std::min(peak, rows - 1) && first < peak; ++row) {
    set(row, static_cast<double>(row - first) / static_cast<double>(peak - first));
  }
  for (std::int64_t row = peak; row < std::min(last, rows); ++row) {
    set(row, static_cast<double>(last - row) / static_cast<double>(last - peak));
  }
}

Status reference(const OpParams*, const RunArgs& args) {
  MOTE_ASSIGN(const Mel mel, read_mel(args));
  MOTE_TRY(expect_output_size(args, {mel.length / 2 + 1, mel.bins}));
  fill_zero(args.out[0]);
  args.workers.for_each_range(mel.bins, 8, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) fill_triangle(mel, i, args.out[0]);
  });
  return {};
}

constexpr int kVersions[] = {17};

constexpr std::string_view kSamples[] = {
    "() -> (y) { m: s32[] = {8} n: s32[] = {16} r: s32[] = {8192} a: f32[] = {0}\n"
    "  b: f32[] = {4096} y = MelWeightMatrix(m, n, r, a, b) }",
    "() -> (y) { m: s64[] = {20} n: s64[] = {400} r: s64[] = {16000} a: f64[] = {80}\n"
    "  b: f64[] = {7600} y = MelWeightMatrix(m, n, r, a, b) {output_datatype=11} }",
    "() -> (y) { m: s64[1] = {3} n: s64[1] = {5} r: s64[1] = {100} a: f16[1] = {0}\n"
    "  b: f16[1] = {400} y = MelWeightMatrix(m, n, r, a, b) {output_datatype=10} }",
    "() -> (y) { m: s64[] = {4} n: s64[] = {8} r: s64[] = {8000} a: bf16[] = {0}\n"
    "  b: bf16[] = {0} y = MelWeightMatrix(m, n, r, a, b) {output_datatype=6} }",
    "() -> (y) { m: s64[] = {0} n: s64[] = {8} r: s64[] = {8000} a: f32[] = {0}\n"
    "  b: f32[] = {9} y = MelWeightMatrix(m, n, r, a, b) }",
};

}  // namespace

extern const OpDef kOp_MelWeightMatrix;
constinit const OpDef kOp_MelWeightMatrix = {
    .name = "MelWeightMatrix",
    .min_inputs = 5,
    .max_inputs = 5,
    .parse = parse,
    .infer = infer,
    .reference = reference,
};

extern const OnnxOp kOnnx_MelWeightMatrix;
constinit const OnnxOp kOnnx_MelWeightMatrix = {.name = "MelWeightMatrix", .versions = kVersions};

extern const OpDoc kDoc_MelWeightMatrix;
constinit const OpDoc kDoc_MelWeightMatrix = {
    .name = "MelWeightMatrix",
    .doc =
        "The matrix that turns spectra of `dft_length` samples into `num_mel_bins` bands: "
        "triangles at equal distances on the mel scale. What lies beyond the spectrum is cut off.",
    .samples = kSamples,
};

}  // namespace mote
