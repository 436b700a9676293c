// Pad: elements put around a tensor, or taken away.
#include <algorithm>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/box.h"
#include "ops/support/choices.h"
#include "ops/support/copy.h"
#include "ops/support/element.h"
#include "ops/support/indices.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

enum class PadMode : std::uint8_t { kConstant, kReflect, kEdge, kWrap };

struct PadParams : OpParams {
  PadMode mode = PadMode::kConstant;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<PadParams>();
  AttributeReader r(attributes);
  MOTE_ASSIGN(p->mode, enum_named<PadMode>(r, "mode", {"constant", "reflect", "edge", "wrap"}));
  MOTE_TRY(r.finish());
  return p;
}

// What becomes of one dimension: `crop` elements go at its front, `keep` stay, with `before` and
// `after` new ones around them.
struct AxisPad {
  std::int64_t crop = 0;
  std::int64_t keep = 0;
  std::int64_t before = 0;
  std::int64_t after = 0;

  std::int64_t size() const { return before + keep + after; }
};

Result<AxisPad> axis_pad(PadMode mode, std::int64_t size, std::int64_t begin, std::int64_t end) {
  constexpr std::int64_t kLimit = std::int64_t{1} << 60;  // sums of three do not overflow
  const bool within = size <= kLimit && begin <= kLimit && end <= kLimit && begin >= -size &&
                      end >= -size && begin + end >= -size;
  if (!within) {
    return Error{Code::kInvalidArgument,
                 cat("pads ", begin, " and ", end, " do not suit size ", size)};
  }
  AxisPad pad;
  pad.crop = std::max<std::int64_t>(0, -begin);
  pad.before = std::max<std::int64_t>(0, begin);
  pad.after = std::max<std::int64_t>(0, end);
  pad.keep = size - pad.crop - std::max<std::int64_t>(0, -end);
  if (pad.keep < 0 || (pad.keep == 0 && pad.size() > 0 && mode != PadMode::kConstant)) {
    return Error{Code::kInvalidArgument,
                 cat("pads ", begin, " and ", end, " leave nothing of size ", size, " to repeat")};
  }
  return pad;
}

// pads [begins..., ends...] for axes, or for all; as they stand in the inputs.
struct Lists {
  TensorView pads, axes;

  std::int64_t count() const { return pads.dims.count() / 2; }
  std::int64_t begin(std::int64_t i) const { return load_integer(pads, i); }
  std::int64_t end(std::int64_t i) const { return load_integer(pads, count() + i); }
  Result<int> axis(std::int64_t i, int rank) const {
    return normalize_axis(axes ? load_integer(axes, i) : i, rank);
  }

  Status check(int rank) const {
    MOTE_TRY(check_integer_list(pads, "pads"));
    if (axes) MOTE_TRY(check_integer_list(axes, "axes"));
    const std::int64_t padded = axes ? axes.dims.count() : rank;
    if (pads.dims.count() != 2 * padded) {
      return Error{Code::kInvalidArgument,
                   cat("pads has ", pads.dims.count(), " entries for ", padded, " axes")};
    }
    return {};
  }
};

Status infer_known(const InferArgs& args, const Lists& lists) {
  const TensorType& data = args.type(0);
  MOTE_TRY(lists.check(data.rank()));
  Shape shape = *data.shape;
  for (std::int64_t i = 0; i < lists.count(); ++i) {
    MOTE_ASSIGN(const int axis, lists.axis(i, data.rank()));
    Dim& size = shape[static_cast<std::size_t>(axis)];
    const std::int64_t begin = lists.begin(i);
    const std::int64_t end = lists.end(i);
    if (size.known()) {
      MOTE_ASSIGN(const AxisPad pad,
                  axis_pad(args.params<PadParams>().mode, size.size(), begin, end));
      size = pad.size();
    } else if (begin != 0 || end != 0) {
      size = Dim();
    }
  }
  args.set(0, {data.dtype, std::move(shape)});
  return {};
}

