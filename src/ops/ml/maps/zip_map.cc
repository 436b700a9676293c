// ZipMap: a map from labels to the numbers of each row.
#include "base/text.h"
#include "ops/ml/class_labels.h"
#include "ops/ml/rows.h"
#include "ops/ops.h"

namespace mote {
namespace {

using namespace ml;

struct ZipParams : OpParams {
  Tensor keys;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<ZipParams>();
  AttributeReader r(attributes);
  const auto labels = ClassLabels::read(r, "classlabels_int64s", "classlabels_strings");
  MOTE_TRY(r.finish());
  MOTE_TRY(labels);
  p->keys = labels->tensor();
  return p;
}

Status expect_columns(const ZipParams& p, std::int64_t columns) {
  if (columns == p.keys.count()) return {};
  return Error{Code::kInvalidArgument,
               cat("X has ", columns, " columns for ", p.keys.count(), " labels")};
}

// X: f32[N,labels] or f32[labels]. Z: a sequence of N maps.
Status infer(const InferArgs& args) {
  const auto& p = args.params<ZipParams>();
  MOTE_TRY(expect_dtype(args, 0, {DType::kF32}));
  MOTE_ASSIGN(const RowShape rows, row_shape(args.type(0)));
  if (rows.features.known()) MOTE_TRY(expect_columns(p, rows.features.size()));
  Type map = Type::of(Type::Kind::kMap, TensorType(DType::kF32, std::nullopt), p.keys.dtype());
  args.out[0].type = Type::of(Type::Kind::kSequence, std::move(map));
  return {};
}

// The values of all maps, and what the maps take besides; lives as long as one of them does.
struct Values {
  Tensor numbers;
  std::shared_ptr<const void> charge;
};

Status compute(const OpParams* params, const ComputeArgs& args) {
  constexpr std::uint64_t kMapBytes = 3 * sizeof(Datum);
  const auto& p = static_cast<const ZipParams&>(*params);
  MOTE_ASSIGN(const TensorView x, args.tensor(0));
  MOTE_ASSIGN(const Rows rows, rows_of(x.dims));
  MOTE_TRY(expect_columns(p, rows.features));
  const auto values = std::make_shared<Values>();
  MOTE_ASSIGN(values->numbers, args.allocator.allocate(DType::kF32, x.dims));
  MOTE_ASSIGN(values->charge,
              args.allocator.charge(static_cast<std::uint64_t>(rows.count) * kMapBytes));
  std::copy_n(x.as<float>(), x.dims.count(), values->numbers.mut().as<float>());
  std::vector<Datum> maps;
  for (std::int64_t r = 0; r < rows.count; ++r) {
    MOTE_TRY(args.stop.check());
    const auto* row = static_cast<const float*>(values->numbers.data()) + r * rows.features;
    maps.push_back(Datum::map(p.keys, Tensor::view(DType::kF32, {rows.features}, row, values)));
  }
  MOTE_ASSIGN(args.out[0], args.sequence(std::move(maps)));
  return {};
}

constexpr int kVersions[] = {1};

constexpr std::string_view kSamples[] = {
    "(x: f32[3,2]) -> (y) {\n"
    "  s = ai.onnx.ml.ZipMap(x) {classlabels_int64s=[7, 5]} i: s64[] = {1}\n"
    "  m = SequenceAt(s, i) y = ai.onnx.ml.CastMap(m) }",
    "(x: f32[2]) -> (y) {\n"
    "  s = ai.onnx.ml.ZipMap(x) {classlabels_strings=[\"a\", \"b\"]} i: s64[] = {0}\n"
    "  m = SequenceAt(s, i) y = ai.onnx.ml.DictVectorizer(m) {string_vocabulary=[\"b\", \"c\"]} }",
};

}  // namespace

extern const OpDef kOp_ai_onnx_ml_ZipMap;
constinit const OpDef kOp_ai_onnx_ml_ZipMap = {
    .name = "ZipMap", .domain = "ai.onnx.ml", .parse = parse, .infer = infer, .compute = compute};

extern const OnnxOp kOnnx_ai_onnx_ml_ZipMap;
constinit const OnnxOp kOnnx_ai_onnx_ml_ZipMap = {
    .name = "ZipMap", .domain = "ai.onnx.ml", .versions = kVersions};

extern const OpDoc kDoc_ai_onnx_ml_ZipMap;
constinit const OpDoc kDoc_ai_onnx_ml_ZipMap = {
    .name = "ZipMap",
    .domain = "ai.onnx.ml",
    .doc = "A sequence with a map for each row of `X`, from the labels to the numbers of the row.",
    .samples = kSamples,
};

}  // namespace mote
