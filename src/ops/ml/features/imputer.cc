// Imputer: one value, such as what stands for a missing one, becomes another.
#include "base/text.h"
#include "ops/ml/features/by_feature.h"
#include "ops/ops.h"
#include "ops/support/expect_elements.h"

namespace mote {
namespace {

using namespace ml;

// Of floats, or of integers; the other list is empty.
struct ImputerParams : OpParams {
  std::vector<float> floats;
  std::vector<std::int64_t> integers;
  double replaced_float = 0;
  std::int64_t replaced_integer = 0;

  std::size_t entries() const { return floats.empty() ? integers.size() : floats.size(); }
  std::string_view name() const {
    return floats.empty() ? "imputed_value_int64s" : "imputed_value_floats";
  }
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<ImputerParams>();
  AttributeReader r(attributes);
  p->floats = r.reals("imputed_value_floats", {});
  p->integers = r.integers("imputed_value_int64s", {});
  p->replaced_float = r.real("replaced_value_float", 0);
  p->replaced_integer = r.integer("replaced_value_int64", 0);
  MOTE_TRY(r.finish());
  if (p->floats.empty() == p->integers.empty()) {
    return Error{Code::kInvalidArgument,
                 "needs either imputed_value_floats or imputed_value_int64s"};
  }
  return p;
}

// X: [..., F]. Y: the same type.
Status infer(const InferArgs& args) {
  const auto& p = args.params<ImputerParams>();
  MOTE_TRY(p.floats.empty() ? expect_elements(args, 0, Elements<std::int64_t, std::int32_t>())
                            : expect_elements(args, 0, Elements<float, double>()));
  MOTE_TRY(expect_per_feature(args, p.name(), p.entries()));
  args.set(0, args.type(0));
  return {};
}

// is_replaced(x): it gives way to the value of its feature.
template <class T, class V, class F>
void impute(const RunArgs& args, const std::vector<V>& values, const F& is_replaced) {
  const PerFeature imputed(values);
  const T* x = args.in[0].as<T>();
  T* y = args.out[0].as<T>();
  for_each_feature(args.in[0].dims, args.workers, [&](std::int64_t i, std::size_t f) {
    y[i] = is_replaced(x[i]) ? static_cast<T>(imputed[f]) : x[i];
  });
}

Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = static_cast<const ImputerParams&>(*params);
  const TensorView& x = args.in[0];
  MOTE_TRY(expect_per_feature(p.name(), p.entries(), features_of(x.dims)));
  if (p.floats.empty()) {
    return with_dtype(Elements<std::int64_t, std::int32_t>(), x.dtype, [&](auto e) -> Status {
      impute<decltype(e)>(args, p.integers, [&](auto v) { return v == p.replaced_integer; });
      return {};
    });
  }
  const double replaced = p.replaced_float;
  return with_dtype(Elements<float, double>(), x.dtype, [&](auto e) -> Status {
    impute<decltype(e)>(args, p.floats, [&](auto v) {
      return replaced == replaced ? static_cast<double>(v) == replaced : v != v;
    });
    return {};
  });
}

constexpr int kVersions[] = {1};

constexpr std::string_view kSamples[] = {
    "() -> (y) { x: f32[2,3] = {1, nan, 3, nan, 5, inf}\n"
    "  y = ai.onnx.ml.Imputer(x) {replaced_value_float=nan, imputed_value_floats=[7.0, 8.0, 9.0]} "
    "}",
    "(x: f64[6]) -> (y) { y = ai.onnx.ml.Imputer(x) {imputed_value_floats=[0.5]} }",
    "(x: s64[2,3]) -> (y) {\n"
    "  y = ai.onnx.ml.Imputer(x) {replaced_value_int64=2, imputed_value_int64s=[7, 8, 9]} }",
    "(x: s32[3,2]) -> (y) { y = ai.onnx.ml.Imputer(x) {imputed_value_int64s=[-1]} }",
};

}  // namespace

extern const OpDef kOp_ai_onnx_ml_Imputer;
constinit const OpDef kOp_ai_onnx_ml_Imputer = {.name = "Imputer",
                                                .domain = "ai.onnx.ml",
                                                .parse = parse,
                                                .infer = infer,
                                                .reference = reference};

extern const OnnxOp kOnnx_ai_onnx_ml_Imputer;
constinit const OnnxOp kOnnx_ai_onnx_ml_Imputer = {
    .name = "Imputer", .domain = "ai.onnx.ml", .versions = kVersions};

extern const OpDoc kDoc_ai_onnx_ml_Imputer;
constinit const OpDoc kDoc_ai_onnx_ml_Imputer = {
    .name = "Imputer",
    .domain = "ai.onnx.ml",
    .doc =
        "Every element of `X` that is the replaced value (NaN too) becomes the imputed one, which "
        "is one number or one for each feature.",
    .samples = kSamples,
};

}  // namespace mote
