// Slice: every step-th element from a start to before an end, along some axes.
#include <algorithm>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/box_step.h"
#include "ops/support/indices.h"

namespace mote {
namespace {

struct Cut {
  std::int64_t start = 0;
  std::int64_t count = 0;
  std::int64_t step = 1;
};

// Of a dimension of `size`: bounds count from the end where negative, and are clamped.
Cut cut(std::int64_t size, std::int64_t start, std::int64_t end, std::int64_t step) {
  if (size == 0) return {};
  const std::int64_t high = step > 0 ? size : size - 1;
  const auto from_front = [&](std::int64_t i) { return i < 0 ? i + size : i; };
  start = std::clamp<std::int64_t>(from_front(start), 0, high);
  end = std::clamp<std::int64_t>(from_front(end), step > 0 ? 0 : -1, high);
  const bool empty = step > 0 ? end <= start : end >= start;
  if (empty) return {};
  // Quotients of negative numbers: the step may be the least integer, which has no opposite.
  return {start, (end - start - (step > 0 ? 1 : -1)) / step + 1, step};
}

// starts, ends, axes and steps as they stand in the inputs; axes and steps may be absent.
struct Lists {
  TensorView starts, ends, axes, steps;

  std::int64_t count() const { return starts.dims.count(); }
  std::int64_t step(std::int64_t i) const { return steps ? load_integer(steps, i) : 1; }

  Result<int> axis(std::int64_t i, int rank) const {
    return normalize_axis(axes ? load_integer(axes, i) : i, rank);
  }

