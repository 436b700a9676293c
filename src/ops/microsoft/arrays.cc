// ExpandDims, GatherND, Pad, Range, TorchEmbedding, Trilu, UnfoldTensor: ONNX's operators
// with inputs of other shapes and types, most of them from before ONNX had them.
#include "base/text.h"
#include "ops/microsoft/composite.h"
#include "ops/support/axes.h"

namespace mote {
namespace {

ValueId reshaped(Decomposition& d, ValueId x, std::vector<std::int64_t> shape) {
  return d.add("Reshape", {x, d.integers(std::move(shape))});
}

// An input of one element, whatever its rank.
ValueId scalar(Decomposition& d, std::size_t i) {
  return d.type(d.in(i)).rank() == 0 ? d.in(i) : reshaped(d, d.in(i), {});
}

Status expand_dims(Decomposition& d) {
  const ValueId axis = cast_to(d, d.in(1), DType::kS64);
  d.yield(0, d.add("Unsqueeze", {d.in(0), reshaped(d, axis, {1})}));
  return d.status();
}

Status gather_nd(Decomposition& d) {
  d.yield(0, d.add("GatherND", {d.in(0), cast_to(d, d.in(1), DType::kS64)}));
  return d.status();
}

struct PadParams : OpParams {
  std::string mode;
};

Result<std::unique_ptr<const OpParams>> parse_pad(const Attributes& attributes) {
  auto p = std::make_unique<PadParams>();
  AttributeReader r(attributes);
  p->mode = r.text("mode", "constant");
  MOTE_TRY(r.finish());
  MOTE_TRY(all_ops().find("", "Pad")->parse(attributes));
  return p;
}

Status pad(Decomposition& d) {
  const ValueId value = d.has(2) ? scalar(d, 2) : ValueId::kNone;
  d.yield(0, d.add("Pad", {d.in(0), reshaped(d, d.in(1), {-1}), value},
                   {{"mode", d.params<PadParams>().mode}}));
  return d.status();
}

Status range(Decomposition& d) {
  const ValueId start = scalar(d, 0);
  const ValueId step = d.has(2) ? scalar(d, 2) : d.scalar_like(start, 1);
  d.yield(0, d.add("Range", {start, scalar(d, 1), step}));
  return d.status();
}

// The inputs padding_idx and scale_grad_by_freq matter to training alone.
Status torch_embedding(Decomposition& d) {
  d.yield(0, d.add("Gather", {d.in(0), d.in(1)}));
  return d.status();
}

struct TriluParams : OpParams {
  bool upper = true;
};

Result<std::unique_ptr<const OpParams>> parse_trilu(const Attributes& attributes) {
  auto p = std::make_unique<TriluParams>();
  AttributeReader r(attributes);
  p->upper = r.integer("upper", 1) != 0;
  MOTE_TRY(r.finish());
  return p;
}

Status trilu(Decomposition& d) {
  d.yield(0, d.add("Trilu", {d.in(0), d.in(1)},
                   {{"upper", std::int64_t{d.params<TriluParams>().upper}}}));
  return d.status();
}

struct UnfoldParams : OpParams {
  std::int64_t dim = -1, size = 1, step = 1;
};

Result<std::unique_ptr<const OpParams>> parse_unfold(const Attributes& attributes) {
  auto p = std::make_unique<UnfoldParams>();
  AttributeReader r(attributes);
  p->dim = r.integer("dim", -1);
  p->size = r.required_integer("size");
  p->step = r.integer("step", 1);
  MOTE_TRY(r.finish());
  if (p->size < 1 || p->step < 1) {
    return Error{Code::kInvalidArgument,
                 cat("size ", p->size, " or step ", p->step, " is not positive")};
  }
  return p;
}

ValueId multiples(Decomposition& d, std::int64_t count, std::int64_t step) {
  std::vector<std::int64_t> values(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) values[static_cast<std::size_t>(i)] = i * step;
  return d.integers(std::move(values));
}

// Slices take the place of `dim`; their elements come last.
Status unfold(Decomposition& d) {
  constexpr std::int64_t kMaxSize = std::int64_t{1} << 22;
  const auto& p = d.params<UnfoldParams>();
  const int rank = d.rank(d.in(0));
  if (!d.status()) return d.status();
  MOTE_ASSIGN(const int axis, normalize_axis(p.dim, rank));
  const Dim size = (*d.type(d.in(0)).shape)[static_cast<std::size_t>(axis)];
  if (!size.known() || size.size() > kMaxSize) {
    return Error{Code::kUnsupported, cat("needs a dimension known to be at most ", kMaxSize)};
  }
  if (p.size > size.size()) {
    return Error{Code::kInvalidArgument,
                 cat("size ", p.size, " is over the dimension's ", size.size())};
  }
  const ValueId starts = multiples(d, (size.size() - p.size) / p.step + 1, p.step);
  const ValueId indices =
      d.add("Add", {d.add("Unsqueeze", {starts, d.integers({1})}), multiples(d, p.size, 1)});
  const ValueId slices = d.add("Gather", {d.in(0), indices}, {{"axis", std::int64_t{axis}}});
  std::vector<std::int64_t> perm;
  for (std::int64_t i = 0; i <= rank; ++i) {
    if (i != axis + 1) perm.push_back(i);
  }
  perm.push_back(axis + 1);
  d.yield(0, d.add("Transpose", {slices}, {{"perm", std::move(perm)}}));
  return d.status();
}

constexpr std::string_view kExpandDims[] = {
    "(x: f32[2,3]) -> (y) { a: s32[] = {-1} y = com.microsoft.ExpandDims(x, a) }",
    "(x: u8[2,3]) -> (y) { a: s32[1] = {0} y = com.microsoft.ExpandDims(x, a) }",
};
constexpr std::string_view kGatherND[] = {
    "(x: f32[2,3]) -> (y) {\n"
    "  i: s32[2,2] = {0, 1, 1, -1} y = com.microsoft.GatherND(x, i) }",
};
constexpr std::string_view kPad[] = {
    "(x: f32[2,3]) -> (y) {\n"
    "  p: s64[1,4] = {0, 1, 2, -1} v: f32[1] = {7} y = com.microsoft.Pad(x, p, v) }",
    "(x: f32[2,3]) -> (y) {\n"
    "  p: s64[4] = {1, 0, 0, 2} y = com.microsoft.Pad(x, p) {mode=\"reflect\"} }",
};
constexpr std::string_view kRange[] = {
    "() -> (y) { a: s16[1] = {1} b: s16[1] = {4} y = com.microsoft.Range(a, b) }",
    "() -> (y) { a: f32[] = {1} b: f32[] = {2} c: f32[1] = {0.3} y = com.microsoft.Range(a, b, c) "
    "}",
};
constexpr std::string_view kTorchEmbedding[] = {
    "(x: f32[3,4]) -> (y) { i: s64[2] = {2, 0} y = com.microsoft.TorchEmbedding(x, i) }",
};
constexpr std::string_view kTrilu[] = {
    "(x: s64[2,3,4]) -> (y) { k: s64[] = {1} y = com.microsoft.Trilu(x, k) }",
    "(x: f32[3,4]) -> (y) { y = com.microsoft.Trilu(x) {upper=0} }",
};
constexpr std::string_view kUnfold[] = {
    "(x: f32[2,7,3]) -> (y) { y = com.microsoft.UnfoldTensor(x) {dim=1, size=3, step=2} }",
    "(x: u8[5]) -> (y) { y = com.microsoft.UnfoldTensor(x) {size=5} }",
};

}  // namespace

MOTE_MICROSOFT_OP(ExpandDims, (composite<expand_dims>("ExpandDims", {2, 2})),
                  "Unsqueeze along one axis, an input.", kExpandDims)
MOTE_MICROSOFT_OP(GatherND, (composite<gather_nd>("GatherND", {2, 2})),
                  "ONNX's GatherND, whose indices may be s32.", kGatherND)
MOTE_MICROSOFT_OP(Pad, (composite<pad>("Pad", {2, 3}, parse_pad)),
                  "ONNX's Pad, whose `pads` may be one row.", kPad)
MOTE_MICROSOFT_OP(Range, (composite<range>("Range", {2, 3})),
                  "ONNX's Range, whose inputs may have one dimension; `delta` is 1 if absent.",
                  kRange)
MOTE_MICROSOFT_OP(TorchEmbedding, (composite<torch_embedding>("TorchEmbedding", {2, 4})),
                  "Rows of `weight`.", kTorchEmbedding)
MOTE_MICROSOFT_OP(Trilu, (composite<trilu>("Trilu", {1, 2}, parse_trilu)), "ONNX's Trilu.", kTrilu)
MOTE_MICROSOFT_OP(
    UnfoldTensor, (composite<unfold>("UnfoldTensor", {1, 1}, parse_unfold)),
    "Slices of `size` elements along `dim`, one every `step`; a slice's elements come "
    "last.",
    kUnfold)

}  // namespace mote