// data: any shape; pads: s64[2 * axes]; constant_value: one element; axes: s32 or s64, optional.
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_dtype(args, 1, {DType::kS64}));
  MOTE_TRY(expect_dtype(args, 3, {DType::kS32, DType::kS64}));
  MOTE_ASSIGN(const DType dtype, shared_dtype(args, {0, 2}));
  const TensorType& data = args.type(0);
  if (args.has(2) && args.type(2).shape) {
    MOTE_ASSIGN(const Dim count, product(*args.type(2).shape));
    if (count.known() && count.size() != 1) {
      return Error{Code::kInvalidArgument,
                   cat("constant_value has ", count.size(), " elements, not one")};
    }
  }
  const bool known = args.constant(1) && (!args.has(3) || args.constant(3));
  if (!data.shape || !known) {
    std::optional<Shape> shape;
    if (data.shape) shape = unknown_shape(data.rank());
    args.set(0, {dtype, std::move(shape)});
    return {};
  }
  return infer_known(
      args, {args.constant(1)->view(), args.has(3) ? args.constant(3)->view() : TensorView()});
}

// The kept element that stands at `at`, counted from the first kept one.
std::int64_t source(PadMode mode, std::int64_t at, std::int64_t keep) {
  const auto modulo = [&](std::int64_t n) { return (at % n + n) % n; };
  switch (mode) {
    case PadMode::kReflect: {
      if (keep == 1) return 0;
      const std::int64_t place = modulo(2 * (keep - 1));
      return std::min(place, 2 * (keep - 1) - place);
    }
    case PadMode::kWrap:
      return modulo(keep);
    default:
      return std::clamp<std::int64_t>(at, 0, keep - 1);
  }
}

// Copies slabs of the output across axis `axis`. Of axes before it only the kept part is there yet.
void repeat_along(const RunArgs& args, PadMode mode, std::span<const AxisPad> pads, int axis) {
  const MutTensorView& out = args.out[0];
  Dims size = out.dims;
  Dims begin = out.dims;
  for (int d = 0; d < size.rank(); ++d) {
    const AxisPad& pad = pads[static_cast<std::size_t>(d)];
    begin[d] = d < axis ? pad.before : 0;
    if (d < axis) size[d] = pad.keep;
  }
  size[axis] = 1;
  const AxisPad& pad = pads[static_cast<std::size_t>(axis)];
  const auto place = [&](std::int64_t at) {
    Dims there = begin;
    there[axis] = pad.before + at;
    return placed_at(out.dims, there);
  };
  const auto copy_to = [&](std::int64_t at) {
    copy_box(size, out, place(source(mode, at, pad.keep)), out, place(at));
  };
  for (std::int64_t at = -pad.before; at < 0; ++at) copy_to(at);
  for (std::int64_t at = pad.keep; at < pad.keep + pad.after; ++at) copy_to(at);
}

void pad_tensor(const RunArgs& args, PadMode mode, std::span<const AxisPad> pads) {
  const TensorView& data = args.in[0];
  const MutTensorView& out = args.out[0];
  Dims keep = out.dims;
  Dims crop = out.dims;
  Dims before = out.dims;
  for (int d = 0; d < keep.rank(); ++d) {
    const AxisPad& pad = pads[static_cast<std::size_t>(d)];
    keep[d] = pad.keep;
    crop[d] = pad.crop;
    before[d] = pad.before;
  }
  if (mode == PadMode::kConstant && keep != out.dims) {
    if (const TensorView value = optional_input(args, 2)) {
      fill_range(value, 0, out, 0, out.dims.count());
    } else {
      fill_zero(out);
    }
  }
  copy_box(keep, data, placed_at(data.dims, crop), out, placed_at(out.dims, before));
  if (mode == PadMode::kConstant || out.dims.count() == 0) return;
  for (int d = keep.rank() - 1; d >= 0; --d) repeat_along(args, mode, pads, d);
}

