// Unique: the elements, or slices along an axis, that differ from each other.
#include <algorithm>
#include <cmath>
#include <functional>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/copy.h"
#include "ops/support/element.h"

namespace mote {
namespace {

struct UniqueParams : OpParams {
  std::optional<std::int64_t> axis;  // none: the input is taken as a list
  bool sorted = true;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<UniqueParams>();
  AttributeReader r(attributes);
  if (r.has("axis")) p->axis = r.integer("axis", 0);
  p->sorted = r.flag("sorted", true);
  MOTE_TRY(r.finish());
  return p;
}

// X: any shape. Y: as X, but along the axis; indices, counts: s64[that size]; inverse_indices:
// s64[size of X along the axis].
Status infer(const InferArgs& args) {
  const auto& p = args.params<UniqueParams>();
  const TensorType& x = args.type(0);
  std::optional<Shape> shape = x.shape;
  Dim size;
  if (!p.axis) {
    shape = Shape{Dim()};
    if (x.shape) {
      MOTE_ASSIGN(size, product(*x.shape));
    }
  } else if (x.shape) {
    MOTE_ASSIGN(const int axis, normalize_axis(*p.axis, x.rank()));
    size = std::exchange((*shape)[static_cast<std::size_t>(axis)], Dim());
  }
  args.set(0, {x.dtype, std::move(shape)});
  args.set(1, {DType::kS64, Shape{Dim()}});
  args.set(2, {DType::kS64, Shape{size}});
  args.set(3, {DType::kS64, Shape{Dim()}});
  return {};
}

// -- the order of elements: -1, 0 or 1

template <class T>
int compare(const T& a, const T& b) {
  return a < b ? -1 : (b < a ? 1 : 0);
}
// NaNs are equal, and larger than any number.
int compare_reals(double a, double b) {
  const bool a_nan = std::isnan(a), b_nan = std::isnan(b);
  return a_nan || b_nan ? compare(a_nan, b_nan) : compare(a, b);
}
int compare(F16 a, F16 b) { return compare_reals(a, b); }
int compare(BF16 a, BF16 b) { return compare_reals(a, b); }
int compare(float a, float b) { return compare_reals(a, b); }
int compare(double a, double b) { return compare_reals(a, b); }

template <class R>
int compare(ComplexElement<R> a, ComplexElement<R> b) {
  const int real = compare_reals(a.re, b.re);
  return real != 0 ? real : compare_reals(a.im, b.im);
}

// -- the order of slices

// Slice i of X has elements (o * size + i) * inner + c.
struct Slices {
  std::int64_t outer = 1, size = 0, inner = 1;
};

template <class T>
int compare_slices(const T* x, const Slices& s, std::int64_t a, std::int64_t b) {
  for (std::int64_t o = 0; o < s.outer; ++o) {
    for (std::int64_t c = 0; c < s.inner; ++c) {
      const std::int64_t row = o * s.size;
      const int order = compare(x[(row + a) * s.inner + c], x[(row + b) * s.inner + c]);
      if (order != 0) return order;
    }
  }
  return 0;
}

// [begin, middle) and [middle, end) of `from`, both in order, to [begin, end) of `to`.
template <class Compare>
void merge_runs(const std::int64_t* from, std::int64_t* to, std::int64_t begin, std::int64_t middle,
                std::int64_t end, const StopToken& stop, const Compare& order) {
  constexpr std::int64_t kLook = 1 << 14;
  std::int64_t a = begin, b = middle;
  for (std::int64_t i = begin; i < end; ++i) {
    if (i % kLook == 0 && stop.stopped()) return;
    const bool first = a < middle && (b >= end || order(from[a], from[b]) <= 0);
    to[i] = from[first ? a++ : b++];
  }
}

// Sorts [0, n) in `indices`; equals stay in theirs. spare: [n]. Runs of 1, 2, 4, ... are merged on
// all workers. Errors: kCancelled.
template <class Compare>
Status sort_indices(std::int64_t* indices, std::int64_t* spare, std::int64_t n,
                    const ComputeArgs& args, const Compare& order) {
  constexpr std::int64_t kGrain = 4096;
  std::int64_t* from = indices;
  std::int64_t* to = spare;
  for (std::int64_t i = 0; i < n; ++i) from[i] = i;
  for (std::int64_t run = 1; run < n; run *= 2) {
    const std::int64_t pairs = (n + 2 * run - 1) / (2 * run);
    const std::int64_t grain = std::max<std::int64_t>(kGrain / (2 * run), 1);
    args.workers.for_each_range(pairs, grain, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t pair = first; pair < last; ++pair) {
        const std::int64_t begin = pair * 2 * run;
        merge_runs(from, to, begin, std::min(begin + run, n), std::min(begin + 2 * run, n),
                   args.stop, order);
      }
    });
    MOTE_TRY(args.stop.check());
    std::swap(from, to);
  }
  if (from != indices) std::copy_n(from, n, indices);
  return {};
}

