// OneHotEncoder: categories as rows of zeros with a single one.
#include "base/text.h"
#include "ops/ml/key_index.h"
#include "ops/ops.h"
#include "ops/support/convert.h"
#include "ops/support/copy.h"
#include "ops/support/expect_elements.h"

namespace mote {
namespace {

using ml::KeyIndex;

using CategoryNumbers = Elements<std::int64_t, std::int32_t, float, double>;

struct EncoderParams : OpParams {
  KeyIndex categories;
  std::int64_t count = 0;
  bool zeros = true;  // what a value that is no category becomes; else an error
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<EncoderParams>();
  AttributeReader r(attributes);
  const auto integers = r.integers("cats_int64s", {});
  const auto texts = r.texts("cats_strings", {});
  p->zeros = r.flag("zeros", true);
  MOTE_TRY(r.finish());
  if (integers.empty() == texts.empty()) {
    return Error{Code::kInvalidArgument, "needs either cats_int64s or cats_strings"};
  }
  p->count = std::ssize(integers) + std::ssize(texts);
  MOTE_ASSIGN(p->categories,
              KeyIndex::of(texts.empty() ? Tensor::of<std::int64_t>({p->count}, integers)
                                         : Tensor::of<std::string>({p->count}, texts)));
  return p;
}

// X: any shape. Y: f32[..., number of categories].
Status infer(const InferArgs& args) {
  const auto& p = args.params<EncoderParams>();
  MOTE_TRY(p.categories.dtype() == DType::kString ? expect_dtype(args, 0, {DType::kString})
                                                  : expect_elements(args, 0, CategoryNumbers()));
  std::optional<Shape> shape = args.type(0).shape;
  if (shape) shape->push_back(p.count);
  args.set(0, {DType::kF32, std::move(shape)});
  return {};
}

// Numbers are cut to integers.
Result<std::int64_t> category_of(const KeyIndex& categories, const TensorView& x, std::int64_t i) {
  if (x.dtype == categories.dtype()) return categories.find(x, i);
  std::int64_t place = -1;
  MOTE_TRY(with_dtype(CategoryNumbers(), x.dtype, [&](auto element) -> Status {
    using T = decltype(element);
    if constexpr (std::is_floating_point_v<T>) {
      place = categories.find(real_to_integer<std::int64_t>(static_cast<double>(x.as<T>()[i])));
    } else {
      place = categories.find(std::int64_t{x.as<T>()[i]});
    }
    return {};
  }));
  return place;
}

Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = static_cast<const EncoderParams&>(*params);
  const TensorView& x = args.in[0];
  fill_zero(args.out[0]);
  for (std::int64_t i = 0; i < x.dims.count(); ++i) {
    MOTE_ASSIGN(const std::int64_t category, category_of(p.categories, x, i));
    if (category >= 0) {
      args.out[0].as<float>()[i * p.count + category] = 1;
    } else if (!p.zeros) {
      return Error{Code::kInvalidArgument, cat("element ", i, " of X is none of the ", p.count,
                                               " categories, and zeros is 0")};
    }
  }
  return {};
}

constexpr int kVersions[] = {1};

constexpr std::string_view kSamples[] = {
    "(x: s64[2,3]) -> (y) { y = ai.onnx.ml.OneHotEncoder(x) {cats_int64s=[0, 2, -1]} }",
    "(x: f32[4]) -> (y) { y = ai.onnx.ml.OneHotEncoder(x) {cats_int64s=[1, 3]} }",
    "(x: f64[]) -> (y) { y = ai.onnx.ml.OneHotEncoder(x) {cats_int64s=[0]} }",
    "() -> (y) { x: s32[2] = {7, 5} y = ai.onnx.ml.OneHotEncoder(x) {cats_int64s=[5, 7], zeros=0} "
    "}",
    "() -> (y) { x: string[3] = {\"b\", \"c\", \"a\"}\n"
    "  y = ai.onnx.ml.OneHotEncoder(x) {cats_strings=[\"a\", \"b\"]} }",
};

}  // namespace

extern const OpDef kOp_ai_onnx_ml_OneHotEncoder;
constinit const OpDef kOp_ai_onnx_ml_OneHotEncoder = {.name = "OneHotEncoder",
                                                      .domain = "ai.onnx.ml",
                                                      .parse = parse,
                                                      .infer = infer,
                                                      .reference = reference};

extern const OnnxOp kOnnx_ai_onnx_ml_OneHotEncoder;
constinit const OnnxOp kOnnx_ai_onnx_ml_OneHotEncoder = {
    .name = "OneHotEncoder", .domain = "ai.onnx.ml", .versions = kVersions};

extern const OpDoc kDoc_ai_onnx_ml_OneHotEncoder;
constinit const OpDoc kDoc_ai_onnx_ml_OneHotEncoder = {
    .name = "OneHotEncoder",
    .domain = "ai.onnx.ml",
    .doc =
        "A row for each element of `X`: 1 at the place of its category and 0 elsewhere. Numbers "
        "are cut to integers before they are looked up.",
    .samples = kSamples,
};

}  // namespace mote
