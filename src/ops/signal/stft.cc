// STFT: Fourier transforms of frames of a signal.
#include <algorithm>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/signal/fourier.h"
#include "ops/signal/scalars.h"
#include "ops/support/expect_elements.h"
#include "ops/support/indices.h"
#include "ops/support/real.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

struct StftParams : OpParams {
  bool onesided = true;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<StftParams>();
  AttributeReader r(attributes);
  p->onesided = r.flag("onesided", true);
  MOTE_TRY(r.finish());
  return p;
}

Status check_parts(bool onesided, std::int64_t parts) {
  if (parts == 1 || (parts == 2 && !onesided)) return {};
  return Error{Code::kInvalidArgument,
               cat("the last dimension of signal is ", parts, ", where ",
                   onesided ? "a real signal, for onesided is 1, has 1" : "signals have 1 or 2")};
}

Status check_positive(std::int64_t value, std::string_view what) {
  if (value >= 1) return {};
  return Error{Code::kInvalidArgument, cat(what, " ", value, " is not positive")};
}

Status check_frame(std::int64_t length, std::int64_t signal) {
  MOTE_TRY(check_positive(length, "frame_length"));
  if (length <= signal) return {};
  return Error{Code::kInvalidArgument,
               cat("frame_length ", length, " is more than the signal's ", signal, " samples")};
}

std::int64_t frames_of(std::int64_t signal, std::int64_t length, std::int64_t step) {
  return (signal - length) / step + 1;
}

// Samples of a frame: frame_length, else the window's, else the signal's; unknown if that is.
Result<Dim> frame_length(const InferArgs& args) {
  MOTE_ASSIGN(const auto stated, known_integer(args, 3, "frame_length"));
  const Dim window = size_of(args, 2, 0);
  Dim length = args.has(2) ? window : size_of(args, 0, 1);
  if (stated) MOTE_TRY(check_positive(*stated, "frame_length"));
  if (args.has(3)) length = stated ? Dim(*stated) : window;
  MOTE_TRY(expect_vector(args, 2, length, "window"));
  return length;
}

// signal: [batch, length, 1 or 2]; frame_step, frame_length: one integer each; window: [frame
// length]. Output: [batch, frames, frequencies, 2].
Status infer(const InferArgs& args) {
  const bool onesided = args.params<StftParams>().onesided;
  MOTE_TRY(expect_elements(args, 0, FloatElements{}));
  MOTE_ASSIGN(const DType dtype, shared_dtype(args, {0, 2}));
  MOTE_TRY(expect_rank(args, 0, 3, "signal"));
  MOTE_ASSIGN(const auto step, known_integer(args, 1, "frame_step"));
  MOTE_ASSIGN(const Dim length, frame_length(args));
  const Dim signal = size_of(args, 0, 1);
  const Dim parts = size_of(args, 0, 2);
  if (parts.known()) MOTE_TRY(check_parts(onesided, parts.size()));
  if (step) MOTE_TRY(check_positive(*step, "frame_step"));
  Dim frames, frequencies;
  if (length.known() && signal.known()) {
    MOTE_TRY(check_frame(length.size(), signal.size()));
    if (step) frames = Dim(frames_of(signal.size(), length.size(), *step));
  }
  if (length.known()) frequencies = Dim(onesided ? length.size() / 2 + 1 : length.size());
  args.set(0, {dtype, Shape{size_of(args, 0, 0), frames, frequencies, Dim(2)}});
  return {};
}

struct Frames {
  std::int64_t signal = 0;  // samples
  std::int64_t parts = 1;   // 1: real
  std::int64_t step = 0, length = 0;
  std::int64_t frames = 0;       // of each signal
  std::int64_t frequencies = 0;  // of each frame
  std::int64_t count = 0;        // frames of the whole batch

  // Sample j of frame i, under the window if there is one.
  Complex load(const TensorView& in, const TensorView& window, std::int64_t i,
               std::int64_t j) const {
    const std::int64_t element = (i / frames * signal + i % frames * step + j) * parts;
    const double weight = window ? load_real(window, j) : 1.0;
    return {load_real(in, element) * weight,
            parts == 2 ? load_real(in, element + 1) * weight : 0.0};
  }
  void store(const MutTensorView& out, std::int64_t i, std::int64_t k, Complex value) const {
    store_real(out, (i * frequencies + k) * 2, value.re);
    store_real(out, (i * frequencies + k) * 2 + 1, value.im);
  }
};

// step, window, length: false where they are absent; of the window only the size counts.
Result<Frames> find_frames(bool onesided, const Dims& signal, const TensorView& step,
                           std::optional<std::int64_t> window, const TensorView& length) {
  Frames f;
  f.signal = signal[1];
  f.parts = signal[2];
  MOTE_TRY(check_parts(onesided, f.parts));
  MOTE_ASSIGN(f.step, load_scalar_integer(step, "frame_step"));
  MOTE_TRY(check_positive(f.step, "frame_step"));
  f.length = window.value_or(f.signal);
  if (length) {
    MOTE_ASSIGN(f.length, load_scalar_integer(length, "frame_length"));
  }
  MOTE_TRY(check_frame(f.length, f.signal));
  if (window && *window != f.length) {
    return Error{Code::kInvalidArgument,
                 cat("window has ", *window, " samples, frame_length is ", f.length)};
  }
  f.frames = frames_of(f.signal, f.length, f.step);
  f.frequencies = onesided ? f.length / 2 + 1 : f.length;
  f.count = signal[0] * f.frames;
  return f;
}

