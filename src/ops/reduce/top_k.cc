// TopK: the largest or smallest elements along an axis, and where they are.
#include "base/text.h"
#include "ops/ops.h"
#include "ops/reduce/lanes.h"
#include "ops/support/expect_elements.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

struct TopKParams : OpParams {
  std::int64_t axis = -1;
  bool largest = true;
  bool sorted = true;  // we always sort
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<TopKParams>();
  AttributeReader r(attributes);
  p->axis = r.integer("axis", -1);
  p->largest = r.flag("largest", true);
  p->sorted = r.flag("sorted", true);
  MOTE_TRY(r.finish());
  return p;
}

// The K that input 1 gives, if it is known. Errors: not one element, or negative.
Result<Dim> known_k(const InferArgs& args) {
  MOTE_ASSIGN(const auto k, known_integers(args, 1));
  if (!k) return Dim();
  if (k->size() != 1) {
    return Error{Code::kInvalidArgument, cat("K has ", k->size(), " elements, not 1")};
  }
  if ((*k)[0] < 0) return Error{Code::kInvalidArgument, cat("K ", (*k)[0], " is negative")};
  return Dim((*k)[0]);
}

// X: numbers; K: s64, one element. Values: as X, Indices: s64.
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, 0, NumberElements{}));
  MOTE_TRY(expect_dtype(args, 1, {DType::kS64}));
  const TensorType& x = args.type(0);
  MOTE_ASSIGN(const Dim k, known_k(args));
  std::optional<Shape> shape = x.shape;
  if (shape) {
    MOTE_ASSIGN(const int axis, normalize_axis(args.params<TopKParams>().axis, x.rank()));
    Dim& size = (*shape)[static_cast<std::size_t>(axis)];
    if (k.known() && size.known() && k.size() > size.size()) {
      return Error{Code::kInvalidArgument,
                   cat("K ", k.size(), " is above the ", size.size(), " elements of the axis")};
    }
    size = k;
  }
  args.set(0, {x.dtype, shape});
  args.set(1, {DType::kS64, std::move(shape)});
  return {};
}

// k indices in the output, `stride` apart, as a heap whose root comes last in the order.
template <class Before>
class IndexHeap {
 public:
  IndexHeap(std::int64_t* slots, std::int64_t stride, const Before& before)
      : slots_(slots), stride_(stride), before_(before) {}

  // Chooses the first k of [0, n) and sorts them.
  void select(std::int64_t k, std::int64_t n) {
    if (k == 0) return;
    for (std::int64_t i = 0; i < k; ++i) slot(i) = i;
    for (std::int64_t i = k / 2 - 1; i >= 0; --i) sink(i, k);
    for (std::int64_t i = k; i < n; ++i) {
      if (!before_(i, slot(0))) continue;
      slot(0) = i;
      sink(0, k);
    }
    for (std::int64_t end = k - 1; end > 0; --end) {
      std::swap(slot(0), slot(end));
      sink(0, end);
    }
  }

 private:
  std::int64_t& slot(std::int64_t i) { return slots_[i * stride_]; }

  void sink(std::int64_t i, std::int64_t size) {
    for (std::int64_t child = 2 * i + 1; child < size; child = 2 * i + 1) {
      if (child + 1 < size && before_(slot(child), slot(child + 1))) ++child;
      if (!before_(slot(i), slot(child))) return;
      std::swap(slot(i), slot(child));
      i = child;
    }
  }

  std::int64_t* slots_;
  std::int64_t stride_;
  const Before& before_;
};

