// Cast, CastLike: elements of one type as elements of another.
#include "base/result.h"
#include "base/text.h"
#include "ir/dtype.h"
#include "ops/ops.h"
#include "ops/support/choices.h"
#include "ops/support/convert.h"
#include "ops/support/copy.h"
#include "ops/support/number_text.h"
#include "ops/support/read_dtype.h"

namespace mote {
namespace {

struct CastParams : OpParams {
  DType to = DType::kUndefined;  // of Cast
  ConvertOptions options;
};

Status read_options(AttributeReader& r, ConvertOptions& options) {
  options.saturate = r.flag("saturate", true);
  MOTE_ASSIGN(options.e8m0, enum_named<E8M0Rounding>(r, "round_mode", {"up", "down", "nearest"}));
  return {};
}

bool is_castable(DType dtype) { return is_convertible(dtype) || dtype == DType::kString; }

Result<std::unique_ptr<const OpParams>> parse_cast(const Attributes& attributes) {
  auto p = std::make_unique<CastParams>();
  AttributeReader r(attributes);
  r.required_integer("to");
  MOTE_ASSIGN(p->to, read_dtype(r, "to"));
  MOTE_TRY(read_options(r, p->options));
  MOTE_TRY(r.finish());
  if (!is_castable(p->to)) return Error{Code::kUnsupported, cat("no cast to ", name(p->to))};
  return p;
}

Result<std::unique_ptr<const OpParams>> parse_cast_like(const Attributes& attributes) {
  auto p = std::make_unique<CastParams>();
  AttributeReader r(attributes);
  MOTE_TRY(read_options(r, p->options));
  MOTE_TRY(r.finish());
  return p;
}

Status check_castable(DType dtype) {
  if (dtype == DType::kUndefined || is_castable(dtype)) return {};
  return Error{Code::kInvalidArgument, cat("no cast from or to ", name(dtype))};
}

Status infer_cast(const InferArgs& args) {
  MOTE_TRY(check_castable(args.type(0).dtype));
  args.set(0, {args.params<CastParams>().to, args.type(0).shape});
  return {};
}

Status infer_cast_like(const InferArgs& args) {
  MOTE_TRY(check_castable(args.type(0).dtype));
  MOTE_TRY(check_castable(args.type(1).dtype));
  args.set(0, {args.type(1).dtype, args.type(0).shape});
  return {};
}

Status reference(const OpParams* params, const RunArgs& args) {
  const TensorView& from = args.in[0];
  const MutTensorView& to = args.out[0];
  if (from.dtype == to.dtype) return copy_elements(from, to);
  if (from.dtype == DType::kString) return texts_to_numbers(from, to);
  if (to.dtype == DType::kString) {
    numbers_to_texts(from, to);
  } else {
    const auto& p = static_cast<const CastParams&>(*params);
    convert_range(from, 0, to, 0, from.dims.count(), p.options);
  }
  return {};
}

// Numbers to numbers, on all threads.
class CastStep final : public Step {
 public:
  CastStep(const ConvertOptions& options, bool same_width)
      : options_(options), same_width_(same_width) {}

  bool may_overwrite(int input) const override { return input == 0 && same_width_; }
  std::string_view kernel() const override { return "convert"; }

  Status run(const RunArgs& args) const override {
    constexpr std::int64_t kGrain = 8192;
    args.workers.for_each_range(
        args.in[0].dims.count(), kGrain, [&](std::int64_t begin, std::int64_t end) {
          convert_range(args.in[0], begin, args.out[0], begin, end - begin, options_);
        });
    return {};
  }

