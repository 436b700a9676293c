// SplitToSequence and ConcatFromSequence: a tensor cut into a sequence, a sequence joined.
#include "base/text.h"
#include "ops/control/stack.h"
#include "ops/ops.h"
#include "ops/sequence/element_type.h"
#include "ops/support/axes.h"
#include "ops/support/copy.h"
#include "ops/support/indices.h"
#include "ops/support/text_bytes.h"

namespace mote {
namespace {

// -- SplitToSequence

struct SplitToSequenceParams : OpParams {
  std::int64_t axis = 0;
  bool keepdims = true;
};

Result<std::unique_ptr<const OpParams>> parse_split(const Attributes& attributes) {
  auto p = std::make_unique<SplitToSequenceParams>();
  AttributeReader r(attributes);
  p->axis = r.integer("axis", 0);
  p->keepdims = r.flag("keepdims", true);
  MOTE_TRY(r.finish());
  return p;
}

// input: rank >= 1; split: s64 or s32, a size for all parts or one for each, optional (parts of 1,
// which lose the axis unless `keepdims`).
Status infer_split(const InferArgs& args) {
  const auto& p = args.params<SplitToSequenceParams>();
  TensorType element = args.type(0);
  if (element.shape) {
    MOTE_ASSIGN(const int axis, normalize_axis(p.axis, element.rank()));
    const auto at = element.shape->begin() + axis;
    if (!args.has(1) && !p.keepdims) {
      element.shape->erase(at);
    } else {
      *at = args.has(1) ? Dim() : Dim(1);
    }
  }
  args.out[0].type = Type::of(Type::Kind::kSequence, std::move(element));
  return {};
}

// How a dimension is cut: into parts of one size, of which the last may be smaller, or as a list
// says.
struct Parts {
  TensorView list;  // false: there is none
  std::int64_t each = 1;
  std::int64_t count = 0;

