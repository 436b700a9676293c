// MeanVarianceNormalization: mean 0 and variance 1 along axes.
#include <cmath>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/reduce/lanes.h"
#include "ops/support/expect_elements.h"

namespace mote {
namespace {

struct MvnParams : OpParams {
  std::vector<std::int64_t> axes;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<MvnParams>();
  AttributeReader r(attributes);
  p->axes = r.integers("axes", {0, 2, 3});
  MOTE_TRY(r.finish());
  return p;
}

Status infer(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, 0, FloatElements{}));
  const TensorType& x = args.type(0);
  if (x.shape) MOTE_TRY(normalize_axes(args.params<MvnParams>().axes, x.rank()));
  args.set(0, x);
  return {};
}

// (x - mean) / (deviation + 1e-9), with the population's deviation.
template <class T>
void normalize(const AxisGroups& groups, const T* x, T* y) {
  const auto n = static_cast<double>(groups.size());
  groups.for_each([&](std::int64_t base) {
    double sum = 0;
    groups.for_each_within([&](std::int64_t at) { sum += static_cast<double>(x[base + at]); });
    const double mean = sum / n;
    double squares = 0;
    groups.for_each_within([&](std::int64_t at) {
      const double d = static_cast<double>(x[base + at]) - mean;
      squares += d * d;
    });
    const double scale = 1 / (std::sqrt(squares / n) + 1e-9);
    groups.for_each_within([&](std::int64_t at) {
      y[base + at] = rounded<T>((static_cast<double>(x[base + at]) - mean) * scale);
    });
  });
}

Status reference(const OpParams* params, const RunArgs& args) {
  const TensorView& x = args.in[0];
  AxisGroups::Marks marks{};
  for (const std::int64_t a : static_cast<const MvnParams&>(*params).axes) {
    MOTE_ASSIGN(const int axis, normalize_axis(a, x.dims.rank()));
    marks[static_cast<std::size_t>(axis)] = true;
  }
  const AxisGroups groups(x.dims, marks);
  return with_dtype(FloatElements{}, x.dtype, [&](auto element) -> Status {
    using T = decltype(element);
    normalize(groups, x.as<T>(), args.out[0].as<T>());
    return {};
  });
}

constexpr int kVersions[] = {9, 13};

constexpr std::string_view kSamples[] = {
    "(x: f32[2,3,4,5]) -> (y) { y = MeanVarianceNormalization(x) }",
    "(x: f64[2,7]) -> (y) { y = MeanVarianceNormalization(x) {axes=[-1]} }",
    "(x: f16[3,4]) -> (y) { y = MeanVarianceNormalization(x) {axes=[0, 1]} }",
    "(x: bf16[0,4]) -> (y) { y = MeanVarianceNormalization(x) {axes=[1]} }",
};

}  // namespace

extern const OpDef kOp_MeanVarianceNormalization;
constinit const OpDef kOp_MeanVarianceNormalization = {
    .name = "MeanVarianceNormalization",
    .parse = parse,
    .infer = infer,
    .reference = reference,
};

extern const OnnxOp kOnnx_MeanVarianceNormalization;
constinit const OnnxOp kOnnx_MeanVarianceNormalization = {.name = "MeanVarianceNormalization",
                                                          .versions = kVersions};

extern const OpDoc kDoc_MeanVarianceNormalization;
constinit const OpDoc kDoc_MeanVarianceNormalization = {
    .name = "MeanVarianceNormalization",
    .doc =
        "The elements minus their mean, divided by their deviation; both are taken along "
        "`axes`, by default all but the channels.",
    .samples = kSamples,
};

}  // namespace mote