// -- groups of equals

// groups[i] becomes the number of slice i's group, in ascending order of their slices; returns how
// many there are. sorted, groups: [size].
template <class T>
Result<std::int64_t> find_groups(const T* x, const Slices& s, std::int64_t* sorted,
                                 std::int64_t* groups, const ComputeArgs& args) {
  const auto order = [&](std::int64_t a, std::int64_t b) { return compare_slices(x, s, a, b); };
  MOTE_TRY(sort_indices(sorted, groups, s.size, args, order));
  std::int64_t count = 0;
  for (std::int64_t i = 0; i < s.size; ++i) {
    if (i == 0 || order(sorted[i - 1], sorted[i]) != 0) ++count;
    groups[sorted[i]] = count - 1;
  }
  return count;
}

Result<std::int64_t> find_groups(const TensorView& x, const Slices& s, std::int64_t* sorted,
                                 std::int64_t* groups, const ComputeArgs& args) {
  switch (x.dtype) {
    case DType::kBool:
      return find_groups(x.as<bool>(), s, sorted, groups, args);
    case DType::kString:
      return find_groups(x.as<std::string>(), s, sorted, groups, args);
    case DType::kC64:
      return find_groups(x.as<ComplexElement<float>>(), s, sorted, groups, args);
    case DType::kC128:
      return find_groups(x.as<ComplexElement<double>>(), s, sorted, groups, args);
    default:
      break;
  }
  std::int64_t count = 0;
  MOTE_TRY(with_dtype(NumberElements{}, x.dtype, [&]<class T>(T) -> Status {
    MOTE_ASSIGN(count, find_groups(x.as<T>(), s, sorted, groups, args));
    return {};
  }));
  return count;
}

// Numbers groups by their first slice. numbers: [size], overwritten.
void number_by_appearance(std::int64_t size, std::int64_t* groups, std::int64_t* numbers) {
  std::fill_n(numbers, size, -1);
  std::int64_t next = 0;
  for (std::int64_t i = 0; i < size; ++i) {
    std::int64_t& number = numbers[groups[i]];
    if (number < 0) number = next++;
    groups[i] = number;
  }
}

// Errors: kResourceExhausted: no room for the texts that come again.
Status expect_texts(const TensorView& x, const Slices& s, std::span<const std::int64_t> chosen,
                    TensorAllocator& allocator) {
  if (x.dtype != DType::kString) return {};
  std::uint64_t bytes = 0;
  for (std::int64_t o = 0; o < s.outer; ++o) {
    for (const std::int64_t i : chosen) {
      const auto* texts = x.as<std::string>() + (o * s.size + i) * s.inner;
      for (std::int64_t c = 0; c < s.inner; ++c) bytes += texts[c].size();
    }
  }
  return allocator.expect_text(bytes);
}