Status reference(const OpParams* params, const RunArgs& args) {
  const PadMode mode = static_cast<const PadParams*>(params)->mode;
  const Dims& dims = args.in[0].dims;
  const Lists lists = {args.in[1], optional_input(args, 3)};
  MOTE_TRY(lists.check(dims.rank()));
  std::array<AxisPad, kMaxRank> pads;
  Dims size = dims;
  for (int d = 0; d < dims.rank(); ++d) pads[static_cast<std::size_t>(d)].keep = dims[d];
  for (std::int64_t i = 0; i < lists.count(); ++i) {
    MOTE_ASSIGN(const int axis, lists.axis(i, dims.rank()));
    MOTE_ASSIGN(const AxisPad pad, axis_pad(mode, dims[axis], lists.begin(i), lists.end(i)));
    pads[static_cast<std::size_t>(axis)] = pad;
    size[axis] = pad.size();
  }
  MOTE_TRY(expect_output_size(args, size));
  pad_tensor(args, mode, pads);
  return {};
}

Status rename_paddings(const UpgradeArgs& args) {
  Attributes& attributes = args.node().attributes;
  for (Attribute& a : attributes) {
    if (a.name == "paddings") a.name = "pads";
  }
  return {};
}

// Attributes `pads` and `value`, an f32 for data of any float type, became inputs.
Status pads_to_inputs(const UpgradeArgs& args) {
  MOTE_TRY(args.attribute_to_input("pads", 1));
  Attributes& attributes = args.node().attributes;
  AttributeReader r(attributes);
  const float value = r.real("value", 0.0F);
  attributes.erase("value");
  if (value == 0.0F) return {};
  const DType dtype = args.type(0).dtype;
  if (dtype == DType::kUndefined) {
    return Error{Code::kUnsupported, "`value` needs data whose element type is known"};
  }
  MOTE_ASSIGN(Tensor tensor, Tensor::zeros(dtype, {}));
  MOTE_TRY(with_dtype(FloatElements(), dtype, [&](auto t) -> Status {
    using T = decltype(t);
    *tensor.mut().as<T>() = static_cast<T>(value);
    return {};
  }));
  args.set_input(2, args.add_constant("value", std::move(tensor)));
  return {};
}

constexpr int kVersions[] = {1, 2, 11, 13, 18, 19, 21, 23, 24, 25};
constexpr OnnxUpgrade kUpgrades[] = {{2, rename_paddings}, {11, pads_to_inputs}};

constexpr std::string_view kSamples[] = {
    "(x: f32[2,3]) -> (y) { p: s64[4] = {0, 2, 1, 0} y = Pad(x, p) }",
    "(x: s64[2,3], v: s64[]) -> (y) { p: s64[2] = {1, -1} a: s64[1] = {-1} y = Pad(x, p, v, a) }",
    "(x: f32[1,3,4]) -> (y) { p: s64[6] = {0, 2, 1, 0, 1, 7} y = Pad(x, p) {mode=\"reflect\"} }",
    "(x: s8[3,4]) -> (y) { p: s64[4] = {2, -1, 1, 3} y = Pad(x, p) {mode=\"edge\"} }",
    "(x: f16[3,2]) -> (y) { p: s64[4] = {4, 1, 1, 1} y = Pad(x, p) {mode=\"wrap\"} }",
    "(x: u4[3,3]) -> (y) { p: s64[4] = {0, 1, 1, 0} y = Pad(x, p) {mode=\"reflect\"} }",
    "(x: bool[2,0]) -> (y) { p: s64[4] = {0, 1, 0, 1} y = Pad(x, p) }",
    "(x: f32[]) -> (y) { p: s64[0] = {} y = Pad(x, p) }",
};

}  // namespace

extern const OpDef kOp_Pad;
constinit const OpDef kOp_Pad = {
    .name = "Pad",
    .min_inputs = 2,
    .max_inputs = 4,
    .parse = parse,
    .infer = infer,
    .reference = reference,
};

extern const OnnxOp kOnnx_Pad;
constinit const OnnxOp kOnnx_Pad = {.name = "Pad", .versions = kVersions, .upgrades = kUpgrades};

extern const OpDoc kDoc_Pad;
constinit const OpDoc kDoc_Pad = {
    .name = "Pad",
    .doc =
        "`data` with elements put before and behind it along `axes`: a constant, or itself "
        "mirrored (reflect), its border (edge), or itself again (wrap). Negative pads cut.",
    .samples = kSamples,
};

}  // namespace mote
