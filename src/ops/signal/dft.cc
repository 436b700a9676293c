// DFT: the discrete Fourier transform along an axis, its inverse, and both of real signals.
#include <algorithm>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/signal/fourier.h"
#include "ops/signal/scalars.h"
#include "ops/support/expect_elements.h"
#include "ops/support/indices.h"
#include "ops/support/real.h"

namespace mote {
namespace {

struct DftKind {
  bool inverse = false;
  bool onesided = false;

  // Half a spectrum becomes a real signal.
  bool to_real() const { return inverse && onesided; }
};

struct DftParams : OpParams {
  DftKind kind;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<DftParams>();
  AttributeReader r(attributes);
  p->kind.inverse = r.flag("inverse", false);
  p->kind.onesided = r.flag("onesided", false);
  MOTE_TRY(r.finish());
  return p;
}

Result<int> signal_axis(std::int64_t axis, int rank) {
  MOTE_ASSIGN(const int a, normalize_axis(axis, rank));
  if (a < rank - 1) return a;
  return Error{Code::kInvalidArgument,
               cat("axis ", axis, " is the last of ", rank, ", which holds the complex parts")};
}

Status check_parts(const DftKind& kind, std::int64_t parts) {
  const bool fits = kind.to_real() ? parts == 2 : parts == 1 || (parts == 2 && !kind.onesided);
  if (fits) return {};
  return Error{Code::kInvalidArgument, cat("the last dimension of input is ", parts, ", where ",
                                           kind.to_real()  ? "half a spectrum has 2"
                                           : kind.onesided ? "a real signal has 1"
                                                           : "signals have 1 or 2")};
}

// `size` along the axis, if no dft_length says more. Errors: not positive.
Result<std::int64_t> transform_length(const DftKind& kind, std::optional<std::int64_t> stated,
                                      std::int64_t size) {
  constexpr std::int64_t kMost = std::int64_t{1} << 40;
  std::int64_t length = size;
  if (kind.to_real()) length = size > kMost ? size : 2 * (size - 1);
  if (stated) length = *stated;
  if (length > 0 && length <= kMost) return length;
  return Error{Code::kInvalidArgument,
               cat(stated ? "dft_length " : "length ", length, " is outside [1, 2^40]")};
}

std::int64_t output_length(const DftKind& kind, std::int64_t length) {
  return kind.onesided && !kind.inverse ? length / 2 + 1 : length;
}

// The output along the axis. has_length: there is a dft_length, maybe an unknown one.
Result<Dim> transformed_size(const DftKind& kind, bool has_length,
                             std::optional<std::int64_t> stated, const Dim& size) {
  if (stated || (!has_length && size.known())) {
    MOTE_ASSIGN(const std::int64_t length, transform_length(kind, stated, size.size()));
    return Dim(output_length(kind, length));
  }
  return has_length || kind.onesided ? Dim() : size;
}

// input: [..., 1 or 2]; dft_length, axis: one integer each, optional. Output: [..., 1 or 2].
Status infer(const InferArgs& args) {
  const DftKind& kind = args.params<DftParams>().kind;
  MOTE_TRY(expect_elements(args, 0, FloatElements{}));
  MOTE_ASSIGN(const auto stated, known_integer(args, 1, "dft_length"));
  MOTE_ASSIGN(const auto axis, known_integer(args, 2, "axis"));
  const TensorType& input = args.type(0);
  if (!input.shape) {
    args.set(0, {input.dtype, std::nullopt});
    return {};
  }
  if (input.rank() < 2) {
    return Error{Code::kInvalidArgument, cat("input has rank ", input.rank(), ", less than 2")};
  }
  Shape shape = *input.shape;
  if (shape.back().known()) MOTE_TRY(check_parts(kind, shape.back().size()));
  shape.back() = Dim(kind.to_real() ? 1 : 2);
  if (args.has(2) && !axis) {
    std::fill(shape.begin(), shape.end() - 1, Dim());
  } else {
    MOTE_ASSIGN(const int a, signal_axis(axis.value_or(-2), input.rank()));
    Dim& size = shape[static_cast<std::size_t>(a)];
    MOTE_ASSIGN(size, transformed_size(kind, args.has(1), stated, size));
  }
  args.set(0, {input.dtype, std::move(shape)});
  return {};
}

// Where the lanes of the input and the output lie, and what is read of them.
struct SignalLanes {
  DftKind kind;
  std::int64_t outer = 0, inner = 0;
  std::int64_t in_size = 0, out_size = 0;    // along the axis
  std::int64_t in_parts = 1, out_parts = 2;  // 1: real
  std::int64_t length = 0;                   // of the transform

