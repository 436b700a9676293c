// Resize: a tensor under other sizes, its elements interpolated.
#include <algorithm>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/resize/interpolated.h"
#include "ops/resize/resize_axis.h"
#include "ops/resize/resize_step.h"
#include "ops/support/axes.h"
#include "ops/support/choices.h"
#include "ops/support/copy.h"
#include "ops/support/element.h"
#include "ops/support/indices.h"
#include "ops/support/strides.h"

namespace mote {
namespace {

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<ResizeParams>();
  AttributeReader r(attributes);
  MOTE_ASSIGN(p->mode, enum_named<ResizeMode>(r, "mode", {"nearest", "linear", "cubic"}));
  MOTE_ASSIGN(p->coordinates,
              enum_named<ResizeCoordinates>(
                  r, "coordinate_transformation_mode",
                  {"half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners",
                   "asymmetric", "tf_crop_and_resize", "tf_half_pixel_for_nn"}));
  MOTE_ASSIGN(p->nearest,
              enum_named<NearestMode>(
                  r, "nearest_mode", {"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"}));
  MOTE_ASSIGN(p->policy, enum_named<AspectPolicy>(r, "keep_aspect_ratio_policy",
                                                  {"stretch", "not_larger", "not_smaller"}));
  p->antialias = r.flag("antialias", false);
  p->exclude_outside = r.flag("exclude_outside", false);
  p->cubic_a = r.real("cubic_coeff_a", -0.75F);
  p->extrapolation = r.real("extrapolation_value", 0.0F);
  if (r.has("axes")) p->axes = r.integers("axes", {});
  MOTE_TRY(r.finish());
  return p;
}

// An empty list is none: so opsets 11 and 12 leave out an input.
TensorView list_view(const TensorView& view) {
  return view && view.dims.count() > 0 ? view : TensorView();
}

Status check_lists(const ResizeLists& lists) {
  if (static_cast<bool>(lists.scales) != static_cast<bool>(lists.sizes)) return {};
  return Error{Code::kInvalidArgument, lists.scales ? "both scales and sizes are given"
                                                    : "neither scales nor sizes is given"};
}

// What the inputs say; nothing if one that matters is not known yet.
std::optional<ResizeLists> known_lists(const ResizeParams& p, std::span<const InputInfo> in) {
  TensorView views[4];
  const bool needs_roi = p.coordinates == ResizeCoordinates::kTfCropAndResize;
  for (std::size_t i = needs_roi ? 1 : 2; i < in.size(); ++i) {
    if (!in[i].present) continue;
    if (!in[i].constant) return std::nullopt;
    views[i] = list_view(in[i].constant.view());
  }
  return ResizeLists{views[1], views[2], views[3]};
}

// X: any shape; roi: float [2 * axes]; scales: f32[axes]; sizes: s64[axes]; one of the latter two.
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_dtype(args, 1, {DType::kF32, DType::kF64, DType::kF16}));
  MOTE_TRY(expect_dtype(args, 2, {DType::kF32}));
  MOTE_TRY(expect_dtype(args, 3, {DType::kS64}));
  const TensorType& x = args.type(0);
  if (!x.shape || x.rank() > kMaxRank) {
    args.set(0, {x.dtype, std::nullopt});
    return {};
  }
  Shape shape = unknown_shape(x.rank());
  const auto& p = args.params<ResizeParams>();
  if (const auto lists = known_lists(p, args.in)) {
    MOTE_TRY(check_lists(*lists));
    Dims dims;
    for (const Dim& d : *x.shape) dims.push_back(d.size());
    MOTE_ASSIGN(const auto axes, resize_axes(p, dims, *lists));
    for (std::size_t d = 0; d < shape.size(); ++d) {
      if (axes[d].out >= 0) shape[d] = axes[d].out;
      if (axes[d].out < 0 && axes[d].same()) shape[d] = (*x.shape)[d];
    }
    MOTE_TRY(product(shape));
  }
  args.set(0, {x.dtype, std::move(shape)});
  return {};
}

struct Resizing {
  const ResizeParams& p;
  std::span<const ResizeAxis> axes;
  const TensorView& x;
  const MutTensorView& y;
  Dims x_strides, y_strides;
};

// -- nearest: any dtype

