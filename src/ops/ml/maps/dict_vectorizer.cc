// DictVectorizer: the values of a map in the order of a vocabulary.
#include "base/text.h"
#include "ops/ml/key_index.h"
#include "ops/ml/maps/map_input.h"
#include "ops/ops.h"
#include "ops/support/copy.h"

namespace mote {
namespace {

using namespace ml;

struct VectorizerParams : OpParams {
  KeyIndex vocabulary;
  std::int64_t size = 0;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<VectorizerParams>();
  AttributeReader r(attributes);
  const auto integers = r.integers("int64_vocabulary", {});
  const auto texts = r.texts("string_vocabulary", {});
  MOTE_TRY(r.finish());
  if (integers.empty() == texts.empty()) {
    return Error{Code::kInvalidArgument, "needs either int64_vocabulary or string_vocabulary"};
  }
  p->size = std::ssize(integers) + std::ssize(texts);
  MOTE_ASSIGN(p->vocabulary,
              KeyIndex::of(texts.empty() ? Tensor::of<std::int64_t>({p->size}, integers)
                                         : Tensor::of<std::string>({p->size}, texts)));
  return p;
}

// X: a map from what the vocabulary holds. Y: [1, words], of the values' type.
Status infer(const InferArgs& args) {
  const auto& p = args.params<VectorizerParams>();
  MOTE_ASSIGN(const MapType type, map_type(args));
  if (type.key != DType::kUndefined && type.key != p.vocabulary.dtype()) {
    return Error{Code::kInvalidArgument, cat("the keys of the map are ", name(type.key), ", not ",
                                             name(p.vocabulary.dtype()))};
  }
  args.set(0, {type.value, Shape{1, p.size}});
  return {};
}

// Keys that are no words are left out.
Status compute(const OpParams* params, const ComputeArgs& args) {
  const auto& p = static_cast<const VectorizerParams&>(*params);
  MOTE_ASSIGN(const Datum map, map_input(args, p.vocabulary.dtype()));
  const TensorView keys = map.keys().view();
  MOTE_TRY(args.allocator.expect_text(bytes_as_text(map.values())));
  MOTE_ASSIGN(Tensor y, args.allocator.allocate(map.values().dtype(), {1, p.size}));
  const MutTensorView to = y.mut();
  for (std::int64_t i = 0; i < keys.dims.count(); ++i) {
    const std::int64_t place = p.vocabulary.find(keys, i);
    if (place >= 0) copy_range(map.values().view(), i, to, place, 1);
  }
  args.out[0] = std::move(y);
  return {};
}

constexpr int kVersions[] = {1};

constexpr std::string_view kSamples[] = {
    "(x: f32[1,3]) -> (y) {\n"
    "  s = ai.onnx.ml.ZipMap(x) {classlabels_int64s=[4, 0, 2]} i: s64[] = {0}\n"
    "  m = SequenceAt(s, i) y = ai.onnx.ml.DictVectorizer(m) {int64_vocabulary=[0, 1, 2, 3]} }",
};

}  // namespace

extern const OpDef kOp_ai_onnx_ml_DictVectorizer;
constinit const OpDef kOp_ai_onnx_ml_DictVectorizer = {.name = "DictVectorizer",
                                                       .domain = "ai.onnx.ml",
                                                       .parse = parse,
                                                       .infer = infer,
                                                       .compute = compute};

extern const OnnxOp kOnnx_ai_onnx_ml_DictVectorizer;
constinit const OnnxOp kOnnx_ai_onnx_ml_DictVectorizer = {
    .name = "DictVectorizer", .domain = "ai.onnx.ml", .versions = kVersions};

extern const OpDoc kDoc_ai_onnx_ml_DictVectorizer;
constinit const OpDoc kDoc_ai_onnx_ml_DictVectorizer = {
    .name = "DictVectorizer",
    .domain = "ai.onnx.ml",
    .doc =
        "The values of a map as one row, each at the place that its key has in the vocabulary; 0 "
        "or "
        "an empty text for words that are no key.",
    .samples = kSamples,
};

}  // namespace mote
