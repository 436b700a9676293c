// LabelEncoder and CategoryMapper: each element looked up in a table.
#include <algorithm>
#include <numeric>

#include "base/text.h"
#include "ops/ml/key_index.h"
#include "ops/ml/text_outputs.h"
#include "ops/ops.h"
#include "ops/support/copy.h"
#include "ops/support/expect_elements.h"

namespace mote {
namespace {

using namespace ml;

// y = values[place of x among the keys], or `fallback`.
struct Lookup {
  KeyIndex keys;
  Tensor values;    // [as many as keys]
  Tensor fallback;  // one element

  void apply(const TensorView& x, const MutTensorView& y) const {
    for (std::int64_t i = 0; i < x.dims.count(); ++i) {
      const std::int64_t place = keys.find(x, i);
      const bool found = place >= 0;
      copy_range(found ? values.view() : fallback.view(), found ? place : 0, y, i, 1);
    }
  }
};

// Characters of the longest text that it may give.
std::uint64_t longest_text(const Lookup& lookup) {
  std::uint64_t longest = 0;
  for (const Tensor* t : {&lookup.values, &lookup.fallback}) {
    if (t->dtype() != DType::kString) continue;
    for (const std::string& text : t->values<std::string>()) {
      longest = std::max<std::uint64_t>(longest, text.size());
    }
  }
  return longest;
}

Result<Lookup> make_lookup(const Tensor& keys, Tensor values, Tensor fallback) {
  if (keys.count() != values.count()) {
    return Error{Code::kInvalidArgument,
                 cat("there are ", keys.count(), " keys and ", values.count(), " values")};
  }
  Lookup lookup{{}, std::move(values), std::move(fallback)};
  MOTE_ASSIGN(lookup.keys, KeyIndex::of(keys));
  return lookup;
}

// -- LabelEncoder

struct EncoderParams : OpParams {
  Lookup lookup;
};

// The one list of several that is given, as a tensor. Errors: kInvalidArgument: none or more.
struct ListNames {
  std::string_view integers, floats, texts, tensor;
};
constexpr ListNames kKeys = {"keys_int64s", "keys_floats", "keys_strings", "keys_tensor"};
constexpr ListNames kValues = {"values_int64s", "values_floats", "values_strings", "values_tensor"};

Result<Tensor> read_list(AttributeReader& r, const ListNames& names) {
  const auto integers = r.integers(names.integers, {});
  const auto floats = r.reals(names.floats, {});
  const auto texts = r.texts(names.texts, {});
  const Tensor tensor = r.tensor(names.tensor);
  std::vector<Tensor> given;
  if (!integers.empty())
    given.push_back(Tensor::of<std::int64_t>({std::ssize(integers)}, integers));
  if (!floats.empty()) given.push_back(Tensor::of<float>({std::ssize(floats)}, floats));
  if (!texts.empty()) given.push_back(Tensor::of<std::string>({std::ssize(texts)}, texts));
  if (tensor) given.push_back(tensor);
  if (given.size() == 1) return given[0];
  if (given.empty() && (r.has(names.integers) || r.has(names.floats) || r.has(names.texts))) {
    return Error{Code::kInvalidArgument, cat(names.integers, " and the like are empty")};
  }
  return Error{Code::kInvalidArgument,
               cat("needs one of ", names.integers, ", ", names.floats, ", ", names.texts, " and ",
                   names.tensor, ", has ", given.size())};
}

// default_tensor, or the default of the kind that the values have.
Result<Tensor> read_fallback(AttributeReader& r, DType values) {
  const std::string text = r.text("default_string", "_Unused");
  const std::int64_t integer = r.integer("default_int64", -1);
  const float real = r.real("default_float", -0.0F);
  const Tensor tensor = r.tensor("default_tensor");
  if (tensor) {
    if (tensor.dtype() == values && tensor.count() == 1) return tensor;
    return Error{Code::kInvalidArgument, cat("default_tensor is ", name(tensor.dtype()),
                                             to_string(tensor.dims()), ", not one ", name(values))};
  }
  switch (values) {
    case DType::kString:
      return Tensor::scalar(text);
    case DType::kS64:
      return Tensor::scalar(integer);
    case DType::kS32:
      return Tensor::scalar(static_cast<std::int32_t>(integer));
    case DType::kS16:
      return Tensor::scalar(static_cast<std::int16_t>(integer));
    case DType::kF64:
      return Tensor::scalar(double{real});
    default:
      return Tensor::scalar(real);
  }
}

bool is_label(DType dtype) {
  return dtype == DType::kString || dtype == DType::kS64 || dtype == DType::kS32 ||
         dtype == DType::kS16 || dtype == DType::kF32 || dtype == DType::kF64;
}

Result<std::unique_ptr<const OpParams>> parse_encoder(const Attributes& attributes) {
  auto p = std::make_unique<EncoderParams>();
  AttributeReader r(attributes);
  auto keys = read_list(r, kKeys);
  auto values = read_list(r, kValues);
  auto fallback = read_fallback(r, values ? values->dtype() : DType::kUndefined);
  MOTE_TRY(r.finish());
  MOTE_TRY(keys);
  MOTE_TRY(values);
  MOTE_TRY(fallback);
  if (!is_label(values->dtype())) {
    return Error{Code::kInvalidArgument, cat("values of type ", name(values->dtype()))};
  }
  MOTE_ASSIGN(p->lookup, make_lookup(*keys, *std::move(values), *std::move(fallback)));
  return p;
}

// X: any shape, of the keys' type. Y: the same sizes, of the values' type.
Status infer_encoder(const InferArgs& args) {
  const Lookup& lookup = args.params<EncoderParams>().lookup;
  MOTE_TRY(expect_dtype(args, 0, {lookup.keys.dtype()}));
  args.set(0, {lookup.values.dtype(), args.type(0).shape});
  return {};
}

Status run_encoder(const OpParams* params, const RunArgs& args) {
  static_cast<const EncoderParams&>(*params).lookup.apply(args.in[0], args.out[0]);
  return {};
}

std::uint64_t longest_of_encoder(const OpParams& params) {
  return longest_text(static_cast<const EncoderParams&>(params).lookup);
}

// Version 1 had one list of texts, which stand for their places; the input says which way.
Status tables_from_classes(const UpgradeArgs& args) {
  Attributes& attributes = args.node().attributes;
  AttributeReader r(attributes);
  const auto classes = r.texts("classes_strings", {});
  const std::int64_t integer = r.integer("default_int64", -1);
  const std::string text = r.text("default_string", "_Unused");
  MOTE_TRY(r.finish());
  std::vector<std::int64_t> places(classes.size());
  std::iota(places.begin(), places.end(), std::int64_t{0});
  attributes = Attributes();
  switch (args.type(0).dtype) {
    case DType::kString:
      attributes.set("keys_strings", classes);
      attributes.set("values_int64s", places);
      attributes.set("default_int64", integer);
      return {};
    case DType::kS64:
      attributes.set("keys_int64s", places);
      attributes.set("values_strings", classes);
      attributes.set("default_string", text);
      return {};
    case DType::kUndefined:
      return Error{Code::kUnsupported, "needs an input whose element type is known"};
    default:
      return Error{Code::kInvalidArgument,
                   cat("input is ", name(args.type(0).dtype), ", not string or s64")};
  }
}

// -- CategoryMapper

struct MapperParams : OpParams {
  Lookup to_integers;
  Lookup to_texts;