  std::int64_t count() const { return outer * inner; }

  // Element j of the signal of lane i, 0 beyond its end. Half a spectrum is continued by its mirror
  // image; what is its own image is real.
  Complex load(const TensorView& in, std::int64_t i, std::int64_t j) const {
    const bool mirrored = kind.to_real() && j > length / 2;
    const std::int64_t at = mirrored ? length - j : j;
    if (at >= in_size) return {};
    const std::int64_t element = ((i / inner * in_size + at) * inner + i % inner) * in_parts;
    Complex value{load_real(in, element), in_parts == 2 ? load_real(in, element + 1) : 0.0};
    if (kind.to_real() && (at == 0 || 2 * at == length)) value.im = 0;
    return mirrored ? conjugate(value) : value;
  }

  void store(const MutTensorView& out, std::int64_t i, std::int64_t k, Complex value) const {
    const double scale = kind.inverse ? static_cast<double>(length) : 1.0;
    const std::int64_t element = ((i / inner * out_size + k) * inner + i % inner) * out_parts;
    store_real(out, element, value.re / scale);
    if (out_parts == 2) store_real(out, element + 1, value.im / scale);
  }
};

// dft_length, axis: false where they are absent.
Result<SignalLanes> find_lanes(const DftKind& kind, const Dims& in, const TensorView& dft_length,
                               const TensorView& axis) {
  const int rank = in.rank();
  std::int64_t stated_axis = -2;
  if (axis) {
    MOTE_ASSIGN(stated_axis, load_scalar_integer(axis, "axis"));
  }
  MOTE_ASSIGN(const int a, signal_axis(stated_axis, rank));
  MOTE_TRY(check_parts(kind, in[rank - 1]));
  std::optional<std::int64_t> stated;
  if (dft_length) {
    MOTE_ASSIGN(stated, load_scalar_integer(dft_length, "dft_length"));
  }
  SignalLanes lanes;
  MOTE_ASSIGN(lanes.length, transform_length(kind, stated, in[a]));
  lanes.kind = kind;
  lanes.outer = in.count(0, a);
  lanes.inner = in.count(a + 1, rank - 1);
  lanes.in_size = in[a];
  lanes.out_size = output_length(kind, lanes.length);
  lanes.in_parts = in[rank - 1];
  lanes.out_parts = kind.to_real() ? 1 : 2;
  return lanes;
}

Status check_output(const SignalLanes& lanes, const RunArgs& args) {
  const std::int64_t count = lanes.count() * lanes.out_size * lanes.out_parts;
  if (args.out[0].dims.count() == count) return {};
  return Error{Code::kInvalidArgument, cat("the output has size ", to_string(args.out[0].dims),
                                           ", not ", count, " elements")};
}

Status reference(const OpParams* params, const RunArgs& args) {
  const DftKind& kind = static_cast<const DftParams*>(params)->kind;
  MOTE_ASSIGN(const SignalLanes lanes,
              find_lanes(kind, args.in[0].dims, optional_input(args, 1), optional_input(args, 2)));
  MOTE_TRY(check_output(lanes, args));
  constexpr std::int64_t kTerms = 1 << 12;
  const std::int64_t grain = std::max<std::int64_t>(kTerms / lanes.length, 1);
  args.workers.for_each_range(
      lanes.count() * lanes.out_size, grain, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t n = begin; n < end; ++n) {
          const std::int64_t i = n / lanes.out_size;
          const std::int64_t k = n % lanes.out_size;
          const auto x = [&](std::int64_t j) { return lanes.load(args.in[0], i, j); };
          lanes.store(args.out[0], i, k, fourier_sum(lanes.length, k, kind.inverse, args.stop, x));
        }
      });
  return args.stop.check();
}

class DftStep final : public Step {
 public:
  DftStep(const SignalLanes& lanes, Fourier fourier)
      : lanes_(lanes), batch_(std::move(fourier), lanes.count()) {}