  Status check(int rank) const {
    MOTE_TRY(check_integer_list(starts, "starts"));
    MOTE_TRY(check_integer_list(ends, "ends"));
    if (axes) MOTE_TRY(check_integer_list(axes, "axes"));
    if (steps) MOTE_TRY(check_integer_list(steps, "steps"));
    for (const TensorView& list : {ends, axes, steps}) {
      if (!list || list.dims.count() == count()) continue;
      return Error{Code::kInvalidArgument,
                   cat("starts has ", count(), " entries, another list has ", list.dims.count())};
    }
    std::uint64_t seen = 0;
    for (std::int64_t i = 0; i < count(); ++i) {
      if (step(i) == 0) return Error{Code::kInvalidArgument, "a step is 0"};
      MOTE_ASSIGN(const int d, axis(i, rank));
      const std::uint64_t bit = std::uint64_t{1} << (d & 63);
      if ((seen & bit) != 0) {
        return Error{Code::kInvalidArgument, cat("axis ", d, " is given twice")};
      }
      seen |= bit;
    }
    return {};
  }
};

// All that is known of an axis are its bounds: size 0, or all of it, may still be certain.
Dim cut_size(const Dim& size, std::int64_t start, std::int64_t end, std::int64_t step) {
  if (size.known()) return cut(size.size(), start, end, step).count;
  const bool whole = step == 1 && start == 0 && end >= INT32_MAX;
  return whole ? size : Dim();
}

Status infer_known(const InferArgs& args, const Lists& lists) {
  const TensorType& data = args.type(0);
  MOTE_TRY(lists.check(data.rank()));
  Shape shape = *data.shape;
  for (std::int64_t i = 0; i < lists.count(); ++i) {
    MOTE_ASSIGN(const int axis, lists.axis(i, data.rank()));
    Dim& size = shape[static_cast<std::size_t>(axis)];
    size =
        cut_size(size, load_integer(lists.starts, i), load_integer(lists.ends, i), lists.step(i));
  }
  args.set(0, {data.dtype, std::move(shape)});
  return {};
}

// Axes that are not cut keep their sizes.
Status infer_unknown(const InferArgs& args) {
  const TensorType& data = args.type(0);
  MOTE_ASSIGN(const auto axes, known_integers(args, 3));
  MOTE_ASSIGN(const auto count, list_length(args, 1, "starts"));
  Shape shape = *data.shape;
  if (axes) {
    MOTE_ASSIGN(const auto cut_axes, normalize_axes(*axes, data.rank()));
    for (const int axis : cut_axes) shape[static_cast<std::size_t>(axis)] = Dim();
  } else {
    const bool leading = !args.has(3) && count && *count <= data.rank();
    std::fill_n(shape.begin(), leading ? *count : data.rank(), Dim());
  }
  args.set(0, {data.dtype, std::move(shape)});
  return {};
}

// data: any shape; starts, ends, axes, steps: s32 or s64, one entry for each axis that is cut.
Status infer(const InferArgs& args) {
  bool known = true;
  for (std::size_t i = 1; i < 5; ++i) {
    MOTE_TRY(expect_dtype(args, i, {DType::kS32, DType::kS64}));
    known = known && (!args.has(i) || args.constant(i) != nullptr);
  }
  if (!args.type(0).shape) {
    args.set(0, {args.type(0).dtype, std::nullopt});
    return {};
  }
  if (!known) return infer_unknown(args);
  const auto view = [&](std::size_t i) {
    return args.has(i) ? args.constant(i)->view() : TensorView();
  };
  return infer_known(args, {view(1), view(2), view(3), view(4)});
}

// What is left of a tensor of size `dims`, and where it lies there.
struct Source {
  Dims size;
  BoxPlace place;
};

Result<Source> source_of(const Dims& dims, const Lists& lists) {
  MOTE_TRY(lists.check(dims.rank()));
  Source source = {dims, placed_whole(dims)};
  BoxPlace& place = source.place;
  for (std::int64_t i = 0; i < lists.count(); ++i) {
    MOTE_ASSIGN(const int axis, lists.axis(i, dims.rank()));
    const Cut c =
        cut(dims[axis], load_integer(lists.starts, i), load_integer(lists.ends, i), lists.step(i));
    source.size[axis] = c.count;
    place.offset += c.start * place.strides[axis];
    // A single element is not stepped from, and the step may be as large as integers get.
    place.strides[axis] = c.count > 1 ? place.strides[axis] * c.step : 0;
  }
  return source;
}

Status reference(const OpParams*, const RunArgs& args) {
  const Lists lists = {args.in[1], args.in[2], optional_input(args, 3), optional_input(args, 4)};
  MOTE_ASSIGN(const Source source, source_of(args.in[0].dims, lists));
  MOTE_TRY(expect_output_size(args, source.size));
  copy_box(source.size, args.in[0], source.place, args.out[0], placed_whole(source.size));
  return {};
}

Result<std::unique_ptr<Step>> prepare(const PrepareArgs& args) {
  for (std::size_t i = 1; i < 5; ++i) {
    if (args.has(i) && args.constant(i) == nullptr) return std::unique_ptr<Step>();
  }
  const auto view = [&](std::size_t i) {
    return args.has(i) ? args.constant(i)->view() : TensorView();
  };
  MOTE_ASSIGN(const Source source,
              source_of(args.in_dims(0), {view(1), view(2), view(3), view(4)}));
  return make_box_step(args.in_dtype(0), source.size, source.place, args.kernels);
}

Status lists_to_inputs(const UpgradeArgs& args) {
  MOTE_TRY(args.attribute_to_input("starts", 1));
  MOTE_TRY(args.attribute_to_input("ends", 2));
  return args.attribute_to_input("axes", 3);
}

constexpr int kVersions[] = {1, 10, 11, 13};
constexpr OnnxUpgrade kUpgrades[] = {{10, lists_to_inputs}};

constexpr std::string_view kSamples[] = {
    "(x: f32[4,5]) -> (y) { s: s64[2] = {1, -3} e: s64[2] = {100, -1} y = Slice(x, s, e) }",
    "(x: f32[2,3,10]) -> (y) { s: s32[1] = {-1} e: s32[1] = {-100} a: s32[1] = {-1}\n"
    "  t: s32[1] = {-3} y = Slice(x, s, e, a, t) }",
    "(x: s8[9,2]) -> (y) { s: s64[1] = {1} e: s64[1] = {9223372036854775807} a: s64[1] = {0}\n"
    "  t: s64[1] = {3} y = Slice(x, s, e, a, t) }",
    "(x: s64[5]) -> (y) { s: s64[1] = {4} e: s64[1] = {2} y = Slice(x, s, e) }",
    "(x: f32[1,40,300]) -> (y) { s: s64[2] = {1, 299} e: s64[2] = {40, -400} a: s64[2] = {1, 2}\n"
    "  t: s64[2] = {2, -2} y = Slice(x, s, e, a, t) }",
    "(x: u8[2,50,4]) -> (y) { s: s64[1] = {1} e: s64[1] = {3} a: s64[1] = {2}\n"
    "  y = Slice(x, s, e, a) }",
    "(x: bool[0,3]) -> (y) { s: s64[2] = {0, 1} e: s64[2] = {1, 2} y = Slice(x, s, e) }",
};

}  // namespace

extern const OpDef kOp_Slice;
constinit const OpDef kOp_Slice = {
    .name = "Slice",
    .min_inputs = 3,
    .max_inputs = 5,
    .infer = infer,
    .reference = reference,
    .prepare = prepare,
};

extern const OnnxOp kOnnx_Slice;
constinit const OnnxOp kOnnx_Slice = {
    .name = "Slice", .versions = kVersions, .upgrades = kUpgrades};

extern const OpDoc kDoc_Slice;
constinit const OpDoc kDoc_Slice = {
    .name = "Slice",
    .doc =
        "Every steps[i]-th element of `data` from starts[i] to before ends[i] along axes[i]. "
        "Bounds count from the end where negative, and are clamped.",
    .samples = kSamples,
};

}  // namespace mote