 private:
  ConvertOptions options_;
  bool same_width_;
};

Result<std::unique_ptr<Step>> prepare(const PrepareArgs& args) {
  const DType from = args.in_dtype(0);
  const DType to = args.out[0].type.tensor.dtype;
  const bool strings = from == DType::kString || to == DType::kString;
  if (strings || from == to) return std::unique_ptr<Step>();
  return std::make_unique<CastStep>(args.params<CastParams>().options,
                                    bit_width(from) == bit_width(to));
}

// Opset 1 spelt the type's name in TensorProto, "FLOAT16".
Status type_name_to_number(const UpgradeArgs& args) {
  static constexpr std::string_view kNames[] = {
      "UNDEFINED", "FLOAT", "UINT8",   "INT8",   "UINT16", "INT16",  "INT32",     "INT64",
      "STRING",    "BOOL",  "FLOAT16", "DOUBLE", "UINT32", "UINT64", "COMPLEX64", "COMPLEX128"};
  Attributes& attributes = args.node().attributes;
  const AttributeValue* to = attributes.find("to");
  const auto* text = to == nullptr ? nullptr : std::get_if<std::string>(to);
  if (text == nullptr) return {};
  const auto found = std::ranges::find(kNames, *text);
  if (found == std::end(kNames)) {
    return Error{Code::kInvalidArgument, cat("there is no element type '", *text, "'")};
  }
  attributes.set("to", static_cast<std::int64_t>(found - kNames));
  return {};
}

constexpr int kCastVersions[] = {1, 6, 9, 13, 19, 21, 23, 24, 25, 28};
constexpr OnnxUpgrade kCastUpgrades[] = {{6, type_name_to_number}};
constexpr int kCastLikeVersions[] = {15, 19, 21, 23, 24, 25};

constexpr std::string_view kCastSamples[] = {
    "(x: f32[2,3]) -> (y) { y = Cast(x) {to=7} }",
    "(x: s64[2,3]) -> (y) { y = Cast(x) {to=1} }",
    "(x: bool[5]) -> (y) { y = Cast(x) {to=1} }",
    "(x: f64[]) -> (y) { y = Cast(x) {to=10} }",
    "(x: f32[0,2]) -> (y) { y = Cast(x) {to=9} }",
    "(x: f16[4]) -> (y) { y = Cast(x) {to=16} }",
    "(x: f32[4]) -> (y) { y = Cast(x) {to=1} }",
    "(x: s32[3]) -> (y) { a = Cast(x) {to=22} y = Cast(a) {to=6} }",
    "(x: u8[7]) -> (y) { a = Cast(x) {to=25} y = Cast(a) {to=2} }",
    "(x: f32[5]) -> (y) { a = Cast(x) {to=17} y = Cast(a) {to=1} }",
    "(x: f32[5]) -> (y) { a = Cast(x) {to=20, saturate=0} y = Cast(a) {to=1} }",
    "(x: f32[5]) -> (y) { a = Cast(x) {to=23} y = Cast(a) {to=1} }",
    "(x: u8[5]) -> (y) { a = Cast(x) {to=24, round_mode=\"nearest\"} y = Cast(a) {to=1} }",
    "(x: s64[3]) -> (y) { a = Cast(x) {to=8} y = Cast(a) {to=1} }",
    "() -> (y) { x: f32[4] = {nan, inf, -3.7, 300} y = Cast(x) {to=3} }",
};
constexpr std::string_view kCastLikeSamples[] = {
    "(x: f32[2,3], t: s32[1]) -> (y) { y = CastLike(x, t) }",
    "(x: s64[], t: f32[0]) -> (y) { y = CastLike(x, t) }",
    "(x: bool[0], t: f64[]) -> (y) { y = CastLike(x, t) }",
};

}  // namespace

extern const OpDef kOp_Cast;
constinit const OpDef kOp_Cast = {
    .name = "Cast",
    .parse = parse_cast,
    .infer = infer_cast,
    .reference = reference,
    .prepare = prepare,
};
extern const OpDef kOp_CastLike;
constinit const OpDef kOp_CastLike = {
    .name = "CastLike",
    .min_inputs = 2,
    .max_inputs = 2,
    .parse = parse_cast_like,
    .infer = infer_cast_like,
    .reference = reference,
    .prepare = prepare,
};

extern const OnnxOp kOnnx_Cast;
constinit const OnnxOp kOnnx_Cast = {
    .name = "Cast", .versions = kCastVersions, .upgrades = kCastUpgrades};
extern const OnnxOp kOnnx_CastLike;
constinit const OnnxOp kOnnx_CastLike = {.name = "CastLike", .versions = kCastLikeVersions};

extern const OpDoc kDoc_Cast;
constinit const OpDoc kDoc_Cast = {
    .name = "Cast",
    .doc =
        "The elements as type `to`. Reals lose their fraction on the way to integers; what does "
        "not fit into 32 or 64 bits becomes the nearest that does, narrower integers keep the "
        "low bits; `saturate` and `round_mode` are about float8.",
    .samples = kCastSamples,
};
extern const OpDoc kDoc_CastLike;
constinit const OpDoc kDoc_CastLike = {
    .name = "CastLike",
    .doc = "As Cast, to the type of `target_type`, whose elements do not matter.",
    .samples = kCastLikeSamples,
};

}  // namespace mote