// The slices that `chosen` names.
Result<Tensor> take_slices(const TensorView& x, const Slices& s, int axis,
                           std::span<const std::int64_t> chosen, TensorAllocator& allocator) {
  Dims dims = x.dims;
  dims[axis] = std::ssize(chosen);
  MOTE_ASSIGN(Tensor y, allocator.allocate(x.dtype, dims));
  MOTE_TRY(expect_texts(x, s, chosen, allocator));
  const MutTensorView out = y.mut();
  std::int64_t to = 0;
  for (std::int64_t o = 0; o < s.outer; ++o) {
    for (const std::int64_t i : chosen) {
      copy_range(x, (o * s.size + i) * s.inner, out, to, s.inner);
      to += s.inner;
    }
  }
  return y;
}

Status compute(const OpParams* params, const ComputeArgs& args) {
  const auto& p = *static_cast<const UniqueParams*>(params);
  MOTE_ASSIGN(TensorView x, args.tensor(0));
  int axis = 0;
  if (p.axis) {
    MOTE_ASSIGN(axis, normalize_axis(*p.axis, x.dims.rank()));
  } else {
    x.dims = {x.dims.count()};
  }
  const Slices s{x.dims.count(0, axis), x.dims[axis], x.dims.count(axis + 1, x.dims.rank())};
  MOTE_ASSIGN(Tensor spare, args.allocator.allocate(DType::kS64, {s.size}));
  MOTE_ASSIGN(Tensor inverse, args.allocator.allocate(DType::kS64, {s.size}));
  auto* numbers = spare.mut().as<std::int64_t>();
  auto* groups = inverse.mut().as<std::int64_t>();
  MOTE_ASSIGN(const std::int64_t count, find_groups(x, s, numbers, groups, args));
  if (!p.sorted) number_by_appearance(s.size, groups, numbers);

  MOTE_ASSIGN(Tensor indices, args.allocator.allocate(DType::kS64, {count}));
  MOTE_ASSIGN(Tensor counts, args.allocator.allocate(DType::kS64, {count}));
  auto* first = indices.mut().as<std::int64_t>();
  auto* times = counts.mut().as<std::int64_t>();
  for (std::int64_t i = 0; i < s.size; ++i) {
    if (times[groups[i]]++ == 0) first[groups[i]] = i;
  }
  MOTE_ASSIGN(Tensor y, take_slices(x, s, axis, indices.values<std::int64_t>(), args.allocator));
  const Tensor outputs[] = {y, indices, inverse, counts};
  for (std::size_t i = 0; i < args.out.size(); ++i) args.out[i] = outputs[i];
  return {};
}

constexpr int kVersions[] = {11, 28};

constexpr std::string_view kSamples[] = {
    "(x: f32[7]) -> (y, i, n, c) { y, i, n, c = Unique(x) }",
    "(x: s64[2,9]) -> (y, n) { y, _, n = Unique(x) {sorted=0} }",
    "(x: bool[6,2]) -> (y, i, n, c) { y, i, n, c = Unique(x) {axis=0} }",
    "(x: u8[2,6,1]) -> (y, i, n, c) { y, i, n, c = Unique(x) {axis=-2, sorted=0} }",
    "(x: f16[3,0]) -> (y) { y = Unique(x) }",
    "(x: bf16[]) -> (y) { y = Unique(x) }",
};

}  // namespace

extern const OpDef kOp_Unique;
constinit const OpDef kOp_Unique = {
    .name = "Unique",
    .max_outputs = 4,
    .parse = parse,
    .infer = infer,
    .compute = compute,
};

extern const OnnxOp kOnnx_Unique;
constinit const OnnxOp kOnnx_Unique = {.name = "Unique", .versions = kVersions};

extern const OpDoc kDoc_Unique;
constinit const OpDoc kDoc_Unique = {
    .name = "Unique",
    .doc =
        "The elements of `X`, or its slices along `axis`, each once: in ascending order, or with "
        "`sorted`=0 as they appear; where each came first, which each of `X` is, and how often. "
        "NaNs are equal, and behind all numbers.",
    .samples = kSamples,
};

}  // namespace mote
