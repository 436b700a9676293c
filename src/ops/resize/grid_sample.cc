// GridSample: values of a tensor at the positions that a grid gives.
#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/resize/interpolated.h"
#include "ops/support/choices.h"
#include "ops/support/copy.h"
#include "ops/support/expect_elements.h"
#include "ops/support/shapes.h"
#include "ops/support/strides.h"

namespace mote {
namespace {

enum class Mode : std::uint8_t { kLinear, kNearest, kCubic };
enum class Padding : std::uint8_t { kZeros, kBorder, kReflection };

struct GridSampleParams : OpParams {
  Mode mode = Mode::kLinear;
  Padding padding = Padding::kZeros;
  bool align_corners = false;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<GridSampleParams>();
  AttributeReader r(attributes);
  MOTE_ASSIGN(p->mode, enum_named<Mode>(r, "mode", {"linear", "nearest", "cubic"}));
  MOTE_ASSIGN(p->padding,
              enum_named<Padding>(r, "padding_mode", {"zeros", "border", "reflection"}));
  p->align_corners = r.flag("align_corners", false);
  MOTE_TRY(r.finish());
  return p;
}

// The rank that X and grid share; -1 if neither is known. Errors: they differ, or are too small.
Result<int> shared_rank(const InferArgs& args) {
  const int x = args.type(0).rank();
  const int grid = args.type(1).rank();
  if (x >= 0 && grid >= 0 && x != grid) {
    return Error{Code::kInvalidArgument, cat("X has rank ", x, ", grid has rank ", grid)};
  }
  const int rank = std::max(x, grid);
  if (rank >= 0 && (rank < 3 || rank > kMaxRank)) {
    return Error{Code::kInvalidArgument, cat("rank ", rank, " is outside [3, ", kMaxRank, "]")};
  }
  return rank;
}

// X: [N, C, D...]: any element type; numbers, booleans or complex numbers where it interpolates.
// grid: float [N, O..., number of D], the innermost coordinate first. Y: [N, C, O...].
Status infer(const InferArgs& args) {
  if (args.params<GridSampleParams>().mode != Mode::kNearest) {
    MOTE_TRY(expect_dtype(args, 0,
                          {DType::kF32, DType::kF64, DType::kF16, DType::kBF16, DType::kS8,
                           DType::kU8, DType::kS16, DType::kU16, DType::kS32, DType::kU32,
                           DType::kS64, DType::kU64, DType::kBool, DType::kC64, DType::kC128}));
  }
  MOTE_TRY(expect_elements(args, 1, FloatElements{}));
  MOTE_ASSIGN(const int rank, shared_rank(args));
  const DType dtype = args.type(0).dtype;
  if (rank < 0) {
    args.set(0, {dtype, std::nullopt});
    return {};
  }
  MOTE_TRY(expect_size(args, 1, 0, size_of(args, 0, 0), "grid"));
  MOTE_TRY(expect_size(args, 1, rank - 1, rank - 2, "grid"));
  Shape shape = unknown_shape(rank);
  const Dim batch = size_of(args, 0, 0);
  shape[0] = batch.known() ? batch : size_of(args, 1, 0);
  shape[1] = size_of(args, 0, 1);
  for (int d = 2; d < rank; ++d) shape[static_cast<std::size_t>(d)] = size_of(args, 1, d - 1);
  MOTE_TRY(product(shape));
  args.set(0, {dtype, std::move(shape)});
  return {};
}

// -- one dimension

// The elements that count at a position, and how much; index -1 lies outside and counts as 0.
struct Taps {
  int count = 0;
  std::array<std::int64_t, 4> index;
  std::array<double, 4> weight;

  void add(std::int64_t i, double w) {
    if (i < 0 || w == 0.0) return;
    index[static_cast<std::size_t>(count)] = i;
    weight[static_cast<std::size_t>(count++)] = w;
  }
};

// One dimension of `size` elements at whole positions; it ends at first and last.
struct Line {
  const GridSampleParams& p;
  std::int64_t size;
  double first, last;

  Line(const GridSampleParams& params, std::int64_t n)
      : p(params),
        size(n),
        first(p.align_corners ? 0.0 : -0.5),
        last(static_cast<double>(n) - (p.align_corners ? 1.0 : 0.5)) {}

  double position(double normalized) const {
    const auto n = static_cast<double>(size);
    return p.align_corners ? (normalized + 1.0) / 2.0 * (n - 1.0)
                           : ((normalized + 1.0) * n - 1.0) / 2.0;
  }

  // Back and forth between both ends; the first, where that leads nowhere.
  double reflected(double x) const {
    if (x >= first && x <= last) return x;
    const double range = last - first;
    const double beyond = std::fmod(x < first ? first - x : x - last, 2.0 * range);
    if (!(range > 0.0) || std::isnan(beyond)) return std::max(first, 0.0);
    const double inside = beyond <= range ? beyond : 2.0 * range - beyond;
    return x < first ? first + inside : last - inside;
  }