  std::size_t scratch_bytes() const override { return batch_.scratch_bytes(); }
  std::size_t packed_bytes() const override { return batch_.table_bytes(); }
  std::string_view kernel() const override { return "fft_f64"; }

  Status run(const RunArgs& args) const override {
    return batch_.run(
        lanes_.kind.inverse, args,
        [&](std::int64_t i, Complex* x) {
          for (std::int64_t j = 0; j < lanes_.length; ++j) x[j] = lanes_.load(args.in[0], i, j);
        },
        [&](std::int64_t i, const Complex* x) {
          for (std::int64_t k = 0; k < lanes_.out_size; ++k) lanes_.store(args.out[0], i, k, x[k]);
        });
  }

 private:
  SignalLanes lanes_;
  FourierBatch batch_;
};

// Where length and axis are known.
Result<std::unique_ptr<Step>> prepare(const PrepareArgs& args) {
  const auto value = [&](std::size_t i) {
    const Tensor* constant = args.constant(i);
    return constant == nullptr ? TensorView() : constant->view();
  };
  const bool open = (args.has(1) && !value(1)) || (args.has(2) && !value(2));
  if (open || args.in_dims(0).count() == 0) return std::unique_ptr<Step>();
  MOTE_ASSIGN(const SignalLanes lanes,
              find_lanes(args.params<DftParams>().kind, args.in_dims(0), value(1), value(2)));
  MOTE_ASSIGN(Fourier fourier, Fourier::create(lanes.length, args));
  return std::make_unique<DftStep>(lanes, std::move(fourier));
}

// Opset 20 made the axis an input and, where it is absent, the last of the signal, not the first.
Status axis_to_input(const UpgradeArgs& args) {
  if (args.node().attributes.find("axis") == nullptr) {
    args.node().attributes.set("axis", std::int64_t{1});
  }
  return args.attribute_to_input("axis", 2);
}

constexpr int kVersions[] = {17, 20};
constexpr OnnxUpgrade kUpgrades[] = {{20, axis_to_input}};

constexpr std::string_view kSamples[] = {
    "(x: f32[2,10,1]) -> (y) { y = DFT(x) }",
    "(x: f32[2,12,3,2]) -> (y) { a: s64[] = {1} y = DFT(x, _, a) }",
    "(x: f32[2,12,3,2]) -> (y) { n: s32[] = {7} a: s64[] = {-3} y = DFT(x, n, a) {inverse=1} }",
    "(x: f64[3,150,1]) -> (y) { y = DFT(x) {onesided=1} }",
    "(x: f64[37,2]) -> (y) { a: s64[] = {0} y = DFT(x, _, a) }",
    "(x: f32[2,6,2]) -> (y) { y = DFT(x) {inverse=1, onesided=1} }",
    "(x: f32[2,6,2]) -> (y) { n: s64[] = {9} y = DFT(x, n) {inverse=1, onesided=1} }",
    "(x: f32[1,4,1]) -> (y) { n: s64[1] = {64} y = DFT(x, n) }",
    "(x: f16[2,8,1]) -> (y) { y = DFT(x) {onesided=1} }",
    "(x: bf16[2,1,2]) -> (y) { y = DFT(x) }",
    "(x: f32[0,5,1]) -> (y) { y = DFT(x) }",
    "(x: f32[2,0,1]) -> (y) { n: s64[] = {3} y = DFT(x, n) }",
};

}  // namespace

extern const OpDef kOp_DFT;
constinit const OpDef kOp_DFT = {
    .name = "DFT",
    .max_inputs = 3,
    .parse = parse,
    .infer = infer,
    .reference = reference,
    .prepare = prepare,
    .windowed = true,
};

extern const OnnxOp kOnnx_DFT;
constinit const OnnxOp kOnnx_DFT = {.name = "DFT", .versions = kVersions, .upgrades = kUpgrades};

extern const OpDoc kDoc_DFT;
constinit const OpDoc kDoc_DFT = {
    .name = "DFT",
    .doc =
        "The discrete Fourier transform along `axis`, cut or filled with zeros to `dft_length`; "
        "the last dimension holds real and imaginary parts. `onesided` leaves out what the "
        "conjugate symmetry of real signals tells. Computed in f64.",
    .samples = kSamples,
};

}  // namespace mote
