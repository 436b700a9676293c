// CumSum, CumProd: sums and products of all elements up to each one.
#include "base/text.h"
#include "ops/ops.h"
#include "ops/reduce/accumulate.h"
#include "ops/reduce/lanes.h"
#include "ops/support/expect_elements.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

struct CumulativeParams : OpParams {
  bool exclusive = false;
  bool reverse = false;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<CumulativeParams>();
  AttributeReader r(attributes);
  p->exclusive = r.flag("exclusive", false);
  p->reverse = r.flag("reverse", false);
  MOTE_TRY(r.finish());
  return p;
}

// x: numbers; axis: s32 or s64, one element.
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, 0, NumberElements{}));
  MOTE_TRY(expect_dtype(args, 1, {DType::kS32, DType::kS64}));
  if (const auto& axis = args.type(1).shape) {
    MOTE_ASSIGN(const Dim count, product(*axis));
    if (count.known() && count.size() != 1) {
      return Error{Code::kInvalidArgument, cat("axis has ", count.size(), " elements, not 1")};
    }
  }
  MOTE_ASSIGN(const auto axis, known_integers(args, 1));
  if (axis && args.type(0).shape) MOTE_TRY(normalize_axis((*axis)[0], args.type(0).rank()));
  args.set(0, args.type(0));
  return {};
}

struct Addition {
  static constexpr int kStart = 0;
  template <class W>
  W operator()(W a, W b) const {
    return a + b;
  }
};

struct Multiplication {
  static constexpr int kStart = 1;
  template <class W>
  W operator()(W a, W b) const {
    return a * b;
  }
};

template <class F, class T>
void accumulate(const CumulativeParams& p, const T* x, T* y, std::int64_t size,
                std::int64_t stride) {
  Wide<T> total = F::kStart;
  for (std::int64_t n = 0; n < size; ++n) {
    const std::int64_t i = (p.reverse ? size - 1 - n : n) * stride;
    const Wide<T> before = total;
    total = F()(total, widened(x[i]));
    y[i] = narrowed<T>(p.exclusive ? before : total);
  }
}

template <class F>
Status reference(const OpParams* params, const RunArgs& args) {
  const TensorView& x = args.in[0];
  const std::int64_t given = args.in[1].dtype == DType::kS32 ? *args.in[1].as<std::int32_t>()
                                                             : *args.in[1].as<std::int64_t>();
  MOTE_ASSIGN(const int axis, normalize_axis(given, x.dims.rank()));
  const Lanes lanes = lanes_along(x.dims, axis);
  const auto& p = static_cast<const CumulativeParams&>(*params);
  return with_dtype(NumberElements{}, x.dtype, [&](auto element) -> Status {
    using T = decltype(element);
    lanes.for_each([&](std::int64_t at) {
      accumulate<F>(p, x.as<T>() + at, args.out[0].as<T>() + at, lanes.size, lanes.inner);
    });
    return {};
  });
}

constexpr int kCumSumVersions[] = {11, 14};
constexpr int kCumProdVersions[] = {26};

}  // namespace

#define MOTE_CUMULATIVE_OP(Op, function, op_versions, text)                                  \
  extern const OpDef kOp_##Op;                                                               \
  constinit const OpDef kOp_##Op = {.name = #Op,                                             \
                                    .min_inputs = 2,                                         \
                                    .max_inputs = 2,                                         \
                                    .parse = parse,                                          \
                                    .infer = infer,                                          \
                                    .reference = reference<function>};                       \
  extern const OnnxOp kOnnx_##Op;                                                            \
  constinit const OnnxOp kOnnx_##Op = {.name = #Op, .versions = op_versions};                \
  static constexpr std::string_view kSamples_##Op[] = {                                      \
      "(x: f32[2,3,4]) -> (y) { a: s64[] = {1} y = " #Op "(x, a) }",                         \
      "(x: f64[5]) -> (y) { a: s32[] = {0} y = " #Op "(x, a) {exclusive=1} }",               \
      "(x: s64[2,3]) -> (y) { a: s64[] = {-1} y = " #Op "(x, a) {reverse=1} }",              \
      "(x: s32[2,3]) -> (y) { a: s64[1] = {0} y = " #Op "(x, a) {exclusive=1, reverse=1} }", \
      "(x: f16[2,0]) -> (y) { a: s64[] = {1} y = " #Op "(x, a) }"};                          \
  extern const OpDoc kDoc_##Op;                                                              \
  constinit const OpDoc kDoc_##Op = {.name = #Op, .doc = text, .samples = kSamples_##Op};
MOTE_CUMULATIVE_OP(CumSum, Addition, kCumSumVersions,
                   "The sum of the elements along `axis` up to each one; without itself if "
                   "`exclusive`, from the end if `reverse`.")
MOTE_CUMULATIVE_OP(CumProd, Multiplication, kCumProdVersions,
                   "The product of the elements along `axis` up to each one; without itself if "
                   "`exclusive`, from the end if `reverse`.")
#undef MOTE_CUMULATIVE_OP

}  // namespace mote
