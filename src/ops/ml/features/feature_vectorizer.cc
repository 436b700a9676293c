// FeatureVectorizer: rows of several inputs, one behind the other.
#include <algorithm>

#include "base/text.h"
#include "ops/ml/rows.h"
#include "ops/ops.h"
#include "ops/support/convert.h"
#include "ops/support/copy.h"
#include "ops/support/expect_elements.h"

namespace mote {
namespace {

using ml::FeatureElements;

struct VectorizerParams : OpParams {
  std::vector<std::int64_t> widths;  // of each input in the output; empty: as they are
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<VectorizerParams>();
  AttributeReader r(attributes);
  p->widths = r.integers("inputdimensions", {});
  MOTE_TRY(r.finish());
  for (const std::int64_t width : p->widths) {
    if (width < 0) {
      return Error{Code::kInvalidArgument, cat("inputdimensions has ", width, ", below 0")};
    }
  }
  return p;
}

// A list is one row; what lies behind the first dimension is one row's.
struct InputRows {
  Dim count;
  Dim width;
};
Result<InputRows> rows_of_input(const TensorType& type) {
  if (!type.shape) return InputRows{};
  const std::span<const Dim> shape = *type.shape;
  if (shape.empty()) return Error{Code::kInvalidArgument, "an input has no dimension"};
  if (shape.size() == 1) return InputRows{1, shape[0]};
  MOTE_ASSIGN(const Dim width, product(shape.subspan(1)));
  return InputRows{shape[0], width};
}

Status check_widths(const VectorizerParams& p, std::size_t inputs) {
  if (p.widths.empty() || p.widths.size() == inputs) return {};
  return Error{Code::kInvalidArgument,
               cat("inputdimensions has ", p.widths.size(), " entries for ", inputs, " inputs")};
}

// Inputs: [N,...] or [C]. Y: f32[N, the sum of their widths].
Status infer(const InferArgs& args) {
  const auto& p = args.params<VectorizerParams>();
  MOTE_TRY(check_widths(p, args.in.size()));
  Dim count;
  std::int64_t total = 0;
  bool known = true;
  for (std::size_t i = 0; i < args.in.size(); ++i) {
    if (!args.has(i)) return Error{Code::kInvalidArgument, cat("input ", i, " is missing")};
    MOTE_TRY(expect_elements(args, i, FeatureElements()));
    MOTE_ASSIGN(const InputRows rows, rows_of_input(args.type(i)));
    if (count.known() && rows.count.known() && count.size() != rows.count.size()) {
      return Error{Code::kInvalidArgument, cat("input ", i, " has ", rows.count.size(),
                                               " rows, those before have ", count.size())};
    }
    if (!count.known()) count = rows.count;
    const Dim width = p.widths.empty() ? rows.width : Dim(p.widths[i]);
    known &= width.known();
    if (width.known() && __builtin_add_overflow(total, width.size(), &total)) {
      return Error{Code::kInvalidArgument, "the widths of the inputs are too many"};
    }
  }
  args.set(0, {DType::kF32, Shape{count, known ? Dim(total) : Dim()}});
  return {};
}

// Rows that are too short are filled up with zeros, those that are too long cut.
Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = static_cast<const VectorizerParams&>(*params);
  const MutTensorView& y = args.out[0];
  MOTE_TRY(check_widths(p, args.in.size()));
  fill_zero(y);
  std::int64_t at = 0;
  for (std::size_t i = 0; i < args.in.size(); ++i) {
    const Dims& dims = args.in[i].dims;
    const std::int64_t rows = dims.rank() == 1 ? 1 : dims[0];
    const std::int64_t width = dims.rank() == 1 ? dims[0] : dims.count(1, dims.rank());
    const std::int64_t out_width = p.widths.empty() ? width : p.widths[i];
    for (std::int64_t r = 0; r < rows; ++r) {
      convert_range(args.in[i], r * width, y, r * y.dims[1] + at, std::min(width, out_width));
    }
    at += out_width;
  }
  return {};
}

constexpr int kVersions[] = {1};

constexpr std::string_view kSamples[] = {
    "(a: f32[2,3], b: f32[2,1]) -> (y) {\n"
    "  y = ai.onnx.ml.FeatureVectorizer(a, b) {inputdimensions=[2, 3]} }",
    "(a: s64[2], b: s64[1,3]) -> (y) { y = ai.onnx.ml.FeatureVectorizer(a, b) }",
    "(a: f64[2,2,2]) -> (y) { y = ai.onnx.ml.FeatureVectorizer(a) {inputdimensions=[4]} }",
    "(a: s32[3,2], b: s32[3,0]) -> (y) {\n"
    "  y = ai.onnx.ml.FeatureVectorizer(a, b) {inputdimensions=[2, 1]} }",
};

}  // namespace

extern const OpDef kOp_ai_onnx_ml_FeatureVectorizer;
constinit const OpDef kOp_ai_onnx_ml_FeatureVectorizer = {.name = "FeatureVectorizer",
                                                          .domain = "ai.onnx.ml",
                                                          .max_inputs = -1,
                                                          .parse = parse,
                                                          .infer = infer,
                                                          .reference = reference};

extern const OnnxOp kOnnx_ai_onnx_ml_FeatureVectorizer;
constinit const OnnxOp kOnnx_ai_onnx_ml_FeatureVectorizer = {
    .name = "FeatureVectorizer", .domain = "ai.onnx.ml", .versions = kVersions};

extern const OpDoc kDoc_ai_onnx_ml_FeatureVectorizer;
constinit const OpDoc kDoc_ai_onnx_ml_FeatureVectorizer = {
    .name = "FeatureVectorizer",
    .domain = "ai.onnx.ml",
    .doc =
        "The rows of all inputs one behind the other as floats, each cut or filled up with zeros "
        "to its width in `inputdimensions`.",
    .samples = kSamples,
};

}  // namespace mote
