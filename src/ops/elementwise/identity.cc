// Identity and BitCast: the same bytes.
#include <cstring>

#include "base/result.h"
#include "base/text.h"
#include "ir/dtype.h"
#include "ops/ops.h"
#include "ops/support/copy.h"
#include "ops/support/read_dtype.h"

namespace mote {
namespace {

// Any value: sequences and optionals too.
Status infer_identity(const InferArgs& args) {
  if (!args.out.empty()) args.out[0] = args.in[0];
  return {};
}

Status identity(const OpParams*, const RunArgs& args) {
  return copy_elements(args.in[0], args.out[0]);
}

struct BitCastParams : OpParams {
  DType to = DType::kUndefined;
};

Result<std::unique_ptr<const OpParams>> parse_bit_cast(const Attributes& attributes) {
  auto p = std::make_unique<BitCastParams>();
  AttributeReader r(attributes);
  r.required_integer("to");
  MOTE_ASSIGN(p->to, read_dtype(r, "to"));
  MOTE_TRY(r.finish());
  if (p->to == DType::kUndefined || p->to == DType::kString) {
    return Error{Code::kUnsupported, cat("no cast of bits to ", name(p->to))};
  }
  return p;
}

Status infer_bit_cast(const InferArgs& args) {
  const DType from = args.type(0).dtype;
  const DType to = args.params<BitCastParams>().to;
  const bool fits = bit_width(from) == bit_width(to) && from != DType::kString;
  if (from != DType::kUndefined && !fits) {
    return Error{Code::kInvalidArgument,
                 cat("input 0 is ", name(from), ", whose bits are not those of ", name(to))};
  }
  args.set(0, {to, args.type(0).shape});
  return {};
}

// A boolean has two bytes only: others are true.
Status bit_cast_elements(const OpParams*, const RunArgs& args) {
  const MutTensorView& to = args.out[0];
  const std::int64_t count = args.in[0].dims.count();
  if (to.dtype == DType::kBool) {
    const auto* from = args.in[0].as<std::uint8_t>();
    for (std::int64_t i = 0; i < count; ++i) to.as<bool>()[i] = from[i] != 0;
  } else if (count > 0 && to.data != args.in[0].data) {
    const auto bits = static_cast<std::size_t>(count * bit_width(to.dtype));
    std::memcpy(to.data, args.in[0].data, (bits + 7) / 8);
  }
  return {};
}

class BitCastStep final : public Step {
 public:
  bool may_overwrite(int input) const override { return input == 0; }
  std::string_view kernel() const override { return "copy"; }
  Status run(const RunArgs& args) const override { return bit_cast_elements(nullptr, args); }
};

Result<std::unique_ptr<Step>> prepare_bit_cast(const PrepareArgs&) {
  return std::make_unique<BitCastStep>();
}

constexpr int kIdentityVersions[] = {1, 13, 14, 16, 19, 21, 23, 24, 25};
constexpr int kBitCastVersions[] = {26};

constexpr std::string_view kIdentitySamples[] = {
    "(x: f32[2,3]) -> (y) { y = Identity(x) }",
    "(x: bool[]) -> (y) { y = Identity(x) }",
    "(x: s64[0,2]) -> (y) { y = Identity(x) }",
    "() -> (y) { x: u4[3] = {1, 15, 7} y = Identity(x) }",
    "() -> (y) { x: string[2] = {\"a\", \"\"} y = Identity(x) }",
};
constexpr std::string_view kBitCastSamples[] = {
    "(x: f32[2,3]) -> (y) { y = BitCast(x) {to=6} }",
    "(x: s64[]) -> (y) { y = BitCast(x) {to=11} }",
    "(x: bf16[5]) -> (y) { y = BitCast(x) {to=4} }",
    "(x: u8[0]) -> (y) { y = BitCast(x) {to=3} }",
    "() -> (y) { x: u4[3] = {1, 15, 7} y = BitCast(x) {to=22} }",
    "() -> (y) { x: u8[3] = {0, 1, 200} y = BitCast(x) {to=9} }",
};

}  // namespace

extern const OpDef kOp_Identity;
constinit const OpDef kOp_Identity = {
    .name = "Identity",
    .infer = infer_identity,
    .reference = identity,
    .view = true,
};
// No view: bytes become booleans.
extern const OpDef kOp_BitCast;
constinit const OpDef kOp_BitCast = {
    .name = "BitCast",
    .parse = parse_bit_cast,
    .infer = infer_bit_cast,
    .reference = bit_cast_elements,
    .prepare = prepare_bit_cast,
};

extern const OnnxOp kOnnx_Identity;
constinit const OnnxOp kOnnx_Identity = {.name = "Identity", .versions = kIdentityVersions};
extern const OnnxOp kOnnx_BitCast;
constinit const OnnxOp kOnnx_BitCast = {.name = "BitCast", .versions = kBitCastVersions};

extern const OpDoc kDoc_Identity;
constinit const OpDoc kDoc_Identity = {
    .name = "Identity", .doc = "The input itself, whatever it is.", .samples = kIdentitySamples};
extern const OpDoc kDoc_BitCast;
constinit const OpDoc kDoc_BitCast = {
    .name = "BitCast",
    .doc =
        "The bits of each element read as type `to`, which has as many. As booleans, all bytes "
        "but 0 are true.",
    .samples = kBitCastSamples};

}  // namespace mote