  // Of the part that begins at `begin`.
  std::int64_t size(std::int64_t i, std::int64_t begin, std::int64_t whole) const {
    return list ? load_integer(list, i) : std::min(each, whole - begin);
  }
};

// Errors: kInvalidArgument: parts that do not make up `size`.
Result<Parts> parts_of(const ComputeArgs& args, std::int64_t size) {
  if (!args.has(1)) return Parts{{}, 1, size};
  MOTE_ASSIGN(const TensorView split, args.tensor(1));
  MOTE_TRY(check_integer_list(split, "split"));
  if (split.dims.rank() == 0) {
    const std::int64_t each = load_integer(split, 0);
    if (each < 1) return Error{Code::kInvalidArgument, cat("split ", each, " is not positive")};
    return Parts{{}, each, size / each + (size % each != 0 ? 1 : 0)};
  }
  std::int64_t sum = 0;
  for (std::int64_t i = 0; i < split.dims.count(); ++i) {
    const std::int64_t part = load_integer(split, i);
    const bool valid = part >= 0 && !__builtin_add_overflow(sum, part, &sum);
    if (!valid) return Error{Code::kInvalidArgument, cat("split has a part of size ", part)};
  }
  if (sum == size) return Parts{split, 0, split.dims.count()};
  return Error{Code::kInvalidArgument, cat("split adds up to ", sum, ", the axis has ", size)};
}

// Part of `x` of `size` elements along `axis`.
Result<Tensor> cut(const TensorView& x, int axis, std::int64_t begin, std::int64_t size,
                   TensorAllocator& allocator) {
  Dims dims = x.dims;
  dims[axis] = size;
  MOTE_ASSIGN(Tensor part, allocator.allocate(x.dtype, dims));
  const std::int64_t outer = x.dims.count(0, axis);
  const std::int64_t inner = x.dims.count(axis + 1, x.dims.rank());
  for (std::int64_t o = 0; o < outer; ++o) {
    copy_range(x, (o * x.dims[axis] + begin) * inner, part.mut(), o * size * inner, size * inner);
  }
  return part;
}

Status compute_split(const OpParams* params, const ComputeArgs& args) {
  const auto& p = *static_cast<const SplitToSequenceParams*>(params);
  MOTE_ASSIGN(const TensorView x, args.tensor(0));
  MOTE_ASSIGN(const int axis, normalize_axis(p.axis, x.dims.rank()));
  MOTE_TRY(args.allocator.expect_text(text_bytes(args.in[0].tensor())));
  MOTE_ASSIGN(const Parts parts, parts_of(args, x.dims[axis]));
  // The list of them, before it takes memory.
  const auto list_bytes = static_cast<std::uint64_t>(parts.count) * sizeof(Datum);
  MOTE_ASSIGN(const auto charge, args.allocator.charge(list_bytes));
  std::vector<Datum> cuts;
  std::int64_t begin = 0;
  for (std::int64_t i = 0; i < parts.count; ++i) {
    MOTE_TRY(args.stop.check());
    const std::int64_t size = parts.size(i, begin, x.dims[axis]);
    MOTE_ASSIGN(Tensor part, !args.has(1) && !p.keepdims
                                 ? slice_along(x, axis, i, args.allocator)
                                 : cut(x, axis, begin, size, args.allocator));
    cuts.push_back(std::move(part));
    begin += size;
  }
  MOTE_ASSIGN(args.out[0], args.sequence(std::move(cuts)));
  return {};
}

// -- ConcatFromSequence

struct ConcatFromSequenceParams : OpParams {
  std::int64_t axis = 0;
  bool new_axis = false;
};

Result<std::unique_ptr<const OpParams>> parse_concat(const Attributes& attributes) {
  auto p = std::make_unique<ConcatFromSequenceParams>();
  AttributeReader r(attributes);
  p->axis = r.required_integer("axis");
  p->new_axis = r.flag("new_axis", false);
  MOTE_TRY(r.finish());
  return p;
}

// input_sequence: tensors of one rank. Output: the same rank, or one more for a new axis.
Status infer_concat(const InferArgs& args) {
  const auto& p = args.params<ConcatFromSequenceParams>();
  MOTE_ASSIGN(const Type element, element_type(args, 0));
  TensorType type = element.tensor;
  if (p.new_axis) {
    MOTE_ASSIGN(type, with_axis(type, p.axis, Dim()));
  } else if (type.shape) {
    MOTE_ASSIGN(const int axis, normalize_axis(p.axis, type.rank()));
    (*type.shape)[static_cast<std::size_t>(axis)] = Dim();
  }
  args.set(0, std::move(type));
  return {};
}

// The sizes of all elements joined along `axis`.
Result<Dims> joined_dims(std::span<const Datum> elements, std::int64_t wanted_axis) {
  const Tensor& first = elements[0].tensor();
  Dims dims = first.dims();
  MOTE_ASSIGN(const int axis, normalize_axis(wanted_axis, dims.rank()));
  for (const Datum& e : elements.subspan(1)) {
    const Tensor& t = e.tensor();
    Dims expected = t.dims();
    const bool same_rank = expected.rank() == dims.rank();
    if (same_rank) expected[axis] = dims[axis];
    const bool fits = same_rank && t.dtype() == first.dtype() && expected == dims &&
                      !__builtin_add_overflow(dims[axis], t.dims()[axis], &dims[axis]);
    if (!fits) {
      return Error{Code::kInvalidArgument,
                   cat("elements ", name(first.dtype()), to_string(first.dims()), " and ",
                       name(t.dtype()), to_string(t.dims()), " do not join along axis ", axis)};
    }
  }
  return dims;
}

Status compute_concat(const OpParams* params, const ComputeArgs& args) {
  const auto& p = *static_cast<const ConcatFromSequenceParams*>(params);
  MOTE_TRY(args.expect_sequence(0));
  const auto elements = args.in[0].elements();
  if (elements.empty()) return Error{Code::kInvalidArgument, "the sequence is empty"};
  std::uint64_t text = 0;
  Stack stack;
  for (const Datum& e : elements) {
    if (!e.is_tensor()) return Error{Code::kInvalidArgument, "an element is no tensor"};
    text += text_bytes(e.tensor());
    if (p.new_axis) MOTE_TRY(stack.push(e, args.allocator));
  }
  MOTE_TRY(args.allocator.expect_text(text));
  if (p.new_axis) {
    MOTE_ASSIGN(args.out[0], stack.join(p.axis, false, {}, args.allocator));
    return {};
  }
  MOTE_ASSIGN(const Dims dims, joined_dims(elements, p.axis));
  MOTE_ASSIGN(const int axis, normalize_axis(p.axis, dims.rank()));
  MOTE_ASSIGN(Tensor joined, args.allocator.allocate(elements[0].tensor().dtype(), dims));
  const std::int64_t outer = dims.count(0, axis);
  const std::int64_t inner = dims.count(axis + 1, dims.rank());
  std::int64_t begin = 0;
  for (const Datum& e : elements) {
    const TensorView t = e.tensor().view();
    const std::int64_t run = t.dims[axis] * inner;
    for (std::int64_t o = 0; o < outer; ++o) {
      copy_range(t, o * run, joined.mut(), (o * dims[axis] + begin) * inner, run);
    }
    begin += t.dims[axis];
  }
  args.out[0] = std::move(joined);
  return {};
}

constexpr int kSplitVersions[] = {11, 24};
constexpr int kConcatVersions[] = {11};

constexpr std::string_view kSplitSamples[] = {
    "(x: f32[2,5]) -> (y) {\n"
    "  s = SplitToSequence(x) {axis=1, keepdims=0} i: s64[] = {3} y = SequenceAt(s, i) }",
    "(x: s64[5,2]) -> (y) {\n"
    "  k: s64[] = {2} s = SplitToSequence(x, k) i: s64[] = {-1} y = SequenceAt(s, i) }",
    "(x: f32[2,5]) -> (y) {\n"
    "  k: s32[3] = {1, 0, 4} s = SplitToSequence(x, k) {axis=-1}\n"
    "  y = ConcatFromSequence(s) {axis=1} }",
};
constexpr std::string_view kConcatSamples[] = {
    "(a: f32[2,1], b: f32[2,3]) -> (y) {\n"
    "  s = SequenceConstruct(a, b) y = ConcatFromSequence(s) {axis=-1} }",
    "(a: f32[2,3], b: f32[2,3]) -> (y) {\n"
    "  s = SequenceConstruct(a, b) y = ConcatFromSequence(s) {axis=-1, new_axis=1} }",
};

}  // namespace

extern const OpDef kOp_SplitToSequence;
constinit const OpDef kOp_SplitToSequence = {
    .name = "SplitToSequence",
    .max_inputs = 2,
    .parse = parse_split,
    .infer = infer_split,
    .compute = compute_split,
};
extern const OpDef kOp_ConcatFromSequence;
constinit const OpDef kOp_ConcatFromSequence = {
    .name = "ConcatFromSequence",
    .parse = parse_concat,
    .infer = infer_concat,
    .compute = compute_concat,
};

extern const OnnxOp kOnnx_SplitToSequence;
constinit const OnnxOp kOnnx_SplitToSequence = {.name = "SplitToSequence",
                                                .versions = kSplitVersions};
extern const OnnxOp kOnnx_ConcatFromSequence;
constinit const OnnxOp kOnnx_ConcatFromSequence = {.name = "ConcatFromSequence",
                                                   .versions = kConcatVersions};

extern const OpDoc kDoc_SplitToSequence;
constinit const OpDoc kDoc_SplitToSequence = {
    .name = "SplitToSequence",
    .doc =
        "A tensor cut along `axis` into a sequence: of parts of equal size, of the sizes of "
        "`split`, or of single slices.",
    .samples = kSplitSamples,
};
extern const OpDoc kDoc_ConcatFromSequence;
constinit const OpDoc kDoc_ConcatFromSequence = {
    .name = "ConcatFromSequence",
    .doc = "The elements of a sequence joined along `axis`, an old one or a new one.",
    .samples = kConcatSamples,
};

}  // namespace mote
