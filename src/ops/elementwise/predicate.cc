// Not, BitwiseNot, IsNaN, IsInf: one bit, or each, of an element decided.
#include <algorithm>
#include <cmath>

#include "ops/elementwise/unary.h"
#include "ops/support/convert.h"

namespace mote {
namespace {

struct Not {
  using Types = Elements<bool>;
  bool operator()(bool x) const { return !x; }
};

struct BitwiseNot {
  using Types = IntegerElements;
  template <class T>
  T operator()(T x) const {
    return static_cast<T>(~x);
  }
};

struct IsNaN {
  bool operator()(double x) const { return std::isnan(x); }
};

struct IsInf {
  bool negative = true;
  bool positive = true;
  Status read(AttributeReader& r) {
    negative = r.flag("detect_negative", true);
    positive = r.flag("detect_positive", true);
    return {};
  }
  bool operator()(double x) const { return std::isinf(x) && (x < 0 ? negative : positive); }
};

// x: any float type but float4. y: bool.
Status infer_test(const InferArgs& args) {
  MOTE_TRY(expect_dtype(args, 0,
                        {DType::kF32, DType::kF64, DType::kF16, DType::kBF16, DType::kF8E4M3FN,
                         DType::kF8E4M3FNUZ, DType::kF8E5M2, DType::kF8E5M2FNUZ}));
  args.set(0, {DType::kBool, args.type(0).shape});
  return {};
}

// f64 has every number of the smaller types.
template <class F>
Status test_reference(const OpParams* params, const RunArgs& args) {
  constexpr std::int64_t kBlock = 256;
  const F f = function_of<F>(params);
  const TensorView& x = args.in[0];
  bool* y = args.out[0].as<bool>();
  const std::int64_t count = x.dims.count();
  for (std::int64_t begin = 0; begin < count; begin += kBlock) {
    const std::int64_t n = std::min(kBlock, count - begin);
    double block[kBlock];
    convert_range(x, begin, {DType::kF64, {n}, block}, 0, n);
    for (std::int64_t i = 0; i < n; ++i) y[begin + i] = f(block[i]);
  }
  return {};
}

constexpr int kNotVersions[] = {1};
constexpr int kBitwiseNotVersions[] = {18};
constexpr int kIsNaNVersions[] = {9, 13, 20};
constexpr int kIsInfVersions[] = {10, 20};

constexpr std::string_view kNotSamples[] = {
    "(x: bool[2,3]) -> (y) { y = Not(x) }",
    "(x: bool[]) -> (y) { y = Not(x) }",
    "(x: bool[0]) -> (y) { y = Not(x) }",
};
constexpr std::string_view kBitwiseNotSamples[] = {
    "(x: s8[2,3]) -> (y) { y = BitwiseNot(x) }",
    "(x: u16[5]) -> (y) { y = BitwiseNot(x) }",
    "(x: s64[]) -> (y) { y = BitwiseNot(x) }",
};
constexpr std::string_view kIsNaNSamples[] = {
    "(x: f32[2,3]) -> (y) { l = Log(x) y = IsNaN(l) }",
    "(x: f16[0]) -> (y) { y = IsNaN(x) }",
    "() -> (y) { x: f64[3] = {nan, inf, 1} y = IsNaN(x) }",
    "() -> (y) { x: f8e5m2[3] = {nan, inf, 1} y = IsNaN(x) }",
};
constexpr std::string_view kIsInfSamples[] = {
    "() -> (y) { x: f32[4] = {-inf, inf, nan, 1} y = IsInf(x) }",
    "() -> (y) { x: bf16[2,2] = {-inf, inf, nan, 1} y = IsInf(x) {detect_negative=0} }",
    "() -> (y) { x: f8e5m2[3] = {-inf, inf, 1} y = IsInf(x) {detect_positive=0} }",
    "(x: f64[]) -> (y) { y = IsInf(x) }",
};

}  // namespace

extern const OpDef kOp_Not;
constinit const OpDef kOp_Not = unary_op<Not>("Not");
extern const OpDef kOp_BitwiseNot;
constinit const OpDef kOp_BitwiseNot = unary_op<BitwiseNot>("BitwiseNot");
extern const OpDef kOp_IsNaN;
constinit const OpDef kOp_IsNaN = {
    .name = "IsNaN", .infer = infer_test, .reference = test_reference<IsNaN>};
extern const OpDef kOp_IsInf;
constinit const OpDef kOp_IsInf = {.name = "IsInf",
                                   .parse = parse_function<IsInf>,
                                   .infer = infer_test,
                                   .reference = test_reference<IsInf>};

extern const OnnxOp kOnnx_Not;
constinit const OnnxOp kOnnx_Not = {.name = "Not", .versions = kNotVersions};
extern const OnnxOp kOnnx_BitwiseNot;
constinit const OnnxOp kOnnx_BitwiseNot = {.name = "BitwiseNot", .versions = kBitwiseNotVersions};
extern const OnnxOp kOnnx_IsNaN;
constinit const OnnxOp kOnnx_IsNaN = {.name = "IsNaN", .versions = kIsNaNVersions};
extern const OnnxOp kOnnx_IsInf;
constinit const OnnxOp kOnnx_IsInf = {.name = "IsInf", .versions = kIsInfVersions};

extern const OpDoc kDoc_Not;
constinit const OpDoc kDoc_Not = {
    .name = "Not", .doc = "True where the element is false.", .samples = kNotSamples};
extern const OpDoc kDoc_BitwiseNot;
constinit const OpDoc kDoc_BitwiseNot = {.name = "BitwiseNot",
                                         .doc = "Every bit of each integer inverted.",
                                         .samples = kBitwiseNotSamples};
extern const OpDoc kDoc_IsNaN;
constinit const OpDoc kDoc_IsNaN = {
    .name = "IsNaN", .doc = "True where the element is not a number.", .samples = kIsNaNSamples};
extern const OpDoc kDoc_IsInf;
constinit const OpDoc kDoc_IsInf = {
    .name = "IsInf",
    .doc =
        "True where the element is infinite; `detect_negative` and `detect_positive` say which "
        "infinities count.",
    .samples = kIsInfSamples};

}  // namespace mote
