// mote.Lookup: any function of 8-bit tensors, by a table.
#include "base/text.h"
#include "ops/ops.h"
#include "ops/quantize/lookup_step.h"
#include "ops/quantize/quantized.h"
#include "ops/support/expect_elements.h"

namespace mote {
namespace {

struct LookupParams : OpParams {
  Tensor table;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<LookupParams>();
  AttributeReader r(attributes);
  p->table = r.tensor("table");
  MOTE_TRY(r.finish());
  const DType dtype = p->table.dtype();
  const bool bytes = dtype == DType::kU8 || dtype == DType::kS8;
  if (bytes && p->table.dims() == Dims{256}) return p;
  return Error{Code::kInvalidArgument, "table is no u8[256] or s8[256]"};
}

Status infer(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, 0, ByteElements{}));
  args.set(0, {args.params<LookupParams>().table.dtype(), args.type(0).shape});
  return {};
}

Status reference(const OpParams* params, const RunArgs& args) {
  const Tensor& table = static_cast<const LookupParams*>(params)->table;
  const auto* entries = static_cast<const std::uint8_t*>(table.data());
  const auto* x = args.in[0].as<std::uint8_t>();
  auto* y = args.out[0].as<std::uint8_t>();
  for (std::int64_t i = 0; i < args.in[0].dims.count(); ++i) y[i] = entries[x[i]];
  return {};
}

Result<std::unique_ptr<Step>> prepare(const PrepareArgs& args) {
  return make_lookup_step(args.kernels, args.params<LookupParams>().table);
}

constexpr std::string_view kSamples[] = {
    "(x: u8[2,300]) -> (y) { y = mote.Lookup(x) {table=s8[256]{random 1}} }",
    "(x: s8[5]) -> (y) { y = mote.Lookup(x) {table=u8[256]{random 2}} }",
    "(x: s8[0]) -> (y) { y = mote.Lookup(x) {table=u8[256]{random 3}} }",
};

}  // namespace

extern const OpDef kOp_mote_Lookup;
constinit const OpDef kOp_mote_Lookup = {
    .name = "Lookup",
    .domain = "mote",
    .parse = parse,
    .infer = infer,
    .reference = reference,
    .prepare = prepare,
};

extern const OpDoc kDoc_mote_Lookup;
constinit const OpDoc kDoc_mote_Lookup = {
    .name = "Lookup",
    .domain = "mote",
    .doc = "For each element of 8 bits, the entry of `table` whose number its bits are.",
    .samples = kSamples,
};

}  // namespace mote