  // Where the value at a whole position is found; -1: nowhere.
  std::int64_t element(double whole) const {
    const auto end = static_cast<double>(size - 1);
    if (p.padding == Padding::kZeros && !(whole >= 0.0 && whole <= end)) return -1;
    const double at = p.padding == Padding::kReflection ? std::trunc(reflected(whole)) : whole;
    return static_cast<std::int64_t>(std::clamp(at, 0.0, end));
  }

  Taps taps(double normalized) const;
};

// Keys' cubic convolution with a = -0.75, at distance x.
double cubic_weight(double x) {
  constexpr double kA = -0.75;
  const double d = std::abs(x);
  if (d <= 1.0) return ((kA + 2.0) * d - (kA + 3.0)) * d * d + 1.0;
  return ((kA * d - 5.0 * kA) * d + 8.0 * kA) * d - 4.0 * kA;
}

// Taps find the border themselves. (ONNX's own reference first moves a position to the border,
// which makes a difference for cubics; PyTorch, where the operator comes from, does not.) A
// position that is no number is outside of zeros, and at the beginning of other paddings.
Taps Line::taps(double normalized) const {
  Taps taps;
  double x = position(normalized);
  if (size == 0 || (std::isnan(x) && p.padding == Padding::kZeros)) return taps;
  if (std::isnan(x)) x = 0.0;
  if (p.mode == Mode::kNearest) x = std::nearbyint(x);
  if (p.padding == Padding::kReflection) x = reflected(x);
  // Two elements from the ends every tap is outside.
  const auto beyond = static_cast<double>(size) + 1.0;
  if (p.padding == Padding::kZeros && (x < -2.0 || x > beyond)) return taps;
  x = std::clamp(x, -2.0, beyond);
  const double below = std::floor(x);
  const double fraction = x - below;
  if (p.mode == Mode::kNearest) {
    taps.add(element(x), 1.0);
  } else if (p.mode == Mode::kLinear) {
    taps.add(element(below), 1.0 - fraction);
    taps.add(element(below + 1.0), fraction);
  } else {
    for (double i = -1.0; i <= 2.0; ++i) taps.add(element(below + i), cubic_weight(i - fraction));
  }
  return taps;
}

// -- the whole

// The position of one place of the output, and how its values are found.
struct Place {
  std::span<const Taps> taps;  // of each dimension
  std::span<const std::int64_t> strides;

  // components: elements that lie together, 2 of complex numbers.
  template <class T>
  double value(const T* x, std::size_t d, std::int64_t offset, std::int64_t components) const {
    if (d == taps.size()) {
      return static_cast<double>(static_cast<Compute<T>>(x[offset * components]));
    }
    double sum = 0.0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(taps[d].count); ++i) {
      sum +=
          taps[d].weight[i] * value(x, d + 1, offset + taps[d].index[i] * strides[d], components);
    }
    return sum;
  }

  // Of the nearest element; -1: outside.
  std::int64_t offset() const {
    std::int64_t at = 0;
    for (std::size_t d = 0; d < taps.size(); ++d) {
      if (taps[d].count == 0) return -1;
      at += taps[d].index[0] * strides[d];
    }
    return at;
  }
};

// Calls f(place, i) for places [begin, end) of all images; i counts them in one image and all.
template <class G, class F>
void for_each_place(const GridSampleParams& p, const RunArgs& args, std::int64_t begin,
                    std::int64_t end, const F& f) {
  const Dims& dims = args.in[0].dims;
  const int rank = dims.rank() - 2;
  const Dims strides = row_major_strides(Dims(std::span(dims.begin() + 2, dims.end())));
  std::array<Taps, kMaxRank> taps;
  for (std::int64_t i = begin; i < end; ++i) {
    const G* position = args.in[1].as<G>() + i * rank;
    for (int d = 0; d < rank; ++d) {
      taps[static_cast<std::size_t>(d)] =
          Line(p, dims[d + 2])
              .taps(static_cast<double>(static_cast<Compute<G>>(position[rank - 1 - d])));
    }
    f(Place{std::span(taps).first(static_cast<std::size_t>(rank)), strides}, i);
  }
}

class Sampling {
 public:
  Sampling(const GridSampleParams& p, const RunArgs& args)
      : p_(p),
        args_(args),
        channels_(args.in[0].dims[1]),
        in_size_(args.in[0].dims.count(2, args.in[0].dims.rank())),
        places_(args.out[0].dims.count(2, args.out[0].dims.rank())) {}

  // sample(place, element of X, element of Y)
  template <class F>
  Status run(const F& sample) const {
    return with_dtype(FloatElements{}, args_.in[1].dtype, [&](auto g) -> Status {
      args_.workers.for_each_range(
          args_.in[0].dims[0] * places_, grain(), [&](std::int64_t begin, std::int64_t end) {
            for_each_place<decltype(g)>(p_, args_, begin, end,
                                        [&](const Place& place, std::int64_t i) {
                                          const std::int64_t image = i / places_ * channels_;
                                          for (std::int64_t c = image; c < image + channels_; ++c) {
                                            sample(place, c * in_size_, c * places_ + i % places_);
                                          }
                                        });
          });
      return {};
    });
  }