// One lane of X: its k first to `values` and `indices`. NaN is the largest number; equals come by
// index.
template <class T>
void top_of_lane(const T* x, const Lanes& lanes, bool largest, std::int64_t k, T* values,
                 std::int64_t* indices) {
  using C = Compute<T>;
  const auto above = [](C a, C b) { return a != a || b != b ? b == b : a > b; };
  const auto before = [&](std::int64_t i, std::int64_t j) {
    const auto a = static_cast<C>(x[i * lanes.inner]);
    const auto b = static_cast<C>(x[j * lanes.inner]);
    if (above(a, b)) return largest;
    return above(b, a) ? !largest : i < j;
  };
  IndexHeap(indices, lanes.inner, before).select(k, lanes.size);
  for (std::int64_t i = 0; i < k; ++i) {
    values[i * lanes.inner] = x[indices[i * lanes.inner] * lanes.inner];
  }
}

// The outputs' size along the axis is K.
Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = static_cast<const TopKParams&>(*params);
  const TensorView& x = args.in[0];
  MOTE_ASSIGN(const int axis, normalize_axis(p.axis, x.dims.rank()));
  const Lanes lanes = lanes_along(x.dims, axis);
  const std::int64_t k = args.out[0].dims[axis];
  if (k > lanes.size) {
    return Error{Code::kInvalidArgument,
                 cat("K ", k, " is above the ", lanes.size, " elements of the axis")};
  }
  auto* const indices = args.out[1].as<std::int64_t>();
  return with_dtype(NumberElements{}, x.dtype, [&](auto element) -> Status {
    using T = decltype(element);
    T* const values = args.out[0].as<T>();
    lanes.for_each([&](std::int64_t from) {
      const std::int64_t block = lanes.size * lanes.inner;
      const std::int64_t to = from / block * k * lanes.inner + from % block;
      top_of_lane(x.as<T>() + from, lanes, p.largest, k, values + to, indices + to);
    });
    return {};
  });
}

// Opset 10 made k an input, a list of one.
Status k_to_input(const UpgradeArgs& args) {
  Attributes& attributes = args.node().attributes;
  AttributeReader r(attributes);
  const std::int64_t k = r.required_integer("k");
  attributes.erase("k");
  args.set_input(1, args.add_constant("k", Tensor::of<std::int64_t>({1}, {k})));
  return {};
}

constexpr int kVersions[] = {1, 10, 11, 24};
constexpr OnnxUpgrade kUpgrades[] = {{10, k_to_input}};

constexpr std::string_view kSamples[] = {
    "(x: f32[3,7]) -> (v, i) { k: s64[1] = {3} v, i = TopK(x, k) }",
    "(x: f32[7,3]) -> (v, i) { k: s64[1] = {4} v, i = TopK(x, k) {axis=0, largest=0} }",
    "(x: s8[2,5,3]) -> (v, i) { k: s64[1] = {5} v, i = TopK(x, k) {axis=-2, sorted=0} }",
    "(x: u64[9]) -> (v) { k: s64[] = {2} v, _ = TopK(x, k) }",
    "(x: f16[2,4]) -> (i) { k: s64[1] = {1} _, i = TopK(x, k) }",
    "(x: f64[4]) -> (v, i) { k: s64[1] = {0} v, i = TopK(x, k) }",
    "(x: f32[0,4]) -> (v, i) { k: s64[1] = {2} v, i = TopK(x, k) }",
    "() -> (v, i) { x: f32[4] = {1, nan, -inf, 1} k: s64[1] = {3} v, i = TopK(x, k) }",
};

}  // namespace

extern const OpDef kOp_TopK;
constinit const OpDef kOp_TopK = {
    .name = "TopK",
    .min_inputs = 2,
    .max_inputs = 2,
    .min_outputs = 2,
    .max_outputs = 2,
    .parse = parse,
    .infer = infer,
    .reference = reference,
};

extern const OnnxOp kOnnx_TopK;
constinit const OnnxOp kOnnx_TopK = {.name = "TopK", .versions = kVersions, .upgrades = kUpgrades};

extern const OpDoc kDoc_TopK;
constinit const OpDoc kDoc_TopK = {
    .name = "TopK",
    .doc =
        "The K largest elements along `axis` (the smallest, if `largest` is 0) in order, and "
        "their indices. Equals come by index; NaN is the largest number.",
    .samples = kSamples,
};

}  // namespace mote
