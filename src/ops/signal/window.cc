// HannWindow, HammingWindow, BlackmanWindow: how much each sample of a frame counts.
#include <algorithm>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/signal/scalars.h"
#include "ops/support/convert.h"
#include "ops/support/indices.h"
#include "ops/support/portable_math.h"

namespace mote {
namespace {

struct WindowParams : OpParams {
  DType dtype = DType::kF32;
  bool periodic = true;  // one period of a cosine, without its end
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<WindowParams>();
  AttributeReader r(attributes);
  p->periodic = r.flag("periodic", true);
  MOTE_ASSIGN(p->dtype, read_number_dtype(r));
  MOTE_TRY(r.finish());
  return p;
}

Status check_size(std::int64_t size) {
  if (size >= 0 && size < std::int64_t{1} << 56) return {};
  return Error{Code::kInvalidArgument, cat("size ", size, " is outside [0, 2^56)")};
}

// size: one integer. Output: [size].
Status infer(const InferArgs& args) {
  MOTE_ASSIGN(const auto size, known_integer(args, 0, "size"));
  if (size) MOTE_TRY(check_size(*size));
  args.set(0, {args.params<WindowParams>().dtype, Shape{size ? Dim(*size) : Dim()}});
  return {};
}

// Each is a function of the angle 2π k / n, k < n.
struct HannWindow {
  static double at(std::uint64_t k, std::uint64_t n) {
    const double half = on_circle(k, 2 * n).sin;
    return half * half;
  }
};

// In the form that ONNX gives it: 25/46 and 21/46, not 0.54 and 0.46.
struct HammingWindow {
  static double at(std::uint64_t k, std::uint64_t n) {
    return 25.0 / 46.0 - 21.0 / 46.0 * on_circle(k, n).cos;
  }
};

struct BlackmanWindow {
  static double at(std::uint64_t k, std::uint64_t n) {
    return 0.42 - 0.5 * on_circle(k, n).cos + 0.08 * on_circle(2 * k % n, n).cos;
  }
};

template <class F>
Status reference(const OpParams* params, const RunArgs& args) {
  constexpr std::int64_t kBlock = 256;
  MOTE_ASSIGN(const std::int64_t size, load_scalar_integer(args.in[0], "size"));
  MOTE_TRY(check_size(size));
  MOTE_TRY(expect_output_size(args, {size}));
  const bool periodic = static_cast<const WindowParams*>(params)->periodic;
  const auto period =
      static_cast<std::uint64_t>(periodic ? size : std::max<std::int64_t>(size, 1) - 1);
  args.workers.for_each_range(size, kBlock, [&](std::int64_t begin, std::int64_t end) {
    double values[kBlock];
    for (std::int64_t i = begin; i < end; ++i) {
      // A symmetric window of one sample is its peak.
      values[i - begin] = period == 0 ? 1.0 : F::at(static_cast<std::uint64_t>(i) % period, period);
    }
    convert_range({DType::kF64, {end - begin}, values}, 0, args.out[0], begin, end - begin);
  });
  return {};
}

constexpr int kVersions[] = {17};

}  // namespace

#define MOTE_WINDOW_OP(Op, text)                                                              \
  extern const OpDef kOp_##Op;                                                                \
  constinit const OpDef kOp_##Op = {                                                          \
      .name = #Op, .parse = parse, .infer = infer, .reference = reference<Op>};               \
  extern const OnnxOp kOnnx_##Op;                                                             \
  constinit const OnnxOp kOnnx_##Op = {.name = #Op, .versions = kVersions};                   \
  static constexpr std::string_view kSamples_##Op[] = {                                       \
      "() -> (y) { n: s32[] = {10} y = " #Op "(n) }",                                         \
      "() -> (y) { n: s64[] = {9} y = " #Op "(n) {periodic=0} }",                             \
      "() -> (y) { n: s64[1] = {600} y = " #Op "(n) {output_datatype=11} }",                  \
      "() -> (y) { n: s64[] = {1} y = " #Op "(n) {periodic=0, output_datatype=10} }",         \
      "() -> (y) { n: s64[] = {4} y = " #Op "(n) {output_datatype=7} }",                      \
      "() -> (y) { n: s64[] = {0} y = " #Op "(n) }"};                                         \
  extern const OpDoc kDoc_##Op;                                                               \
  constinit const OpDoc kDoc_##Op = {                                                         \
      .name = #Op,                                                                            \
      .doc = text " Of `size` samples; without `periodic` the last of them ends the period.", \
      .samples = kSamples_##Op};
MOTE_WINDOW_OP(HannWindow, "A raised cosine: sin^2(pi k / n).")
MOTE_WINDOW_OP(HammingWindow, "A cosine that does not reach 0: (25 - 21 cos(2 pi k / n)) / 46.")
MOTE_WINDOW_OP(BlackmanWindow,
               "A sum of cosines: 0.42 - 0.5 cos(2 pi k / n) + 0.08 cos(4 pi k / n).")
#undef MOTE_WINDOW_OP

}  // namespace mote