  Status nearest() const {
    return run([&](const Place& place, std::int64_t from, std::int64_t to) {
      // What lies outside stays zero, false or empty.
      if (const std::int64_t at = place.offset(); at >= 0) {
        copy_range(args_.in[0], from + at, args_.out[0], to, 1);
      }
    });
  }

  template <class T>
  Status interpolated(std::int64_t components) const {
    return run([&, components](const Place& place, std::int64_t from, std::int64_t to) {
      for (std::int64_t k = 0; k < components; ++k) {
        const T* x = args_.in[0].as<T>() + from * components + k;
        args_.out[0].as<T>()[to * components + k] = to_element<T>(place.value(x, 0, 0, components));
      }
    });
  }

 private:
  // A few thousand elements of X at once.
  std::int64_t grain() const {
    const int rank = args_.in[0].dims.rank() - 2;
    const int bits = p_.mode == Mode::kCubic ? 2 * rank : rank;
    return std::max<std::int64_t>(1, (1 << 13 >> bits) / std::max<std::int64_t>(channels_, 1));
  }

  const GridSampleParams& p_;
  const RunArgs& args_;
  std::int64_t channels_, in_size_, places_;
};

Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = *static_cast<const GridSampleParams*>(params);
  if (args.out[0].dims.count() == 0) return {};
  const Sampling sampling(p, args);
  if (p.mode == Mode::kNearest) {
    fill_zero(args.out[0]);
    return sampling.nearest();
  }
  switch (args.in[0].dtype) {
    case DType::kBool:
      return sampling.interpolated<bool>(1);
    case DType::kC64:
      return sampling.interpolated<float>(2);
    case DType::kC128:
      return sampling.interpolated<double>(2);
    default:
      return with_dtype(NumberElements{}, args.in[0].dtype,
                        [&](auto t) { return sampling.interpolated<decltype(t)>(1); });
  }
}

// Opset 20 renamed the modes, for inputs of any rank.
Status rename_modes(const UpgradeArgs& args) {
  Attributes& attributes = args.node().attributes;
  const AttributeValue* mode = attributes.find("mode");
  const auto* word = mode != nullptr ? std::get_if<std::string>(mode) : nullptr;
  if (word != nullptr && (*word == "bilinear" || *word == "bicubic")) {
    attributes.set("mode", word->substr(2));
  }
  return {};
}

constexpr int kVersions[] = {16, 20, 22};
constexpr OnnxUpgrade kUpgrades[] = {{20, rename_modes}};

constexpr std::string_view kSamples[] = {
    "(x: f32[2,3,5,4], g: f32[2,3,2,2]) -> (y) { y = GridSample(x, g) }",
    "(x: f32[1,2,5,4], g: f32[1,3,2,2]) -> (y) { y = GridSample(x, g) {mode=\"cubic\",\n"
    "  padding_mode=\"reflection\", align_corners=1} }",
    "(x: f32[1,2,3,4], g: f64[1,3,2,2]) -> (y) { y = GridSample(x, g) {mode=\"nearest\",\n"
    "  padding_mode=\"border\"} }",
    "(x: f64[1,2,3,4,3], g: f32[1,2,2,2,3]) -> (y) { y = GridSample(x, g) {\n"
    "  padding_mode=\"border\", align_corners=1} }",
    "(x: s32[2,2,6], g: f16[2,5,1]) -> (y) { y = GridSample(x, g) {mode=\"cubic\",\n"
    "  padding_mode=\"border\"} }",
    "(x: f16[1,1,3,3], g: bf16[1,2,2,2]) -> (y) { y = GridSample(x, g) {\n"
    "  padding_mode=\"reflection\"} }",
    "(x: bool[1,1,3,3], g: f32[1,2,2,2]) -> (y) { y = GridSample(x, g) {mode=\"nearest\"} }",
    "(x: f32[1,1,0,3], g: f32[1,2,2,2]) -> (y) { y = GridSample(x, g) {\n"
    "  padding_mode=\"border\"} }",
    "(x: f32[1,2,3,3], g: f32[1,0,2,2]) -> (y) { y = GridSample(x, g) }",
};

}  // namespace

extern const OpDef kOp_GridSample;
constinit const OpDef kOp_GridSample = {
    .name = "GridSample",
    .min_inputs = 2,
    .max_inputs = 2,
    .parse = parse,
    .infer = infer,
    .reference = reference,
    .windowed = true,
};

extern const OnnxOp kOnnx_GridSample;
constinit const OnnxOp kOnnx_GridSample = {
    .name = "GridSample", .versions = kVersions, .upgrades = kUpgrades};

extern const OpDoc kDoc_GridSample;
constinit const OpDoc kDoc_GridSample = {
    .name = "GridSample",
    .doc =
        "The values of `X` at the positions of `grid`, which run from -1 to 1 along each "
        "dimension: the nearest, or linear or cubic interpolations. `padding_mode` says what lies "
        "outside; a position that is NaN is outside, or at the beginning.",
    .samples = kSamples,
};

}  // namespace mote
