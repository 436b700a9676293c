// CastMap: the values of a map as a tensor.
#include <algorithm>
#include <charconv>
#include <numeric>

#include "base/text.h"
#include "ops/ml/maps/map_input.h"
#include "ops/ops.h"
#include "ops/support/choices.h"
#include "ops/support/convert.h"
#include "ops/support/number_text.h"

namespace mote {
namespace {

using namespace ml;

struct CastParams : OpParams {
  bool sparse = false;
  std::int64_t size = 1;  // of the output, if sparse
  DType to = DType::kF32;
};

enum class Target : std::uint8_t { kFloat, kString, kInt64 };

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<CastParams>();
  AttributeReader r(attributes);
  enum class Form : std::uint8_t { kDense, kSparse };
  MOTE_ASSIGN(const auto form, enum_named<Form>(r, "map_form", {"DENSE", "SPARSE"}));
  MOTE_ASSIGN(const auto to,
              enum_named<Target>(r, "cast_to", {"TO_FLOAT", "TO_STRING", "TO_INT64"}));
  p->size = r.integer("max_map", 1);
  MOTE_TRY(r.finish());
  p->sparse = form == Form::kSparse;
  p->to = to == Target::kFloat ? DType::kF32 : to == Target::kString ? DType::kString : DType::kS64;
  if (p->sparse && p->size < 1) {
    return Error{Code::kInvalidArgument, cat("max_map ", p->size, " is not positive")};
  }
  return p;
}

// X: a map from s64 to f32 or strings. Y: [1, entries], or [1, max_map] if sparse.
Status infer(const InferArgs& args) {
  const auto& p = args.params<CastParams>();
  MOTE_ASSIGN(const MapType type, map_type(args));
  if (type.key != DType::kUndefined && type.key != DType::kS64) {
    return Error{Code::kInvalidArgument,
                 cat("the keys of the map are ", name(type.key), ", not s64")};
  }
  args.set(0, {p.to, Shape{1, p.sparse ? Dim(p.size) : Dim()}});
  return {};
}

// As other runtimes print them, which the specification leaves open.
std::string text_of(float number) {
  char buffer[64];  // the largest float has 39 digits before the point
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::fixed, 6).ptr;
  return std::string(buffer, end);
}

// to[at] = from[i].
Status cast_value(const TensorView& from, std::int64_t i, const MutTensorView& to,
                  std::int64_t at) {
  const bool texts = from.dtype == DType::kString;
  if (to.dtype == DType::kString) {
    to.as<std::string>()[at] = texts ? from.as<std::string>()[i] : text_of(from.as<float>()[i]);
    return {};
  }
  if (!texts) {
    convert_range(from, i, to, at, 1);
    return {};
  }
  const TensorView text{DType::kString, {1}, from.as<std::string>() + i};
  void* element = to.dtype == DType::kF32 ? static_cast<void*>(to.as<float>() + at)
                                          : static_cast<void*>(to.as<std::int64_t>() + at);
  return texts_to_numbers(text, {to.dtype, {1}, element});
}

// The entries in the order of their keys.
std::vector<std::int64_t> order_of(std::span<const std::int64_t> keys) {
  std::vector<std::int64_t> order(keys.size());
  std::iota(order.begin(), order.end(), std::int64_t{0});
  std::ranges::stable_sort(order, {},
                           [&](std::int64_t i) { return keys[static_cast<std::size_t>(i)]; });
  return order;
}

Status compute(const OpParams* params, const ComputeArgs& args) {
  const auto& p = static_cast<const CastParams&>(*params);
  MOTE_ASSIGN(const Datum map, map_input(args, DType::kS64));
  const auto keys = map.keys().values<std::int64_t>();
  const TensorView values = map.values().view();
  if (values.dtype != DType::kString && values.dtype != DType::kF32) {
    return Error{Code::kInvalidArgument,
                 cat("the values of the map are ", name(values.dtype), ", not f32 or string")};
  }
  const std::int64_t size = p.sparse ? p.size : std::ssize(keys);
  if (p.to == DType::kString) MOTE_TRY(args.allocator.expect_text(bytes_as_text(map.values())));
  MOTE_ASSIGN(Tensor y, args.allocator.allocate(p.to, {1, size}));
  const MutTensorView to = y.mut();
  if (p.sparse && p.to == DType::kString) {
    std::fill_n(to.as<std::string>(), size, "0.f");  // what other runtimes fill up with
  }
  std::int64_t next = 0;
  for (const std::int64_t i : order_of(keys)) {
    const std::int64_t key = keys[static_cast<std::size_t>(i)];
    if (p.sparse && (key < 0 || key >= p.size)) {
      return Error{Code::kInvalidArgument, cat("key ", key, " is outside [0, ", p.size, ")")};
    }
    if (Status s = cast_value(values, i, to, p.sparse ? key : next++); !s) {
      return std::move(s).error().with_context(cat("the value of key ", key));
    }
  }
  args.out[0] = std::move(y);
  return {};
}

constexpr int kVersions[] = {1};

constexpr std::string_view kSamples[] = {
    "(x: f32[1,3]) -> (y) {\n"
    "  s = ai.onnx.ml.ZipMap(x) {classlabels_int64s=[4, 0, 2]} i: s64[] = {0}\n"
    "  m = SequenceAt(s, i)\n"
    "  y = ai.onnx.ml.CastMap(m) {map_form=\"SPARSE\", max_map=6, cast_to=\"TO_INT64\"} }",
    "(x: f32[1,3]) -> (y) {\n"
    "  s = ai.onnx.ml.ZipMap(x) {classlabels_int64s=[4, 0, 2]} i: s64[] = {0}\n"
    "  m = SequenceAt(s, i) y = ai.onnx.ml.CastMap(m) {cast_to=\"TO_STRING\"} }",
};

}  // namespace

extern const OpDef kOp_ai_onnx_ml_CastMap;
constinit const OpDef kOp_ai_onnx_ml_CastMap = {
    .name = "CastMap", .domain = "ai.onnx.ml", .parse = parse, .infer = infer, .compute = compute};

extern const OnnxOp kOnnx_ai_onnx_ml_CastMap;
constinit const OnnxOp kOnnx_ai_onnx_ml_CastMap = {
    .name = "CastMap", .domain = "ai.onnx.ml", .versions = kVersions};

extern const OpDoc kDoc_ai_onnx_ml_CastMap;
constinit const OpDoc kDoc_ai_onnx_ml_CastMap = {
    .name = "CastMap",
    .domain = "ai.onnx.ml",
    .doc =
        "The values of a map as one row: in the order of the keys, or each at the place that its "
        "key names.",
    .samples = kSamples,
};

}  // namespace mote