std::optional<std::int64_t> window_size(const TensorView& window) {
  return window ? std::optional(window.dims.count()) : std::nullopt;
}

Status reference(const OpParams* params, const RunArgs& args) {
  const TensorView window = optional_input(args, 2);
  MOTE_ASSIGN(const Frames f,
              find_frames(static_cast<const StftParams*>(params)->onesided, args.in[0].dims,
                          args.in[1], window_size(window), optional_input(args, 3)));
  MOTE_TRY(expect_output_size(args, {args.in[0].dims[0], f.frames, f.frequencies, 2}));
  constexpr std::int64_t kTerms = 1 << 12;
  const std::int64_t grain = std::max<std::int64_t>(kTerms / f.length, 1);
  args.workers.for_each_range(
      f.count * f.frequencies, grain, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t n = begin; n < end; ++n) {
          const std::int64_t i = n / f.frequencies;
          const std::int64_t k = n % f.frequencies;
          const auto x = [&](std::int64_t j) { return f.load(args.in[0], window, i, j); };
          f.store(args.out[0], i, k, fourier_sum(f.length, k, false, args.stop, x));
        }
      });
  return args.stop.check();
}

class StftStep final : public Step {
 public:
  StftStep(const Frames& frames, Fourier fourier)
      : frames_(frames), batch_(std::move(fourier), frames.count) {}

  std::size_t scratch_bytes() const override { return batch_.scratch_bytes(); }
  std::size_t packed_bytes() const override { return batch_.table_bytes(); }
  std::string_view kernel() const override { return "fft_f64"; }

  Status run(const RunArgs& args) const override {
    const TensorView window = optional_input(args, 2);
    return batch_.run(
        false, args,
        [&](std::int64_t i, Complex* x) {
          for (std::int64_t j = 0; j < frames_.length; ++j) {
            x[j] = frames_.load(args.in[0], window, i, j);
          }
        },
        [&](std::int64_t i, const Complex* x) {
          for (std::int64_t k = 0; k < frames_.frequencies; ++k) {
            frames_.store(args.out[0], i, k, x[k]);
          }
        });
  }

 private:
  Frames frames_;
  FourierBatch batch_;
};

// Where step and length are known.
Result<std::unique_ptr<Step>> prepare(const PrepareArgs& args) {
  const Tensor* step = args.constant(1);
  const Tensor* length = args.constant(3);
  const bool open = step == nullptr || (args.has(3) && length == nullptr);
  if (open || args.in_dims(0).count() == 0) return std::unique_ptr<Step>();
  const auto window = args.has(2) ? std::optional(args.in_dims(2).count()) : std::nullopt;
  MOTE_ASSIGN(const Frames frames,
              find_frames(args.params<StftParams>().onesided, args.in_dims(0), step->view(), window,
                          length == nullptr ? TensorView() : length->view()));
  MOTE_ASSIGN(Fourier fourier, Fourier::create(frames.length, args));
  return std::make_unique<StftStep>(frames, std::move(fourier));
}

constexpr int kVersions[] = {17};

constexpr std::string_view kSamples[] = {
    "(x: f32[2,64,1]) -> (y) { s: s64[] = {8} n: s64[] = {16} y = STFT(x, s, _, n) }",
    "(x: f32[1,64,1], w: f32[15]) -> (y) { s: s32[] = {4} y = STFT(x, s, w) }",
    "(x: f64[2,40,2], w: f64[37]) -> (y) { s: s64[] = {1} n: s64[] = {37}\n"
    "  y = STFT(x, s, w, n) {onesided=0} }",
    "(x: f32[1,12,1]) -> (y) { s: s64[1] = {100} y = STFT(x, s) {onesided=0} }",
    "(x: f16[1,9,1], w: f16[4]) -> (y) { s: s64[] = {3} y = STFT(x, s, w) }",
    "(x: bf16[1,9,1]) -> (y) { s: s64[] = {3} n: s32[] = {2} y = STFT(x, s, _, n) }",
    "(x: f32[0,9,1]) -> (y) { s: s64[] = {3} n: s64[] = {4} y = STFT(x, s, _, n) }",
};

}  // namespace

extern const OpDef kOp_STFT;
constinit const OpDef kOp_STFT = {
    .name = "STFT",
    .min_inputs = 2,
    .max_inputs = 4,
    .parse = parse,
    .infer = infer,
    .reference = reference,
    .prepare = prepare,
    .windowed = true,
};

extern const OnnxOp kOnnx_STFT;
constinit const OnnxOp kOnnx_STFT = {.name = "STFT", .versions = kVersions};

extern const OpDoc kDoc_STFT;
constinit const OpDoc kDoc_STFT = {
    .name = "STFT",
    .doc =
        "The Fourier transforms of frames of `frame_length` samples, `frame_step` apart, each "
        "multiplied by `window`; with `onesided` their first half. Computed in f64.",
    .samples = kSamples,
};

}  // namespace mote