// extrapolation: one element of y's dtype.
void copy_nearest(const Resizing& r, const TensorView& extrapolation, std::size_t d,
                  std::int64_t from, std::int64_t to) {
  const auto rest = r.axes.subspan(d);
  if (std::ranges::all_of(rest, &ResizeAxis::same)) {
    const int rank = r.y.dims.rank();
    return copy_range(r.x, from, r.y, to, r.y.dims.count(static_cast<int>(d), rank));
  }
  const std::int64_t x_stride = r.x_strides[static_cast<int>(d)];
  const std::int64_t y_stride = r.y_strides[static_cast<int>(d)];
  for (std::int64_t j = 0; j < rest[0].out; ++j) {
    const std::int64_t at = to + j * y_stride;
    if (rest[0].same()) {
      copy_nearest(r, extrapolation, d + 1, from + j * x_stride, at);
      continue;
    }
    const ResizeTaps taps(r.p, rest[0], j);
    if (taps.extrapolated()) {
      fill_range(extrapolation, 0, r.y, at, y_stride);
    } else {
      copy_nearest(r, extrapolation, d + 1, from + taps.index(taps.first()) * x_stride, at);
    }
  }
}

Status resize_nearest(const Resizing& r) {
  alignas(8) std::byte element[8] = {};
  TensorView extrapolation = {r.y.dtype, {}, element};
  if (r.p.coordinates == ResizeCoordinates::kTfCropAndResize) {
    MOTE_TRY(with_dtype(NumberElements(), r.y.dtype, [&](auto t) -> Status {
      *reinterpret_cast<decltype(t)*>(element) =
          to_element<decltype(t)>(static_cast<double>(r.p.extrapolation));
      return {};
    }));
  }
  copy_nearest(r, extrapolation, 0, 0, 0);
  return {};
}

// -- linear and cubic: numbers

// The input at output index `at` of the first d dimensions already taken, element `from`.
template <class T>
double sample(const Resizing& r, const Dims& at, std::size_t d, std::int64_t from) {
  if (d == r.axes.size()) return static_cast<double>(static_cast<Compute<T>>(r.x.as<T>()[from]));
  const std::int64_t stride = r.x_strides[static_cast<int>(d)];
  const std::int64_t j = at[static_cast<int>(d)];
  if (r.axes[d].same()) return sample<T>(r, at, d + 1, from + j * stride);
  const ResizeTaps taps(r.p, r.axes[d], j);
  if (taps.extrapolated()) return static_cast<double>(r.p.extrapolation);
  double sum = 0.0;
  for (std::int64_t i = taps.first(); i <= taps.last(); ++i) {
    const double weight = taps.weight(i);
    if (weight != 0.0) sum += weight * sample<T>(r, at, d + 1, from + taps.index(i) * stride);
  }
  return sum;
}

template <class T>
void interpolate(const Resizing& r) {
  T* y = r.y.as<T>();
  const std::int64_t count = r.y.dims.count();
  Dims at = r.y.dims;
  for (std::int64_t& i : at) i = 0;
  for (std::int64_t n = 0; n < count; ++n) {
    y[n] = to_element<T>(sample<T>(r, at, 0, 0));
    for (int d = at.rank() - 1; d >= 0 && ++at[d] == r.y.dims[d]; --d) at[d] = 0;
  }
}

Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = *static_cast<const ResizeParams*>(params);
  const Dims& dims = args.in[0].dims;
  const ResizeLists lists = {list_view(optional_input(args, 1)), list_view(optional_input(args, 2)),
                             list_view(optional_input(args, 3))};
  MOTE_TRY(check_lists(lists));
  MOTE_ASSIGN(const auto axes, resize_axes(p, dims, lists));
  Dims size = dims;
  for (int d = 0; d < size.rank(); ++d) size[d] = axes[static_cast<std::size_t>(d)].out;
  MOTE_TRY(expect_output_size(args, size));
  if (size.count() == 0) return {};
  const Resizing r = {p,
                      std::span(axes).first(dims.size()),
                      args.in[0],
                      args.out[0],
                      row_major_strides(dims),
                      row_major_strides(size)};
  if (p.mode == ResizeMode::kNearest) return resize_nearest(r);
  return with_dtype(NumberElements(), args.in[0].dtype, [&](auto t) -> Status {
    interpolate<decltype(t)>(r);
    return {};
  });
}

Result<std::unique_ptr<Step>> prepare(const PrepareArgs& args) {
  const auto& p = args.params<ResizeParams>();
  const auto lists = known_lists(p, args.in);
  if (!lists) return std::unique_ptr<Step>();
  const Dims dims = args.in_dims(0);
  MOTE_ASSIGN(const auto axes, resize_axes(p, dims, *lists));
  return make_resize_step(p, args.in_dtype(0), std::span(axes).first(dims.size()));
}

// Where opset 10's nearest element lies: before the position along axes that grow, behind it along
// those that shrink.
struct Directions {
  bool known = false, shrinks = false, grows = false;
};

Directions directions_of(const UpgradeArgs& args, ValueId scales) {
  if (!args.graph.is_constant(scales)) return {};
  const Tensor& tensor = args.graph.value(scales).constant;
  if (tensor.dtype() != DType::kF32) return {};
  const auto values = tensor.values<float>();
  return {true, std::ranges::any_of(values, [](float s) { return s < 1.0F; }),
          std::ranges::any_of(values, [](float s) { return s > 1.0F; })};
}