  const Lookup& from(DType dtype) const { return dtype == DType::kString ? to_integers : to_texts; }
};

Result<std::unique_ptr<const OpParams>> parse_mapper(const Attributes& attributes) {
  auto p = std::make_unique<MapperParams>();
  AttributeReader r(attributes);
  const auto integers = r.integers("cats_int64s", {});
  const auto texts = r.texts("cats_strings", {});
  const std::int64_t integer = r.integer("default_int64", -1);
  const std::string text = r.text("default_string", "_Unused");
  MOTE_TRY(r.finish());
  const Tensor a = Tensor::of<std::int64_t>({std::ssize(integers)}, integers);
  const Tensor b = Tensor::of<std::string>({std::ssize(texts)}, texts);
  MOTE_ASSIGN(p->to_texts, make_lookup(a, b, Tensor::scalar(text)));
  MOTE_ASSIGN(p->to_integers, make_lookup(b, a, Tensor::scalar(integer)));
  return p;
}

// X: string or s64, any shape. Y: the other of the two, the same sizes.
Status infer_mapper(const InferArgs& args) {
  MOTE_TRY(expect_dtype(args, 0, {DType::kString, DType::kS64}));
  const TensorType& x = args.type(0);
  const DType to = x.dtype == DType::kUndefined ? DType::kUndefined
                   : x.dtype == DType::kString  ? DType::kS64
                                                : DType::kString;
  args.set(0, {to, x.shape});
  return {};
}

Status run_mapper(const OpParams* params, const RunArgs& args) {
  const auto& p = static_cast<const MapperParams&>(*params);
  p.from(args.in[0].dtype).apply(args.in[0], args.out[0]);
  return {};
}

std::uint64_t longest_of_mapper(const OpParams& params) {
  return longest_text(static_cast<const MapperParams&>(params).to_texts);
}

constexpr int kEncoderVersions[] = {1, 2, 4};
constexpr OnnxUpgrade kEncoderUpgrades[] = {{2, tables_from_classes}};
constexpr int kMapperVersions[] = {1};

constexpr std::string_view kEncoderSamples[] = {
    "(x: s64[2,3]) -> (y) {\n"
    "  y = ai.onnx.ml.LabelEncoder(x) {keys_int64s=[-1, 2, 0], values_floats=[0.5, 1.5, 2.5]} }",
    "() -> (y) { x: f32[4] = {1, nan, -0.0, 2}\n"
    "  y = ai.onnx.ml.LabelEncoder(x) {keys_floats=[nan, 0.0, 1.0], values_int64s=[1, 2, 3]} }",
    "() -> (y) { x: string[2,2] = {\"a\", \"b\", \"\", \"a\"}\n"
    "  y = ai.onnx.ml.LabelEncoder(x) {keys_strings=[\"b\", \"a\"], values_int64s=[5, 6],\n"
    "    default_int64=7} }",
    "(x: s32[5]) -> (y) {\n"
    "  y = ai.onnx.ml.LabelEncoder(x) {keys_tensor=s32[2]{0, 1}, values_tensor=f64[2]{0.1, 0.2},\n"
    "    default_tensor=f64[1]{9}} }",
    "(x: s16[5]) -> (y) {\n"
    "  y = ai.onnx.ml.LabelEncoder(x) {keys_tensor=s16[2]{0, 1}, values_tensor=s16[2]{3, 4}} }",
    "() -> (y) { x: f64[3] = {0.1, 0.5, 0.25}\n"
    "  y = ai.onnx.ml.LabelEncoder(x) {keys_tensor=f64[2]{0.1, 0.5}, values_tensor=s32[2]{3, 4}} }",
};
constexpr std::string_view kMapperSamples[] = {
    "() -> (y) { x: string[3] = {\"a\", \"c\", \"b\"}\n"
    "  y = ai.onnx.ml.CategoryMapper(x) {cats_int64s=[4, 5], cats_strings=[\"a\", \"b\"]} }",
    "(x: s64[4]) -> (n) {\n"
    "  t = ai.onnx.ml.CategoryMapper(x) {cats_int64s=[0, 1], cats_strings=[\"a\", \"b\"],\n"
    "    default_string=\"b\"}\n"
    "  n = ai.onnx.ml.CategoryMapper(t) {cats_int64s=[7, 8], cats_strings=[\"a\", \"b\"]} }",
};

}  // namespace

extern const OpDef kOp_ai_onnx_ml_LabelEncoder;
constinit const OpDef kOp_ai_onnx_ml_LabelEncoder = {
    .name = "LabelEncoder",
    .domain = "ai.onnx.ml",
    .parse = parse_encoder,
    .infer = infer_encoder,
    .reference = run_encoder,
    .compute = compute_texts<infer_encoder, run_encoder, longest_of_encoder>};
extern const OpDef kOp_ai_onnx_ml_CategoryMapper;
constinit const OpDef kOp_ai_onnx_ml_CategoryMapper = {
    .name = "CategoryMapper",
    .domain = "ai.onnx.ml",
    .parse = parse_mapper,
    .infer = infer_mapper,
    .reference = run_mapper,
    .compute = compute_texts<infer_mapper, run_mapper, longest_of_mapper>};

extern const OnnxOp kOnnx_ai_onnx_ml_LabelEncoder;
constinit const OnnxOp kOnnx_ai_onnx_ml_LabelEncoder = {.name = "LabelEncoder",
                                                        .domain = "ai.onnx.ml",
                                                        .versions = kEncoderVersions,
                                                        .upgrades = kEncoderUpgrades};
extern const OnnxOp kOnnx_ai_onnx_ml_CategoryMapper;
constinit const OnnxOp kOnnx_ai_onnx_ml_CategoryMapper = {
    .name = "CategoryMapper", .domain = "ai.onnx.ml", .versions = kMapperVersions};

extern const OpDoc kDoc_ai_onnx_ml_LabelEncoder;
constinit const OpDoc kDoc_ai_onnx_ml_LabelEncoder = {
    .name = "LabelEncoder",
    .domain = "ai.onnx.ml",
    .doc =
        "Each element of `X` looked up among the keys: the value that belongs to it, or the "
        "default. NaN finds NaN; of equal keys the last counts.",
    .samples = kEncoderSamples,
};
extern const OpDoc kDoc_ai_onnx_ml_CategoryMapper;
constinit const OpDoc kDoc_ai_onnx_ml_CategoryMapper = {
    .name = "CategoryMapper",
    .domain = "ai.onnx.ml",
    .doc =
        "Texts become the integers that `cats_int64s` pairs with them, or integers the texts of "
        "`cats_strings`; others become the default.",
    .samples = kMapperSamples,
};

}  // namespace mote