// Opset 10 counted positions from the corner.
Status name_old_defaults(const UpgradeArgs& args) {
  Attributes& attributes = args.node().attributes;
  attributes.set("coordinate_transformation_mode", std::string("asymmetric"));
  AttributeReader r(attributes);
  const bool nearest = r.text("mode", "nearest") == "nearest";
  ValueId x = args.input(0), scales = args.input(1);
  const Directions d = directions_of(args, scales);
  if (nearest && (!d.known || (d.shrinks && d.grows))) {
    // Two nodes: what shrinks, then what grows.
    const ValueId one = args.add_constant("one", Tensor::scalar(1.0F));
    Attributes shrinking = attributes;
    shrinking.set("nearest_mode", std::string("ceil"));
    MOTE_ASSIGN(const ValueId less, args.add_before("Min", {scales, one}, {}));
    MOTE_ASSIGN(x, args.add_before("Resize", {x, ValueId::kNone, less}, std::move(shrinking)));
    MOTE_ASSIGN(scales, args.add_before("Max", {scales, one}, {}));
  }
  // The node may have moved when others were added.
  args.node().attributes.set("nearest_mode", std::string(d.shrinks && !d.grows ? "ceil" : "floor"));
  args.set_input(0, x);
  args.set_input(1, ValueId::kNone);
  args.set_input(2, scales);
  return {};
}

constexpr int kVersions[] = {10, 11, 13, 18, 19};
constexpr OnnxUpgrade kUpgrades[] = {{11, name_old_defaults}};

constexpr std::string_view kSamples[] = {
    "(x: f32[1,2,3,4]) -> (y) { s: f32[4] = {1, 1, 2, 3} y = Resize(x, _, s) }",
    "(x: f32[1,2,3,4]) -> (y) { s: s64[2] = {5, 7} y = Resize(x, _, _, s) {axes=[-2, 3],\n"
    "  mode=\"linear\"} }",
    "(x: f32[2,6,8,3]) -> (y) { s: s64[2] = {3, 11} y = Resize(x, _, _, s) {axes=[1, 2],\n"
    "  mode=\"linear\", coordinate_transformation_mode=\"align_corners\"} }",
    "(x: f32[7,9]) -> (y) { s: f32[2] = {0.6, 0.3} y = Resize(x, _, s) {mode=\"cubic\",\n"
    "  antialias=1, cubic_coeff_a=-0.5} }",
    "(x: f32[4,4]) -> (y) { s: f32[2] = {1.7, 0.8} y = Resize(x, _, s) {mode=\"cubic\",\n"
    "  exclude_outside=1, coordinate_transformation_mode=\"pytorch_half_pixel\"} }",
    "(x: u8[5,6]) -> (y) { s: s64[2] = {3, 9} y = Resize(x, _, _, s) {mode=\"linear\",\n"
    "  antialias=1} }",
    "(x: s64[5]) -> (y) { s: s64[1] = {3} y = Resize(x, _, _, s) {nearest_mode=\"ceil\",\n"
    "  coordinate_transformation_mode=\"asymmetric\"} }",
    "(x: f32[2,4,4]) -> (y) { s: s64[2] = {7, 9} y = Resize(x, _, _, s) {axes=[1, 2],\n"
    "  keep_aspect_ratio_policy=\"not_larger\", nearest_mode=\"round_prefer_ceil\"} }",
    "(x: f32[4,5]) -> (y) { r: f32[4] = {0.4, -0.2, 0.9, 1.3} s: s64[2] = {3, 6}\n"
    "  y = Resize(x, r, _, s) {mode=\"linear\", extrapolation_value=10.0,\n"
    "  coordinate_transformation_mode=\"tf_crop_and_resize\"} }",
    "(x: f16[3,4]) -> (y) { s: f32[2] = {1.5, 0.1} y = Resize(x, _, s) {mode=\"linear\"} }",
};

}  // namespace

extern const OpDef kOp_Resize;
constinit const OpDef kOp_Resize = {
    .name = "Resize",
    .min_inputs = 1,
    .max_inputs = 4,
    .parse = parse,
    .infer = infer,
    .reference = reference,
    .prepare = prepare,
};

extern const OnnxOp kOnnx_Resize;
constinit const OnnxOp kOnnx_Resize = {
    .name = "Resize", .versions = kVersions, .upgrades = kUpgrades};

extern const OpDoc kDoc_Resize;
constinit const OpDoc kDoc_Resize = {
    .name = "Resize",
    .doc =
        "`X` resized by `scales` or to `sizes` along `axes`, by the nearest element or linear "
        "or cubic interpolation. Opset 12's tf_half_pixel_for_nn is still understood.",
    .samples = kSamples,
};

}  // namespace mote
